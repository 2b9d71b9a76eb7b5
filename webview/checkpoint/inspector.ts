import type {
  CheckpointPageRequests,
  ComparisonChoice,
  FromCheckpointPage,
  ToCheckpointPage,
  VariableId,
} from '../../src/protocol/checkpoint.ts';
import {
  isBoolean,
  isListOf,
  isName,
  isNullOr,
  isOneOf,
  isShape,
  type FieldChecks,
} from '../../src/protocol/checks.ts';
import { NumberFormat } from '../../src/protocol/number-format.ts';
import { requestCaller, type Ask } from '../../src/protocol/requests.ts';
import { Announcer } from '../shared/announcer.ts';
import { button } from '../shared/controls.ts';
import { element, icon } from '../shared/element.ts';
import { Frame } from '../shared/frame.ts';
import type { HostConnection } from '../shared/host-connection.ts';
import { Theme } from '../shared/theme.ts';
import { HeaderView } from './checkpoint-header.ts';
import { CheckpointModel } from './checkpoint-model.ts';
import { DetailPane } from './detail-pane.ts';
import { ListToolbar } from './list-toolbar.ts';
import { VariableGrid } from './variable-grid.ts';
import { isListed, listRows, SORT_KEYS, type ListRow, type Sorting } from './variable-rows.ts';

/** What the page remembers while it is hidden, and over a reload. */
export interface InspectorState {
  readonly filter: string;
  readonly scopes: boolean;
  readonly slots: boolean;
  readonly sorting: Sorting | null;
  readonly folded: readonly string[];
  /** Key of the row that has the cursor. */
  readonly selected: string | null;
}

export type InspectorConnection = HostConnection<{
  readonly to: ToCheckpointPage;
  readonly from: FromCheckpointPage;
  readonly state: InspectorState;
}>;

const INITIAL: InspectorState = {
  filter: '',
  scopes: true,
  slots: true,
  sorting: null,
  folded: [],
  selected: null,
};

const SAVED: FieldChecks<InspectorState> = {
  filter: isName,
  scopes: isBoolean,
  slots: isBoolean,
  sorting: isNullOr(isShape<Sorting>({ key: isOneOf(...SORT_KEYS), descending: isBoolean })),
  folded: isListOf(isName),
  selected: isNullOr(isName),
};

export class Inspector {
  readonly root: HTMLElement;
  readonly #connection: InspectorConnection;
  readonly #frame = new Frame();
  readonly #numbers = new NumberFormat(document.documentElement.lang || undefined);
  readonly #announcer = new Announcer();
  readonly #caller = requestCaller<CheckpointPageRequests>(question => {
    this.#connection.post(question);
  });
  /** Aborted when the file is opened again: what was asked of it before is void. */
  #file = new AbortController();
  readonly #header: HeaderView;
  readonly #toolbar: ListToolbar;
  readonly #grid: VariableGrid;
  readonly #pane: DetailPane;
  readonly #loading = element('div', { class: 'loading-line', 'aria-hidden': 'true' });
  readonly #banner = element('div', { class: 'banners' });
  readonly #none = element('div', { class: 'none-found' });
  readonly #main: HTMLElement;
  readonly #failure = element('main', { class: 'failure' });
  #state: InspectorState;
  #model: CheckpointModel | undefined;
  #rows: readonly ListRow[] = [];
  #choices: readonly ComparisonChoice[] = [];
  #notice: string | null = null;
  /** What was reported since the last drawing. */
  readonly #news = new Set<VariableId>();
  readonly #drawNews = (): void => {
    this.#showNews();
  };

  constructor(connection: InspectorConnection) {
    this.#connection = connection;
    this.#state = { ...INITIAL, ...connection.savedState(SAVED) };
    const theme = new Theme();
    const ask: Ask<CheckpointPageRequests> = (type, question) =>
      this.#caller.ask(type, question, this.#file.signal);
    this.#header = new HeaderView(this.#numbers, {
      warmStart: () => {
        connection.post({ type: 'warmStart' });
      },
      readAll: () => {
        connection.post({ type: 'readAll' });
      },
      showDamaged: variable => {
        this.#showVariable(variable);
      },
    });
    this.#toolbar = new ListToolbar({
      change: view => {
        this.#change(view);
      },
      compare: choice => {
        connection.post({ type: 'compare', choice });
      },
      exportAll: () => {
        connection.post({ type: 'export', variable: null });
      },
      leave: () => {
        this.#grid.focus();
      },
    });
    const tools = { frame: this.#frame, theme, numbers: this.#numbers, ask };
    this.#grid = new VariableGrid(
      {
        sort: sorting => {
          this.#change({ sorting });
        },
        fold: ({ key }, folded) => {
          const others = this.#state.folded.filter(other => other !== key);
          this.#change({ folded: folded ? [...others, key] : others });
        },
        select: row => {
          this.#select(row);
        },
        visible: variables => {
          connection.post({ type: 'visible', variables });
        },
        open: () => {
          this.#pane.focus();
        },
      },
      tools,
    );
    this.#pane = new DetailPane(tools, {
      copy: text => {
        connection.post({ type: 'copy', text });
        this.#announcer.say('Copied');
      },
      exportOne: variable => {
        connection.post({ type: 'export', variable });
      },
      readLarge: variable => {
        connection.post({ type: 'readLarge', variable });
      },
    });
    this.#main = element(
      'main',
      { class: 'inspector-main' },
      this.#header.root,
      this.#banner,
      this.#toolbar.root,
      element(
        'div',
        { class: 'inspector-body' },
        element('div', { class: 'list' }, this.#grid.root, this.#none),
        this.#pane.root,
      ),
    );
    this.root = element(
      'div',
      { class: 'inspector' },
      this.#loading,
      this.#main,
      this.#failure,
      this.#announcer.root,
    );
    this.#main.hidden = true;
    this.#failure.hidden = true;
    document.addEventListener('keydown', event => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f' && !this.#main.hidden) {
        event.preventDefault();
        this.#toolbar.focusFilter();
      }
    });
  }

  receive(message: ToCheckpointPage): void {
    switch (message.type) {
      case 'opened':
        this.#open(new CheckpointModel(message.header, message.listing));
        return;
      case 'failed':
        this.#fail(message.name, message.message);
        return;
      case 'reports':
        this.#model?.take(message.reports);
        for (const [variable] of message.reports) this.#newsOf(variable);
        return;
      case 'changes':
        this.#model?.takeChanges(message.changes);
        for (const [variable] of message.changes) this.#newsOf(variable);
        return;
      case 'compared':
        this.#model?.compareWith(message.comparison);
        this.#showChoices();
        this.#showBanners();
        this.#update();
        this.#pane.show(this.#model, this.#pane.variable);
        return;
      case 'choices':
        this.#choices = message.choices;
        this.#showChoices();
        return;
      case 'answer':
      case 'failure':
        this.#caller.take(message);
        return;
      case 'notice':
        this.#notice = message.message;
        this.#showBanners();
        return;
    }
  }

  #open(model: CheckpointModel): void {
    this.#loading.hidden = true;
    this.#failure.hidden = true;
    this.#main.hidden = false;
    this.#file.abort();
    this.#file = new AbortController();
    this.#model = model;
    this.#header.show(model);
    this.#showBanners();
    this.#update();
    this.#select(this.#rows[this.#selectedIndex()]);
  }

  #fail(name: string, message: string): void {
    this.#loading.hidden = true;
    this.#main.hidden = true;
    this.#failure.hidden = false;
    this.#model = undefined;
    this.#failure.replaceChildren(
      icon('error', 'failure-icon', 'bad'),
      element('h1', {}, `${name} cannot be read`),
      element('p', { class: 'failure-words', role: 'alert' }, message),
      button('Try Again', 'secondary', () => {
        this.#connection.post({ type: 'retry' });
      }),
    );
  }

  #change(changes: Partial<InspectorState>): void {
    this.#state = { ...this.#state, ...changes };
    this.#connection.saveState(this.#state);
    this.#update();
  }

  /** The list anew: what is in it, and in which order. */
  #update(): void {
    const model = this.#model;
    if (model === undefined) return;
    const { variables } = model.listing;
    const options = { ...this.#state, folded: new Set(this.#state.folded) };
    const sorting = this.#sorting;
    this.#rows = listRows(variables, { ...options, sorting }, id => model.known(id));
    this.#toolbar.update(
      this.#state,
      variables.some(({ slot }) => slot !== null),
    );
    this.#toolbar.found(variables.filter(variable => isListed(variable, options)).length, variables.length);
    this.#grid.update(model, this.#rows, sorting, this.#selectedIndex());
    this.#showNone();
  }

  /** There is nothing to sort by when nothing is compared. */
  get #sorting(): Sorting | null {
    const { sorting } = this.#state;
    return sorting?.key === 'change' && this.#model?.comparison === null ? null : sorting;
  }

  #showNone(): void {
    this.#none.hidden = this.#rows.length > 0;
    if (this.#none.hidden) return;
    const filter = this.#state.filter.trim();
    this.#none.replaceChildren(
      ...(filter === ''
        ? [element('p', {}, 'There are no variables in it.')]
        : [
            element('p', {}, 'No variable matches ', element('code', {}, filter), '.'),
            button('Clear Filter', 'secondary', () => {
              this.#change({ filter: '' });
            }),
          ]),
    );
  }

  #newsOf(variable: VariableId): void {
    this.#news.add(variable);
    this.#frame.request(this.#drawNews);
  }

  #showNews(): void {
    const model = this.#model;
    if (model === undefined) return;
    const news = new Set(this.#news);
    this.#news.clear();
    const said = this.#header.update(model);
    if (said !== undefined) this.#announcer.say(said);
    const { sorting } = this.#state;
    if (sorting === null || sorting.key === 'name' || sorting.key === 'bytes') this.#grid.redraw(news);
    else this.#update();
    if (this.#pane.variable !== undefined && news.has(this.#pane.variable)) this.#pane.update();
  }

  #select(row: ListRow | undefined): void {
    const selected = row === undefined ? null : keyOf(row, this.#model);
    if (selected !== null && selected !== this.#state.selected) {
      this.#state = { ...this.#state, selected };
      this.#connection.saveState(this.#state);
    }
    // A scope has nothing to show: what was shown stays.
    if (row?.kind === 'variable') this.#pane.show(this.#model, row.id);
    else if (this.#pane.variable !== undefined) this.#pane.show(this.#model, this.#firstVariable());
  }

  #firstVariable(): VariableId | undefined {
    const shown = this.#pane.variable;
    return shown !== undefined && this.#model?.variable(shown) !== undefined ? shown : undefined;
  }

  /** Where the cursor is: on the row that had it, otherwise on the first variable. */
  #selectedIndex(): number {
    const index = this.#rows.findIndex(row => keyOf(row, this.#model) === this.#state.selected);
    return index >= 0 ? index : this.#rows.findIndex(({ kind }) => kind === 'variable');
  }

  /** Wherever it is: scopes unfold, and what hides it is taken away. */
  #showVariable(variable: VariableId): void {
    const isShown = (): number => this.#rows.findIndex(row => row.kind === 'variable' && row.id === variable);
    if (isShown() < 0) this.#change({ filter: '', slots: true, folded: [] });
    this.#grid.reveal(isShown());
    this.#grid.focus();
  }

  #showChoices(): void {
    this.#toolbar.showChoices(this.#choices, this.#model?.comparison ?? null);
  }

  #showBanners(): void {
    const model = this.#model;
    if (model === undefined) return;
    const removed = model.comparison?.removed ?? [];
    const banners = [
      ...(this.#notice === null ? [] : [['warning', this.#notice] as const]),
      ...model.listing.problems.map(problem => ['warning', `${problem.replace(/\.$/, '')}.`] as const),
      ...(removed.length === 0 ? [] : [['info', removedWords(model, this.#numbers)] as const]),
    ];
    this.#banner.replaceChildren(
      ...banners.map(([kind, words]) =>
        element(
          'div',
          { class: `banner banner-${kind}`, role: 'status' },
          icon(kind, kind === 'warning' ? 'warning' : 'note'),
          element('span', { class: 'banner-words' }, words),
        ),
      ),
    );
  }
}

function removedWords({ comparison }: CheckpointModel, numbers: NumberFormat): string {
  const { name = '', removed = [] } = comparison ?? {};
  const names = removed.slice(0, 3).map(({ path }) => path);
  const more =
    removed.length > names.length ? ` and ${numbers.count(removed.length - names.length)} more` : '';
  return `Only in ${name}: ${names.join(', ')}${more}.`;
}

/** Stays the same when the file is read again. */
function keyOf(row: ListRow, model: CheckpointModel | undefined): string {
  return row.kind === 'scope' ? `scope ${row.key}` : `variable ${model?.variable(row.id)?.name ?? ''}`;
}
