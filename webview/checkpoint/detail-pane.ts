import type {
  CheckpointPageRequests,
  ListedVariable,
  ValuePicture,
  VariableChange,
  VariableId,
  VariableReport,
} from '../../src/protocol/checkpoint.ts';
import { messageOf } from '../../src/protocol/error-message.ts';
import type { NumberFormat } from '../../src/protocol/number-format.ts';
import type { Ask } from '../../src/protocol/requests.ts';
import { button, iconButton, Picker, SegmentedChoice } from '../shared/controls.ts';
import { element, icon, setText } from '../shared/element.ts';
import type { Frame } from '../shared/frame.ts';
import type { Theme } from '../shared/theme.ts';
import { changeWords } from './change-words.ts';
import type { CheckpointModel } from './checkpoint-model.ts';
import { HeatColours } from './heat-colours.ts';
import { HistogramView } from './histogram-view.ts';
import { statisticsTable } from './statistics-table.ts';
import { ValueCanvas } from './value-canvas.ts';
import { drawnValues, isDrawn, largestSize, type KernelOrder, type ValueSource } from './value-drawing.ts';
import { ValueTable } from './value-table.ts';
import { pictureWords } from './variable-words.ts';

/** Values are asked for when the selection has rested for so long, in milliseconds. */
const REST_MS = 60;

export interface PaneEvents {
  readonly copy: (text: string) => void;
  readonly exportOne: (variable: VariableId) => void;
  readonly readLarge: (variable: VariableId) => void;
}

/** The selected variable: its values, how they are distributed, and what changed. */
export class DetailPane {
  readonly root = element('aside', { class: 'pane', 'aria-label': 'Selected variable' });
  readonly #tools: {
    readonly numbers: NumberFormat;
    readonly theme: Theme;
    readonly ask: Ask<CheckpointPageRequests>;
  };
  readonly #events: PaneEvents;
  readonly #title = element('h2', { class: 'pane-title' });
  readonly #words = element('div', { class: 'dim' });
  readonly #key = element('div', { class: 'pane-key dim' });
  readonly #message = element('div', { class: 'pane-message' });
  readonly #views: SegmentedChoice<'picture' | 'table'>;
  readonly #sources = element('span', {});
  readonly #order: Picker<KernelOrder>;
  readonly #channels: Picker<string>;
  readonly #controls: HTMLElement;
  readonly #canvas: ValueCanvas;
  readonly #scale = element('div', { class: 'heat-scale' });
  readonly #table: ValueTable;
  readonly #plain = element('div', { class: 'plain-values' });
  readonly #histogram: HistogramView;
  readonly #statistics = element('section', { class: 'pane-part' });
  readonly #sentence = element('p', { class: 'dim' });
  readonly #content: HTMLElement;
  #model: CheckpointModel | undefined;
  #variable: VariableId | undefined;
  #picture: ValuePicture | undefined;
  #view: 'picture' | 'table' = 'picture';
  #source: ValueSource = 'own';
  #kernelOrder: KernelOrder = 'number';
  #channel = 0;
  #timer: number | undefined;
  /** What the shown picture was asked for. */
  #asked = '';

  constructor(
    tools: {
      readonly numbers: NumberFormat;
      readonly theme: Theme;
      readonly ask: Ask<CheckpointPageRequests>;
      readonly frame: Frame;
    },
    events: PaneEvents,
  ) {
    this.#tools = tools;
    this.#events = events;
    this.#canvas = new ValueCanvas(tools.numbers, tools.theme);
    this.#table = new ValueTable(tools.numbers, tools.ask, tools.frame);
    this.#histogram = new HistogramView(tools.numbers, tools.theme);
    this.#views = new SegmentedChoice<'picture' | 'table'>(
      'Values as',
      [
        ['picture', 'Picture'],
        ['table', 'Table'],
      ],
      view => {
        this.#view = view;
        this.#showValues();
      },
    );
    this.#order = new Picker<KernelOrder>('Order of kernels', order => {
      this.#kernelOrder = order;
      this.#showValues();
    });
    this.#channels = new Picker<string>('Input channel', channel => {
      if (Number(channel) === this.#channel) return;
      this.#channel = Number(channel);
      this.#ask();
    });
    this.#controls = element(
      'div',
      { class: 'pane-controls' },
      this.#views.root,
      this.#order.root,
      this.#sources,
      this.#channels.root,
    );
    this.#content = element(
      'div',
      { class: 'pane-content' },
      element(
        'section',
        { class: 'pane-part' },
        this.#controls,
        this.#canvas.root,
        this.#scale,
        this.#canvas.reading,
        this.#table.root,
        this.#plain,
      ),
      this.#histogram.root,
      this.#statistics,
      this.#sentence,
    );
    const copy = iconButton('copy', 'Copy Name', () => {
      const name = this.#listed?.name;
      if (name !== undefined) events.copy(name);
    });
    const exporting = iconButton('export', 'Export as .npy...', () => {
      if (this.#variable !== undefined) events.exportOne(this.#variable);
    });
    this.root.append(
      element(
        'div',
        { class: 'pane-head' },
        element('div', { class: 'grow' }, this.#title, this.#words, this.#key),
        copy,
        exporting,
      ),
      this.#message,
      this.#content,
    );
    tools.theme.onChange(() => {
      this.#showValues();
    });
    this.root.hidden = true;
  }

  /** Another variable, another checkpoint, or another one to compare with. */
  show(model: CheckpointModel | undefined, variable: VariableId | undefined): void {
    const isOther = model !== this.#model || variable !== this.#variable;
    this.#model = model;
    this.#variable = variable;
    const listed = this.#listed;
    this.root.hidden = listed === undefined;
    if (listed === undefined) return;
    if (isOther) {
      this.#picture = undefined;
      this.#channel = 0;
      this.#asked = '';
      this.#table.forget();
    }
    setText(this.#title, listed.path);
    setText(this.#key, listed.name === listed.path ? '' : listed.name);
    this.update();
  }

  /** More is known of the variable that is shown. */
  update(): void {
    const listed = this.#listed;
    const model = this.#model;
    if (listed === undefined || model === undefined || this.#variable === undefined) return;
    const { report, change } = model.known(this.#variable);
    this.#showMessage(report);
    this.#content.hidden =
      report?.kind === 'damaged' || report?.kind === 'large' || report?.kind === 'opaque';
    this.#showStatistics(report, change);
    if (!this.#content.hidden) this.#askSoon();
    this.#showValues();
  }

  /** Into the values, if they can be walked through. */
  focus(): void {
    const target = this.#table.root.hidden ? this.#canvas.root.firstElementChild : this.#table.root;
    if (target instanceof HTMLElement) target.focus();
  }

  get variable(): VariableId | undefined {
    return this.#variable;
  }

  get #listed(): ListedVariable | undefined {
    return this.#variable === undefined ? undefined : this.#model?.variable(this.#variable);
  }

  get #names(): readonly [string, string] {
    const own = this.#model?.header;
    const other = this.#model?.comparison ?? null;
    const short = (name: string): string => name.replace(/^.*-(?=\d+$)/, '');
    const names = [short(own?.name ?? ''), short(other?.name ?? '')] as const;
    if (names[0] !== names[1] || own === undefined || other === null) return names;
    return own.run === other.run ? [own.name, other.name] : [own.run, other.run];
  }

  #showMessage(report: VariableReport | undefined): void {
    const variable = this.#variable;
    this.#message.hidden = !(
      report?.kind === 'damaged' ||
      report?.kind === 'large' ||
      report?.kind === 'opaque'
    );
    if (report?.kind === 'damaged') {
      this.#message.replaceChildren(
        icon('error', 'bad'),
        element('p', {}, element('b', {}, 'Damaged. '), report.message),
      );
    } else if (report?.kind === 'opaque') {
      this.#message.replaceChildren(
        icon('info'),
        element('p', {}, 'It is sound, but only TensorFlow can read it.'),
      );
    } else if (report?.kind === 'large' && variable !== undefined) {
      const size = this.#tools.numbers.fileSize(this.#listed?.bytes ?? 0);
      const read = button(`Read ${size}`, 'secondary', () => {
        this.#events.readLarge(variable);
      });
      this.#message.replaceChildren(
        icon('info'),
        element('p', {}, `Reading this variable takes ${size} of memory.`),
        read,
      );
    }
  }

  #showStatistics(report: VariableReport | undefined, change: VariableChange | undefined): void {
    const { numbers } = this.#tools;
    const statistics = report?.kind === 'statistics' ? report.statistics : undefined;
    const bins = change?.kind === 'values' ? change.bins : null;
    const isNumber = statistics?.count === 1;
    this.#histogram.show(
      isNumber ? undefined : (bins?.own ?? statistics?.finite?.bins),
      bins?.other,
      this.#names,
    );
    this.#statistics.hidden = statistics === undefined || isNumber || statistics.count === 0;
    if (statistics !== undefined) {
      this.#statistics.replaceChildren(statisticsTable(statistics, change, this.#names, numbers));
    }
    const other = this.#model?.comparison ?? null;
    this.#sentence.hidden = other === null || change === undefined;
    if (other !== null && change !== undefined) {
      const { full } = changeWords(change, other.name, numbers);
      const cosine =
        change.kind === 'values' && change.cosine !== null && change.relative !== 0
          ? `, cosine ${numbers.precise(change.cosine)}`
          : '';
      setText(this.#sentence, `${full}${cosine}.`);
    }
  }

  #askSoon(): void {
    const wanted = this.#question();
    if (wanted === this.#asked) return;
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      this.#ask();
    }, REST_MS);
  }

  #question(): string {
    return JSON.stringify([this.#variable, this.#channel, this.#model?.comparison?.id]);
  }

  #ask(): void {
    const variable = this.#variable;
    if (variable === undefined || this.#content.hidden) return;
    const asked = this.#question();
    this.#asked = asked;
    const settle = (use: () => void): void => {
      if (asked === this.#asked) use();
    };
    this.#tools.ask('picture', { variable, channel: this.#channel }).then(
      picture => {
        settle(() => {
          this.#picture = picture;
          this.#showValues();
        });
      },
      (error: unknown) => {
        settle(() => {
          this.#picture = undefined;
          this.#showValues();
          this.#plain.hidden = false;
          this.#plain.replaceChildren(element('p', { class: 'bad' }, messageOf(error)));
        });
      },
    );
  }

  #showValues(): void {
    const listed = this.#listed;
    const picture = this.#picture;
    if (listed === undefined) return;
    const { numbers } = this.#tools;
    setText(this.#words, pictureWords(listed, picture, numbers));
    const drawn = picture !== undefined && isDrawn(picture) ? picture : undefined;
    const asTable = drawn !== undefined && this.#view === 'table';
    this.#controls.hidden = drawn === undefined;
    this.#canvas.root.hidden = drawn === undefined || asTable;
    this.#scale.hidden = this.#canvas.root.hidden;
    this.#canvas.reading.hidden = this.#canvas.root.hidden;
    this.#table.root.hidden = !asTable;
    this.#plain.hidden = picture === undefined || drawn !== undefined;
    if (picture === undefined) return;
    if (drawn === undefined) {
      this.#plain.replaceChildren(...plainValues(picture));
      return;
    }
    const isCompared = drawn.other !== null;
    const source = isCompared ? this.#source : 'own';
    this.#views.value = this.#view;
    this.#showSources(isCompared, source);
    this.#showKernelChoices(picture);
    if (asTable) {
      if (this.#variable !== undefined) this.#table.show(this.#variable, listed.shape, source);
      return;
    }
    const scale = this.#scaleOf(drawn, source);
    this.#showScale(scale);
    this.#canvas.show(
      { picture: drawn, source, order: this.#kernelOrder, scale },
      `${listed.path}, ${pictureWords(listed, picture, numbers)}`,
    );
  }

  /** One for both checkpoints, and for all channels. */
  #scaleOf(drawn: Parameters<typeof drawnValues>[0], source: ValueSource): number {
    const { report, change } = this.#variable === undefined ? {} : (this.#model?.known(this.#variable) ?? {});
    if (source === 'difference') {
      return change?.kind === 'values' ? change.largest : largestSize(drawnValues(drawn, source));
    }
    const finite = [
      report?.kind === 'statistics' ? report.statistics.finite : null,
      change?.kind === 'values' ? change.other.finite : null,
    ].flatMap(statistics => statistics ?? []);
    if (finite.length === 0) return largestSize(drawn.values);
    return Math.max(...finite.flatMap(({ min, max }) => [Math.abs(min), Math.abs(max)]));
  }

  #showSources(isCompared: boolean, source: ValueSource): void {
    this.#sources.hidden = !isCompared;
    if (!isCompared) return;
    const [own, other] = this.#names;
    const choice = new SegmentedChoice<ValueSource>(
      'Values of',
      [
        ['own', own],
        ['other', other],
        ['difference', 'Difference'],
      ],
      chosen => {
        this.#source = chosen;
        this.#showValues();
      },
    );
    choice.value = source;
    const hadFocus = this.#sources.matches(':focus-within');
    this.#sources.replaceChildren(choice.root);
    if (hadFocus) choice.root.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }

  #showKernelChoices(picture: ValuePicture): void {
    const isKernels = picture.kind === 'kernels' && this.#view === 'picture';
    this.#order.root.hidden = !isKernels;
    this.#channels.root.hidden = !isKernels || picture.channels === 1;
    if (!isKernels) return;
    this.#order.show(
      [
        ['number', 'By number'],
        ['norm', 'By norm'],
      ],
      this.#kernelOrder,
    );
    if (picture.channels === 1) return;
    this.#channels.show(
      Array.from(
        { length: picture.channels },
        (_, channel) => [String(channel), `Channel ${channel}`] as const,
      ),
      String(picture.channel),
    );
  }

  #showScale(scale: number): void {
    const { numbers, theme } = this.#tools;
    const heat = new HeatColours(theme.palette);
    const bar = element('span', { class: 'heat-bar' });
    bar.style.background = `linear-gradient(90deg, ${heat.css(-1)}, ${heat.css(0)}, ${heat.css(1)})`;
    this.#scale.replaceChildren(
      element('span', {}, numbers.brief(-scale)),
      bar,
      element('span', {}, numbers.brief(scale)),
    );
  }
}

function plainValues(picture: ValuePicture): HTMLElement[] {
  switch (picture.kind) {
    case 'number':
      return [
        element('p', { class: 'one-number' }, picture.value),
        ...(picture.other === null ? [] : [element('p', { class: 'dim' }, `was ${picture.other}`)]),
      ];
    case 'text':
      return picture.elements.map((text, index) =>
        element('pre', { class: 'one-text', title: `[${index}]` }, text),
      );
    case 'empty':
      return [element('p', { class: 'dim' }, 'No values.')];
    default:
      return [];
  }
}
