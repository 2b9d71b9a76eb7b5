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
  MappingPatterns,
  MappingPlan,
  MappingProblem,
  MappingRow,
  MappingSources,
  PatternList,
  StoredVariable,
  TextProblem,
  ToMapping,
} from '../../src/protocol/mapping.ts';
import type { ModelVariable } from '../../src/protocol/model-variable.ts';
import { NumberFormat } from '../../src/protocol/number-format.ts';
import { requestCaller } from '../../src/protocol/requests.ts';
import { RESTORE_OUTCOMES, type RestoreOutcome } from '../../src/protocol/restore.ts';
import { Announcer } from '../shared/announcer.ts';
import { SegmentedChoice, textField } from '../shared/controls.ts';
import { element, icon, setText } from '../shared/element.ts';
import { Frame } from '../shared/frame.ts';
import type { HostConnection } from '../shared/host-connection.ts';
import { openMenu } from '../shared/menu.ts';
import { DetailPane } from './detail-pane.ts';
import { MappingFooter, type FooterProblem } from './mapping-footer.ts';
import { Notices } from './notices.ts';
import { OutcomeChips } from './outcome-chips.ts';
import { PatternChips } from './pattern-list.ts';
import { provisionalPlan } from './provisional-plan.ts';
import { RenameRules } from './rename-rules.ts';
import { RowGrid } from './row-grid.ts';
import { gridHeader, showLine } from './row-nodes.ts';
import { keyOf, SLOTS_KEY, visibleLines, type Line, type ScopeLine } from './row-tree.ts';
import {
  ACTION_EXPLAINED,
  capital,
  problemSentence,
  reasonOf,
  SCOPE_ACTION_WORDS,
  scopeAction,
} from './row-words.ts';
import { openSourcePicker } from './source-picker.ts';
import { SourcesHeader } from './sources-header.ts';

/** What the page remembers while its tab is hidden and across reloads. */
interface MappingState {
  readonly folded: readonly string[];
  readonly outcomes: readonly RestoreOutcome[];
  readonly find: string;
  readonly isFlat: boolean;
  readonly selected: string | null;
}

const SAVED: FieldChecks<MappingState> = {
  folded: isListOf(isName),
  outcomes: isListOf(isOneOf(...RESTORE_OUTCOMES)),
  find: isName,
  isFlat: isBoolean,
  selected: isNullOr(isName),
};

export type MappingConnection = HostConnection<{
  readonly to: ToMapping;
  readonly from: FromMapping;
  readonly state: MappingState;
}>;

export class MappingPage {
  readonly root: HTMLElement;
  readonly #connection: MappingConnection;
  readonly #numbers = new NumberFormat(document.documentElement.lang || undefined);
  readonly #announcer = new Announcer();
  readonly #caller = requestCaller<MappingPageRequests>(question => {
    this.#connection.post(question);
  });
  readonly #header: SourcesHeader;
  readonly #notices: Notices;
  readonly #lists: Readonly<Record<PatternList, PatternChips>>;
  readonly #rules: RenameRules;
  readonly #chips: OutcomeChips;
  readonly #find = textField('Find variables', 'Find variable', text => {
    this.#setFind(text);
  });
  readonly #found = element('span', { class: 'filter-count', slot: 'end', 'aria-live': 'polite' });
  readonly #layout: SegmentedChoice<'scopes' | 'flat'>;
  readonly #grid: RowGrid;
  readonly #empty = element('div', { class: 'grid-empty dim' });
  readonly #detail: DetailPane;
  readonly #footer: MappingFooter;
  readonly #loading = element('div', { class: 'loading-line', 'aria-hidden': 'true' });

  readonly #folded: Set<string>;
  readonly #outcomes: Set<RestoreOutcome>;
  #findText: string;
  #isFlat: boolean;
  #model: ReadonlyMap<string, ModelVariable> = new Map();
  #stored: ReadonlyMap<string, StoredVariable> = new Map();
  #slots: ReadonlySet<string> = new Set();
  #isModelKnown = false;
  #isStoredKnown = false;
  #sources: MappingSources | null = null;
  #plan: MappingPlan | null = null;
  #rowOf: ReadonlyMap<string, MappingRow> = new Map();
  #textProblems: readonly TextProblem[] = [];
  #note: string | null = null;
  #patterns: MappingPatterns | null = null;

  constructor(connection: MappingConnection) {
    this.#connection = connection;
    const saved = connection.savedState(SAVED);
    this.#folded = new Set(saved.folded ?? [SLOTS_KEY]);
    this.#outcomes = new Set(saved.outcomes);
    this.#findText = saved.find ?? '';
    this.#isFlat = saved.isFlat ?? false;
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
    this.#chips = new OutcomeChips(this.#numbers, outcome => {
      if (!this.#outcomes.delete(outcome)) this.#outcomes.add(outcome);
      this.#showRows();
      this.#save();
    });
    this.#layout = new SegmentedChoice(
      'Layout',
      [
        ['scopes', 'Scopes', 'list-tree'],
        ['flat', 'Flat', 'list-flat'],
      ],
      layout => {
        this.#isFlat = layout === 'flat';
        this.#showRows();
        this.#save();
      },
    );
    this.#grid = new RowGrid(new Frame(), gridHeader(), {
      render: (line, node) => {
        showLine(node, line, {
          numbers: this.#numbers,
          model: this.#model,
          stored: this.#stored,
          isPlanned: this.#plan !== null,
        });
      },
      select: () => {
        this.#showDetails();
        this.#save();
      },
      press: (line, part, anchor) => {
        if (line.kind === 'scope') this.#skipOrRestoreScope(line);
        else this.#press(line.key, part, anchor);
      },
      fold: (key, isFolded) => {
        this.#fold(key, isFolded);
      },
      keyDown: (event, line) => this.#rowKey(event, line),
      drop: (key, source) => {
        const variable = this.#rowOf.get(key)?.variable;
        if (typeof variable === 'string' && this.#isEditable) {
          connection.post({ type: 'pair', variable, source });
        }
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
    this.#grid.select(saved.selected ?? null);
    this.#update();
  }

  receive(message: ToMapping): void {
    switch (message.type) {
      case 'sources':
        this.#sources = message.sources;
        break;
      case 'model':
        this.#isModelKnown = true;
        this.#model = new Map(message.variables.map(variable => [variable.name, variable]));
        this.#slots = slotsIn(message.variables);
        break;
      case 'stored':
        this.#isStoredKnown = true;
        this.#stored = new Map(message.variables.map(variable => [variable.name, variable]));
        this.#detail.forgetValues();
        break;
      case 'plan':
        this.#plan = message.plan;
        break;
      case 'text':
        this.#textProblems = message.problems;
        this.#patterns = message.patterns ?? this.#patterns;
        this.#note = message.note;
        break;
      case 'answer':
      case 'failure':
        this.#caller.take(message);
        return;
    }
    this.#update();
  }

  #arrange(): HTMLElement {
    const search = icon('search');
    search.slot = 'start';
    this.#find.classList.add('filter');
    this.#find.append(search, this.#found);
    this.#find.value = this.#findText;
    this.#find.addEventListener('keydown', event => {
      if (event.key === 'Escape') this.#clearFind();
      else if (event.key === 'ArrowDown' || event.key === 'Enter') this.#grid.focus();
      else return;
      event.preventDefault();
    });
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
      element(
        'div',
        { class: 'mapping-toolbar' },
        this.#chips.root,
        element('span', { class: 'grow' }),
        this.#find,
        this.#layout.root,
      ),
      element(
        'main',
        { class: 'mapping-main' },
        element('div', { class: 'grid-part' }, this.#grid.root, this.#empty),
        this.#detail.root,
      ),
      this.#footer.root,
      this.#announcer.root,
    );
    window.addEventListener('keydown', event => {
      this.#pageKey(event);
    });
    return root;
  }

  /** Both sides are known as they are now, and the file can be read. */
  get #isEditable(): boolean {
    return this.#waiting() === null;
  }

  #waiting(): string | null {
    if (this.#sources === null) return '';
    const { checkpoint, script, trusted } = this.#sources;
    if (this.#textProblems.length > 0) return 'The file cannot be read as it is.';
    if (checkpoint.state === 'missing') return 'A checkpoint has to be chosen.';
    if (checkpoint.state === 'failed') return 'The checkpoint cannot be read.';
    if (checkpoint.state === 'reading') return 'Reading the checkpoint.';
    if (script.name === null) return 'A script has to be chosen.';
    if (!trusted) return 'The folder is not trusted.';
    if (script.state === 'failed') return 'The model cannot be inspected.';
    if (script.state === 'reading' || this.#plan === null) return 'Reading the model.';
    return null;
  }

  #update(): void {
    const [sources, plan] = [this.#sources, this.#shownPlan()];
    const isDisabled = !this.#isEditable;
    this.#loading.hidden =
      sources !== null && sources.checkpoint.state !== 'reading' && sources.script.state !== 'reading';
    this.root.classList.toggle('disabled', isDisabled && this.#loading.hidden);
    if (sources !== null) {
      this.#header.update({
        sources,
        stored: this.#isStoredKnown ? { count: this.#stored.size, bytes: this.#storedBytes() } : null,
        modelCount: this.#isModelKnown ? this.#model.size : null,
        restoreSlots: plan.patterns.restoreSlots,
        isDisabled,
      });
    }
    this.#notices.update({
      sources,
      textProblems: this.#textProblems,
      note: this.#note,
      storedCount: this.#isStoredKnown ? this.#stored.size : null,
    });
    const { patterns, problems } = plan;
    for (const name of ['include', 'exclude'] as const) {
      this.#lists[name].update(patterns[name], this.#model.size, problemsIn(problems, name), isDisabled);
    }
    this.#rules.update(patterns.rename, this.#stored.size, problemsIn(problems, 'rename'), isDisabled);
    this.#rowOf = new Map(plan.rows.map(row => [keyOf(row), row]));
    this.#showRows();
    this.#footer.update({
      outcome: this.#plan?.outcome ?? null,
      problems: this.#footerProblems(plan),
      waiting: this.#waiting(),
    });
  }

  #shownPlan(): MappingPlan {
    return (
      this.#plan ?? provisionalPlan([...this.#model.values()], [...this.#stored.values()], this.#patterns)
    );
  }

  #storedBytes(): number {
    return [...this.#stored.values()].reduce((sum, { nbytes }) => sum + nbytes, 0);
  }

  #showRows(): void {
    const { rows } = this.#shownPlan();
    this.#chips.root.hidden = this.#plan === null;
    this.#chips.update(rows, this.#outcomes);
    this.#layout.value = this.#isFlat ? 'flat' : 'scopes';
    const lines = visibleLines(rows, {
      isFlat: this.#isFlat,
      folded: this.#folded,
      outcomes: this.#outcomes,
      find: this.#findText,
      slots: this.#slots,
      unusedLabel: this.#plan === null ? 'In the checkpoint' : 'Only in the checkpoint',
    });
    this.#grid.show(lines);
    this.#showEmpty(lines, rows);
    this.#showDetails();
  }

  #showEmpty(lines: readonly Line[], rows: readonly MappingRow[]): void {
    this.#empty.hidden = lines.length > 0 || (rows.length === 0 && !this.#loading.hidden);
    setText(
      this.#empty,
      rows.length === 0
        ? 'There are no variables to show yet.'
        : this.#findText === ''
          ? 'No variable has this outcome.'
          : `No variable matches "${this.#findText}".`,
    );
    const count = lines.reduce((sum, line) => sum + (line.kind === 'row' ? 1 : 0), 0);
    setText(
      this.#found,
      this.#findText === '' ? '' : `${this.#numbers.count(count)} of ${this.#numbers.count(rows.length)}`,
    );
  }

  #showDetails(): void {
    const key = this.#grid.selected;
    const row = key === null ? undefined : this.#rowOf.get(key);
    this.#detail.show(
      row === undefined
        ? null
        : {
            row,
            model: row.variable === null ? undefined : this.#model.get(row.variable),
            stored: row.source === null ? undefined : this.#stored.get(row.source),
            isDisabled: !this.#isEditable,
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
                  this.#reveal(keyOf(row));
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

  /** To a row, wherever it is. */
  #reveal(key: string): void {
    this.#outcomes.clear();
    this.#folded.clear();
    this.#findText = '';
    this.#find.value = '';
    this.#showRows();
    this.#grid.select(key);
    this.#grid.focus();
    this.#save();
  }

  #press(key: string, part: string, anchor: HTMLElement): void {
    const row = this.#rowOf.get(key);
    if (row === undefined || row.variable === null || !this.#isEditable) return;
    if (part === 'source') this.#pickSource(row.variable, row.source, anchor);
    else this.#pickAction(row.variable, row, anchor);
  }

  #pickSource(variable: string, current: string | null, anchor: HTMLElement): void {
    openSourcePicker(anchor, {
      variable,
      current,
      stored: this.#stored,
      numbers: this.#numbers,
      suggestions: this.#caller.ask('suggest', { variable }),
      choose: source => {
        if (source !== current) this.#connection.post({ type: 'pair', variable, source });
      },
      unmatch: () => {
        this.#connection.post({ type: 'unmatch', variable });
      },
      closed: () => {
        this.#grid.focus();
      },
    });
  }

  #pickAction(variable: string, row: MappingRow, anchor: HTMLElement): void {
    this.#grid.focus();
    openMenu(
      `What to do with ${variable}`,
      row.actions.map(action => ({
        label: ACTION_EXPLAINED[action],
        checked: action === row.action,
        run: () => {
          if (action !== row.action) this.#connection.post({ type: 'act', variable, action });
        },
      })),
      anchor,
    );
  }

  #rowKey(event: KeyboardEvent, line: Line): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    if (line.kind === 'scope') {
      if (event.key === 'Enter') this.#fold(line.key, !line.isFolded);
      else if (event.key === ' ') this.#skipOrRestoreScope(line);
      else return false;
      return true;
    }
    const { row, key } = line;
    if (row.variable === null || !this.#isEditable) return false;
    switch (event.key) {
      case 'Enter':
      case 'F2':
        return this.#open(key, 'source');
      case 'a':
      case 'A':
        return this.#open(key, 'action');
      case ' ':
        this.#skipOrRestore(row, row.variable);
        return true;
      case 'Delete':
      case 'Backspace':
        if (row.source !== null) this.#connection.post({ type: 'unmatch', variable: row.variable });
        return true;
      default:
        return false;
    }
  }

  #open(key: string, part: string): boolean {
    const anchor = this.#grid.part(key, part);
    if (anchor !== null) this.#press(key, part, anchor);
    return true;
  }

  /** What is skipped is restored again, by the first action that is possible. */
  #skipOrRestore(row: MappingRow, variable: string): void {
    if (row.source === null) {
      this.#announcer.say(reasonOf(row));
      return;
    }
    const action = row.action === 'skip' ? (row.actions[0] ?? 'skip') : 'skip';
    this.#connection.post({ type: 'act', variable, action });
    this.#announcer.say(`${variable}: ${action}`);
  }

  /** All that are shown of it. */
  #skipOrRestoreScope({ scope, label, rows }: ScopeLine): void {
    const action = scopeAction(rows);
    if (scope === null || action === null || !this.#isEditable) {
      this.#announcer.say(`${label}: nothing to skip`);
      return;
    }
    const variables = rows.flatMap(({ variable }) => (variable === null ? [] : [variable]));
    this.#connection.post({ type: 'actOnScope', scope, variables, action });
    this.#announcer.say(`${label}: ${SCOPE_ACTION_WORDS[action]}`);
  }

  #fold(key: string, isFolded: boolean): void {
    if (isFolded) this.#folded.add(key);
    else this.#folded.delete(key);
    this.#showRows();
    this.#save();
  }

  #pageKey(event: KeyboardEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    if (event.key === 'f') this.#find.focus();
    else if (event.key === 'Enter') this.#start();
    else return;
    event.preventDefault();
  }

  #start(): void {
    if (this.#footer.canStart) this.#connection.post({ type: 'start' });
  }

  #setFind(text: string): void {
    this.#findText = text.trim();
    this.#showRows();
    this.#save();
  }

  #clearFind(): void {
    this.#find.value = '';
    this.#setFind('');
    this.#grid.focus();
  }

  #save(): void {
    this.#connection.saveState({
      folded: [...this.#folded],
      outcomes: [...this.#outcomes],
      find: this.#findText,
      isFlat: this.#isFlat,
      selected: this.#grid.selected,
    });
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

function slotsIn(variables: readonly ModelVariable[]): ReadonlySet<string> {
  return new Set(
    variables.filter(({ role }) => role === 'slot' || role === 'globalStep').map(({ name }) => name),
  );
}
