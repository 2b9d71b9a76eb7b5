import type { RowFactor } from '../embedded-threads/products.ts';
import type { TaskThreads } from '../embedded-threads/task-threads.ts';

/** What a filter sees of a batch of images, NHWC: float32. */
export interface View {
  readonly address: number;
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Zeros before the first row and column; less than none leaves some out. */
  readonly top: number;
  readonly left: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

/** Products read up to this many bytes beyond an image. */
const BEYOND = 64;

/**
 * Calls `use` with the images as a matrix: a row for each place of the filter, a column for each channel of each tap. It
 * refers to the images themselves, or to a copy of what is seen of them where that is more or begins elsewhere.
 *
 * @param byTap a segment of the matrix is one tap. Otherwise it is a row of taps where those lie together.
 */
export function withView(
  threads: TaskThreads,
  view: View,
  byTap: boolean,
  use: (matrix: RowFactor) => void,
): void {
  const { batch, channels, filterHeight, filterWidth, dilationHeight, dilationWidth } = view;
  const seen = {
    height: (view.outHeight - 1) * view.strideHeight + (filterHeight - 1) * dilationHeight + 1,
    width: (view.outWidth - 1) * view.strideWidth + (filterWidth - 1) * dilationWidth + 1,
  };
  const useIn = (address: number, { height, width }: typeof seen): void => {
    const pixel = 4 * channels;
    const taps = (row: number): number[] =>
      Array.from(
        { length: filterWidth },
        (_, tap) => (row * dilationHeight * width + tap * dilationWidth) * pixel,
      );
    const rows = Array.from({ length: filterHeight }, (_, row) => taps(row));
    const together = !byTap && dilationWidth === 1;
    use({
      address,
      rows: batch * view.outHeight * view.outWidth,
      writeRowOffsets: offsets => {
        let index = 0;
        for (let image = 0; image < batch; image++) {
          for (let y = 0; y < view.outHeight; y++) {
            const row = image * height + y * view.strideHeight;
            for (let x = 0; x < view.outWidth; x++) {
              offsets[index++] = (row * width + x * view.strideWidth) * pixel;
            }
          }
        }
      },
      segmentOffsets: together ? rows.flatMap(row => row.slice(0, 1)) : rows.flat(),
      segment: together ? filterWidth * channels : channels,
    });
  };
  const isWhole = view.top === 0 && view.left === 0 && seen.height <= view.height && seen.width <= view.width;
  if (isWhole) {
    useIn(view.address, view);
    return;
  }
  threads.withMemory(batch * seen.height * seen.width * channels * 4 + BEYOND, address => {
    copySeen(threads, view, address, seen);
    useIn(address, seen);
  });
}

function copySeen(
  threads: TaskThreads,
  { address, batch, height, width, channels, top, left }: View,
  to: number,
  seen: { readonly height: number; readonly width: number },
): void {
  const numbers = new Float32Array(threads.memory.buffer);
  const first = Math.max(0, left);
  const columns = Math.min(seen.width, left + width) - first;
  const rowNumbers = seen.width * channels;
  for (let image = 0; image < batch; image++) {
    for (let y = 0; y < seen.height; y++) {
      const begin = to / 4 + (image * seen.height + y) * rowNumbers;
      const row = y - top;
      if (row < 0 || row >= height || columns <= 0) {
        numbers.fill(0, begin, begin + rowNumbers);
        continue;
      }
      const from = address / 4 + ((image * height + row) * width + first - left) * channels;
      const end = begin + (first + columns) * channels;
      numbers.fill(0, begin, begin + first * channels);
      numbers.copyWithin(begin + first * channels, from, from + columns * channels);
      numbers.fill(0, end, begin + rowNumbers);
    }
  }
}
