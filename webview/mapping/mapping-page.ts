import {
  isBoolean,
  isListOf,
  isName,
  isNullOr,
  isOneOf,
  type FieldChecks,
} from '../../src/protocol/checks.ts';
import type {
  FromMapping,
  MappingPageRequests,
  MappingPlan,
  MappingProblem,
  PatternList,
  ToMapping,
} from '../../src/protocol/mapping.ts';
import { NumberFormat } from '../../src/protocol/number-format.ts';
import { requestCaller } from '../../src/protocol/requests.ts';
import { RESTORE_OUTCOMES } from '../../src/protocol/restore.ts';
import { Announcer } from '../shared/announcer.ts';
import { element } from '../shared/element.ts';
import type { HostConnection } from '../shared/host-connection.ts';
import { DetailPane } from './detail-pane.ts';
import { MappingFooter, type FooterProblem } from './mapping-footer.ts';
import { MappingModel } from './mapping-model.ts';
import { Notices } from './notices.ts';
import { PatternChips } from './pattern-list.ts';
import { RenameRules } from './rename-rules.ts';
import { RowEdits } from './row-edits.ts';
import { RowList, type RowListState } from './row-list.ts';
import { keyOf } from './row-tree.ts';
import { capital, problemSentence } from './row-words.ts';
import { SourcesHeader } from './sources-header.ts';

const SAVED: FieldChecks<RowListState> = {
  folded: isListOf(isName),
  outcomes: isListOf(isOneOf(...RESTORE_OUTCOMES)),
  find: isName,
  isFlat: isBoolean,
  selected: isNullOr(isName),
};

export type MappingConnection = HostConnection<{
  readonly to: ToMapping;
  readonly from: FromMapping;
  readonly state: RowListState;
}>;

export class MappingPage {
  readonly root: HTMLElement;
  readonly #connection: MappingConnection;
  readonly #numbers = new NumberFormat(document.documentElement.lang || undefined);
  readonly #announcer = new Announcer();
  readonly #caller = requestCaller<MappingPageRequests>(question => {
    this.#connection.post(question);
  });
  readonly #model = new MappingModel();
  readonly #header: SourcesHeader;
  readonly #notices: Notices;
  readonly #lists: Readonly<Record<PatternList, PatternChips>>;
  readonly #rules: RenameRules;
  readonly #rows: RowList;
  readonly #detail: DetailPane;
  readonly #footer: MappingFooter;
  readonly #loading = element('div', { class: 'loading-line', 'aria-hidden': 'true' });

  constructor(connection: MappingConnection) {
    this.#connection = connection;
    const post =
      (message: FromMapping): (() => void) =>
      () => {
        connection.post(message);
      };
    const toHost = {
      chooseCheckpoint: post({ type: 'chooseCheckpoint' }),
      chooseScript: post({ type: 'chooseScript' }),
      readModel: post({ type: 'readModel' }),
      openScript: post({ type: 'openScript' }),
      manageTrust: post({ type: 'manageTrust' }),
    };
    this.#header = new SourcesHeader(this.#numbers, {
      ...toHost,
      setSlots: restore => {
        connection.post({ type: 'setSlots', restore });
      },
    });
    this.#notices = new Notices({
      ...toHost,
      openText: (line, column) => {
        connection.post({ type: 'openText', line, column });
      },
    });
    const list = (name: PatternList): PatternChips =>
      new PatternChips(name, {
        set: (index, text) => {
          connection.post({ type: 'setPattern', list: name, index, text });
        },
      });
    this.#lists = { include: list('include'), exclude: list('exclude') };
    this.#rules = new RenameRules(this.#numbers, {
      set: (index, rule) => {
        connection.post({ type: 'setRule', index, rule });
      },
    });
    const edits = new RowEdits({
      model: this.#model,
      numbers: this.#numbers,
      announcer: this.#announcer,
      edit: edit => {
        connection.post(edit);
      },
      suggest: variable => this.#caller.ask('suggest', { variable }),
      part: (key, part) => this.#rows.part(key, part),
      focusRows: () => {
        this.#rows.focus();
      },
    });
    const saved = connection.savedState(SAVED);
    this.#rows = new RowList(this.#model, this.#numbers, saved, {
      selected: () => {
        this.#showDetails();
      },
      changed: () => {
        connection.saveState(this.#rows.state);
      },
      press: (line, part, anchor) => {
        edits.press(line, part, anchor);
      },
      keyDown: (event, line) => edits.keyDown(event, line),
      drop: (key, source) => {
        edits.drop(key, source);
      },
    });
    this.#detail = new DetailPane(this.#numbers, {
      readValues: (source, variable) => this.#caller.ask('readValues', { source, variable }),
      setRows: (variable, axis, ranges) => {
        connection.post({ type: 'setRows', variable, axis, ranges });
      },
      pairLabels: variable => {
        connection.post({ type: 'pairLabels', variable });
      },
    });
    this.#footer = new MappingFooter(this.#numbers, {
      copyCode: language => {
        connection.post({ type: 'copyCode', language });
      },
      start: () => {
        this.#start();
      },
    });
    this.root = this.#arrange();
    this.#rows.select(saved.selected ?? null);
    this.#update();
  }

  receive(message: ToMapping): void {
    if ('id' in message) {
      this.#caller.take(message);
      return;
    }
    this.#model.take(message);
    if (message.type === 'stored') this.#detail.forgetValues();
    this.#update();
  }

  #arrange(): HTMLElement {
    const root = element(
      'div',
      { class: 'mapping' },
      this.#loading,
      this.#header.root,
      this.#notices.root,
      element(
        'section',
        { class: 'patterns', 'aria-label': 'Patterns and rules' },
        this.#lists.include.root,
        this.#lists.exclude.root,
        this.#rules.root,
      ),
      this.#rows.toolbar,
      element('main', { class: 'mapping-main' }, this.#rows.root, this.#detail.root),
      this.#footer.root,
      this.#announcer.root,
    );
    window.addEventListener('keydown', event => {
      this.#pageKey(event);
    });
    return root;
  }

  #update(): void {
    const { sources, shownPlan, variables, stored, storedTotal, isReading, isEditable } = this.#model;
    const isDisabled = !isEditable;
    this.#loading.hidden = !isReading;
    this.root.classList.toggle('disabled', isDisabled && !isReading);
    if (sources !== null) {
      this.#header.update({
        sources,
        stored: storedTotal,
        modelCount: this.#model.variableCount,
        restoreSlots: shownPlan.patterns.restoreSlots,
        isDisabled,
      });
    }
    this.#notices.update({
      sources,
      textProblems: this.#model.textProblems,
      note: this.#model.note,
      storedCount: storedTotal?.count ?? null,
    });
    const { patterns, problems } = shownPlan;
    for (const name of ['include', 'exclude'] as const) {
      this.#lists[name].update(patterns[name], variables.size, problemsIn(problems, name), isDisabled);
    }
    this.#rules.update(patterns.rename, stored.size, problemsIn(problems, 'rename'), isDisabled);
    this.#rows.update();
    this.#footer.update({
      outcome: this.#model.plan?.outcome ?? null,
      problems: this.#footerProblems(shownPlan),
      waiting: this.#model.waiting,
    });
  }

  #showDetails(): void {
    const { variables, stored, isEditable } = this.#model;
    const key = this.#rows.selected;
    const row = key === null ? undefined : this.#model.row(key);
    this.#detail.show(
      row === undefined
        ? null
        : {
            row,
            model: row.variable === null ? undefined : variables.get(row.variable),
            stored: row.source === null ? undefined : stored.get(row.source),
            isDisabled: !isEditable,
          },
    );
  }

  #footerProblems({ rows, problems }: MappingPlan): FooterProblem[] {
    const atRows = rows.flatMap(row =>
      row.problem === undefined
        ? []
        : [
            {
              words: problemSentence(row, row.problem),
              show: {
                label: 'Show Variable',
                run: () => {
                  this.#rows.reveal(keyOf(row));
                },
              },
            },
          ],
    );
    const others = problems.map(({ message, at }) => ({
      words: capital(message),
      show:
        at !== null && 'variable' in at
          ? {
              label: 'Forget It',
              run: () => {
                this.#connection.post({ type: 'act', variable: at.variable, action: 'initialize' });
              },
            }
          : null,
    }));
    return [...others, ...atRows];
  }

  #pageKey(event: KeyboardEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    if (event.key === 'f') this.#rows.focusFind();
    else if (event.key === 'Enter') this.#start();
    else return;
    event.preventDefault();
  }

  #start(): void {
    if (this.#footer.canStart) this.#connection.post({ type: 'start' });
  }
}

function problemsIn(
  problems: readonly MappingProblem[],
  list: PatternList | 'rename',
): ReadonlyMap<number, string> {
  return new Map(
    problems.flatMap(({ message, at }) =>
      at !== null && 'list' in at && at.list === list ? [[at.index, message] as const] : [],
    ),
  );
}
