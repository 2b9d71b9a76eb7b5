import type { NumberFormat } from '../../src/protocol/number-format.ts';
import { element } from '../shared/element.ts';
import type { Theme } from '../shared/theme.ts';
import { HeatColours } from './heat-colours.ts';
import { sharpContext } from './sharp-canvas.ts';
import {
  drawnValues,
  kernelOrder,
  tileLayout,
  type DrawnPicture,
  type ElementPlace,
  type KernelOrder,
  type TileLayout,
  type ValueSource,
} from './value-drawing.ts';

const BARS_HEIGHT = 110;
const MAX_MAP_HEIGHT = 260;

export interface ShownValues {
  readonly picture: DrawnPicture;
  readonly source: ValueSource;
  readonly order: KernelOrder;
  /** What is drawn in full colour, either side of 0. */
  readonly scale: number;
}

/** Values as colours or bars; the pointer or the arrow keys say of one what it is. */
export class ValueCanvas {
  readonly root: HTMLElement;
  readonly #numbers: NumberFormat;
  readonly #theme: Theme;
  readonly #canvas = element('canvas', { class: 'value-canvas' });
  /** What the element under the pointer is. */
  readonly reading = element('div', { class: 'value-reading', 'aria-live': 'polite' });
  #shown: ShownValues | undefined;
  #values: Float64Array = new Float64Array(0);
  #order: readonly number[] = [];
  #layout: TileLayout | undefined;
  /** Column and row of the element that is read, in what is drawn: of kernels, elements across all tiles. */
  #cursor: { readonly column: number; readonly row: number } | undefined;

  constructor(numbers: NumberFormat, theme: Theme) {
    this.#numbers = numbers;
    this.#theme = theme;
    const box = element(
      'div',
      { class: 'value-box', role: 'application', tabindex: '0', 'aria-roledescription': 'values' },
      this.#canvas,
    );
    this.root = element('div', { class: 'value-drawing' }, box);
    box.addEventListener('keydown', event => {
      this.#key(event);
    });
    box.addEventListener('pointermove', ({ offsetX, offsetY }) => {
      this.#moveTo(this.#placeAt(offsetX, offsetY));
    });
    box.addEventListener('pointerleave', () => {
      if (!box.matches(':focus')) this.#moveTo(undefined);
    });
    box.addEventListener('focus', () => {
      if (this.#cursor === undefined && box.matches(':focus-visible')) this.#moveTo({ column: 0, row: 0 });
    });
    theme.onChange(() => {
      this.#paint();
    });
    new ResizeObserver(() => {
      this.#paint();
    }).observe(this.root);
  }

  /** @param label says what it shows to those who do not see it. */
  show(shown: ShownValues, label: string): void {
    const before = this.#shown?.picture;
    if (before?.kind !== shown.picture.kind || before.values.length !== shown.picture.values.length)
      this.#cursor = undefined;
    this.#shown = shown;
    this.#values = drawnValues(shown.picture, shown.source);
    this.#order =
      shown.picture.kind === 'kernels' ? kernelOrder(shown.picture, this.#values, shown.order) : [];
    this.#canvas.parentElement?.setAttribute('aria-label', `${label}. Arrow keys read single values.`);
    this.#paint();
    this.#read();
  }

  #paint(): void {
    if (this.#shown === undefined) return;
    const { picture } = this.#shown;
    const width = this.root.clientWidth;
    if (width === 0) return;
    switch (picture.kind) {
      case 'bars':
        this.#paintBars(picture, width);
        break;
      case 'map':
        this.#paintMap(picture, width);
        break;
      case 'kernels':
        this.#paintKernels(picture, width);
        break;
    }
  }

  #prepare(width: number, height: number): CanvasRenderingContext2D | undefined {
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    return sharpContext(this.#canvas, width, height);
  }

  #share(value: number | undefined): number {
    const scale = this.#shown?.scale ?? 0;
    return scale === 0 && value === 0 ? 0 : (value ?? NaN) / scale;
  }

  #paintBars({ values }: DrawnPicture, width: number): void {
    const context = this.#prepare(width, BARS_HEIGHT);
    if (context === undefined) return;
    const heat = new HeatColours(this.#theme.palette);
    const step = width / values.length;
    const middle = BARS_HEIGHT / 2;
    this.#values.forEach((value, index) => {
      const share = Math.max(-1, Math.min(1, this.#share(value)));
      context.fillStyle = heat.css(Number.isNaN(share) ? NaN : Math.sign(share));
      const size = Number.isNaN(share) ? BARS_HEIGHT : Math.max(0.5, Math.abs(share) * middle);
      const top = Number.isNaN(share) ? 0 : share > 0 ? middle - size : middle;
      context.fillRect(index * step, top, Math.max(step - (step > 3 ? 1 : 0), 0.5), size);
    });
    context.fillStyle = this.#theme.palette.axis;
    context.fillRect(0, middle - 0.5, width, 1);
    if (this.#cursor === undefined) return;
    context.strokeStyle = this.#theme.palette.foreground;
    context.strokeRect(this.#cursor.column * step - 0.5, 0.5, Math.max(step, 2), BARS_HEIGHT - 1);
  }

  #paintMap(picture: Extract<DrawnPicture, { kind: 'map' }>, width: number): void {
    const [columns, rows] = sampled(picture);
    const height = Math.max(12, Math.min(MAX_MAP_HEIGHT, (width / columns) * rows, rows * 24));
    const context = this.#prepare(width, height);
    if (context === undefined) return;
    const heat = new HeatColours(this.#theme.palette);
    const [stepX, stepY] = [width / columns, height / rows];
    const gap = Math.min(stepX, stepY) > 5 ? 0.5 : 0;
    for (let row = 0, at = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, at++) {
        context.fillStyle = heat.css(this.#share(this.#values[at]));
        // A little more than its place, or seams are seen between.
        const overlap = gap === 0 ? 0.6 : -gap;
        context.fillRect(column * stepX, row * stepY, stepX + overlap, stepY + overlap);
      }
    }
    this.#frame(context, stepX, stepY, 0, 0);
  }

  #paintKernels(picture: Extract<DrawnPicture, { kind: 'kernels' }>, paneWidth: number): void {
    const { height, width } = picture;
    const layout = tileLayout(this.#order.length, height, width, paneWidth);
    this.#layout = layout;
    const { columns, rows, cell, stepX, stepY } = layout;
    const context = this.#prepare(columns * stepX, rows * stepY);
    if (context === undefined) return;
    const heat = new HeatColours(this.#theme.palette);
    const gap = cell > 4 ? 0.5 : 0;
    this.#order.forEach((kernel, place) => {
      const [left, top] = [(place % columns) * stepX, Math.floor(place / columns) * stepY];
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          context.fillStyle = heat.css(this.#share(this.#values[(kernel * height + row) * width + column]));
          context.fillRect(left + column * cell, top + row * cell, cell - gap, cell - gap);
        }
      }
    });
    if (this.#cursor === undefined) return;
    const { column, row } = this.#cursor;
    const [left, top] = [Math.floor(column / width) * stepX, Math.floor(row / height) * stepY];
    context.strokeStyle = this.#theme.palette.focus;
    context.lineWidth = 2;
    context.strokeRect(left - 1, top - 1, width * cell + 2, height * cell + 2);
    this.#frame(
      context,
      cell,
      cell,
      left - (column - (column % width)) * cell,
      top - (row - (row % height)) * cell,
    );
  }

  /** Around the element that is read. */
  #frame(context: CanvasRenderingContext2D, width: number, height: number, left: number, top: number): void {
    if (this.#cursor === undefined) return;
    context.strokeStyle = this.#theme.palette.foreground;
    context.lineWidth = 1.2;
    context.strokeRect(
      left + this.#cursor.column * width,
      top + this.#cursor.row * height,
      Math.max(width, 3),
      Math.max(height, 3),
    );
  }

  /** Columns and rows of elements. */
  get #extent(): readonly [columns: number, rows: number] {
    const picture = this.#shown?.picture;
    switch (picture?.kind) {
      case 'bars':
        return [picture.values.length, 1];
      case 'map':
        return sampled(picture);
      case 'kernels':
        return [(this.#layout?.columns ?? 1) * picture.width, (this.#layout?.rows ?? 1) * picture.height];
      case undefined:
        return [0, 0];
    }
  }

  #placeAt(x: number, y: number): { column: number; row: number } | undefined {
    const [columns, rows] = this.#extent;
    const picture = this.#shown?.picture;
    const { clientWidth, clientHeight } = this.#canvas;
    if (picture?.kind !== 'kernels') {
      return { column: Math.floor((x / clientWidth) * columns), row: Math.floor((y / clientHeight) * rows) };
    }
    if (this.#layout === undefined) return undefined;
    const { stepX, stepY, cell } = this.#layout;
    const [tileColumn, tileRow] = [Math.floor(x / stepX), Math.floor(y / stepY)];
    const column = Math.floor((x - tileColumn * stepX) / cell);
    const row = Math.floor((y - tileRow * stepY) / cell);
    if (column >= picture.width || row >= picture.height) return undefined;
    return { column: tileColumn * picture.width + column, row: tileRow * picture.height + row };
  }

  #moveTo(cursor: { readonly column: number; readonly row: number } | undefined): void {
    if (cursor?.column === this.#cursor?.column && cursor?.row === this.#cursor?.row) return;
    if (cursor !== undefined && this.#element(cursor) === undefined) return;
    this.#cursor = cursor;
    this.#paint();
    this.#read();
  }

  #key(event: KeyboardEvent): void {
    const picture = this.#shown?.picture;
    if (picture === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const { column, row } = this.#cursor ?? { column: 0, row: 0 };
    const [columns, rows] = this.#extent;
    // With Shift from kernel to kernel.
    const [wide, high] =
      picture.kind === 'kernels' && event.shiftKey ? [picture.width, picture.height] : [1, 1];
    const targets: Readonly<Record<string, readonly [number, number]>> = {
      ArrowRight: [column + wide, row],
      ArrowLeft: [column - wide, row],
      ArrowDown: [column, row + high],
      ArrowUp: [column, row - high],
      Home: [0, row],
      End: [columns - 1, row],
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const within = (value: number, size: number): number => Math.max(0, Math.min(size - 1, value));
    this.#moveTo({ column: within(target[0], columns), row: within(target[1], rows) });
  }

  #element({ column, row }: { readonly column: number; readonly row: number }): ElementPlace | undefined {
    const picture = this.#shown?.picture;
    const count = (value: number): string => this.#numbers.count(value);
    switch (picture?.kind) {
      case 'bars':
        return column < picture.places.length
          ? { at: column, label: `[${count(picture.places[column] ?? 0)}]` }
          : undefined;
      case 'map': {
        const [columns, rows] = sampled(picture);
        if (column >= columns || row >= rows) return undefined;
        return {
          at: row * columns + column,
          label: `(${count(row * picture.rowStep)}, ${count(column * picture.columnStep)})`,
        };
      }
      case 'kernels': {
        const { width, height } = picture;
        const place = Math.floor(row / height) * (this.#layout?.columns ?? 1) + Math.floor(column / width);
        const kernel = this.#order[place];
        if (kernel === undefined) return undefined;
        const [x, y] = [column % width, row % height];
        return { at: (kernel * height + y) * width + x, label: `Kernel ${count(kernel)}, (${y}, ${x})` };
      }
      case undefined:
        return undefined;
    }
  }

  #read(): void {
    const shown = this.#shown;
    const place = this.#cursor && this.#element(this.#cursor);
    if (shown === undefined || place === undefined) {
      this.reading.replaceChildren();
      return;
    }
    const { picture, source } = shown;
    const value = this.#numbers.precise(this.#values[place.at] ?? NaN);
    const before = picture.other?.[place.at];
    const note = source === 'own' && before !== undefined ? ` was ${this.#numbers.precise(before)}` : '';
    this.reading.replaceChildren(
      element('span', { class: 'dim' }, `${place.label}: `),
      element('b', {}, value),
      element('span', { class: 'dim' }, note),
    );
  }
}

function sampled(picture: Extract<DrawnPicture, { kind: 'map' }>): readonly [columns: number, rows: number] {
  return [Math.ceil(picture.columns / picture.columnStep), Math.ceil(picture.rows / picture.rowStep)];
}
