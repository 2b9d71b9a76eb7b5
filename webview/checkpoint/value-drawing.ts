import type { ValuePicture } from '../../src/protocol/checkpoint.ts';

/** What of two checkpoints is drawn. */
export type ValueSource = 'own' | 'other' | 'difference';

/** In which order kernels are drawn. */
export type KernelOrder = 'number' | 'norm';

/** A picture whose elements lie in rows and columns, and how they are drawn. */
export type DrawnPicture = Extract<ValuePicture, { kind: 'bars' | 'map' | 'kernels' }>;

/** An element under the pointer or the cursor. */
export interface ElementPlace {
  /** In the picture's values. */
  readonly at: number;
  readonly label: string;
}

export function isDrawn(picture: ValuePicture): picture is DrawnPicture {
  return picture.kind === 'bars' || picture.kind === 'map' || picture.kind === 'kernels';
}

/** The values that are drawn. Without another checkpoint there is only one choice. */
export function drawnValues({ values, other }: DrawnPicture, source: ValueSource): Float64Array {
  if (other === null || source === 'own') return values;
  return source === 'other' ? other : values.map((value, index) => value - (other[index] ?? NaN));
}

export function largestSize(values: Float64Array): number {
  let largest = 0;
  for (const value of values) {
    const size = Math.abs(value);
    if (size > largest && size < Infinity) largest = size;
  }
  return largest;
}

/** Which kernel is drawn at each place. */
export function kernelOrder(
  { height, width }: { readonly height: number; readonly width: number },
  values: Float64Array,
  order: KernelOrder,
): number[] {
  const size = height * width;
  const kernels = Array.from({ length: values.length / size }, (_, kernel) => kernel);
  if (order === 'number') return kernels;
  const norms = kernels.map(kernel =>
    values.subarray(kernel * size, (kernel + 1) * size).reduce((sum, value) => sum + value * value, 0),
  );
  return kernels.sort((a, b) => (norms[b] ?? 0) - (norms[a] ?? 0) || a - b);
}

/** How kernels are laid out: as large as the pane allows, in whole rows. */
export interface TileLayout {
  readonly columns: number;
  readonly rows: number;
  /** Pixels of one element of a kernel. */
  readonly cell: number;
  /** From one kernel to the next, in pixels. */
  readonly stepX: number;
  readonly stepY: number;
}

const GAP = 3;
const MAX_CELL = 12;
const MAX_TILES_HEIGHT = 240;

/** A little smaller is fine where the last row becomes full by that. */
const SHRINK = 0.7;

export function tileLayout(kernels: number, height: number, width: number, paneWidth: number): TileLayout {
  const layoutOf = (cell: number): TileLayout => {
    const [stepX, stepY] = [width * cell + GAP, height * cell + GAP];
    const columns = Math.max(1, Math.min(kernels, Math.floor((paneWidth + GAP) / stepX)));
    return { columns, rows: Math.ceil(kernels / columns), cell, stepX, stepY };
  };
  const largest = largestCell(cell => {
    const { rows, stepY } = layoutOf(cell);
    return rows * stepY <= MAX_TILES_HEIGHT && width * cell <= paneWidth;
  });
  for (let cell = largest; cell >= Math.max(1, largest * SHRINK); cell -= 0.25) {
    const layout = layoutOf(cell);
    if (kernels % layout.columns === 0) return layout;
  }
  return layoutOf(largest);
}

function largestCell(fits: (cell: number) => boolean): number {
  for (let cell = MAX_CELL; cell > 1; cell -= 0.5) if (fits(cell)) return cell;
  return 1;
}
