import type { ValueBins } from '../../src/protocol/value-statistics.ts';

/** Few values in many bins are a comb: neighbours are put together until there are about twice the root of the count. */
export function readableBins(bins: ValueBins): ValueBins {
  const { counts } = bins;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const wanted = Math.max(6, 2 * Math.sqrt(total));
  const together = [1, 2, 3, 4, 6, 8].find(
    size => counts.length % size === 0 && counts.length / size <= wanted,
  );
  if (together === undefined || together === 1) return bins;
  const merged = Array.from({ length: counts.length / together }, (_, bin) =>
    counts.slice(bin * together, (bin + 1) * together).reduce((sum, count) => sum + count, 0),
  );
  return { ...bins, counts: merged };
}

export interface BinsColours {
  readonly bars: string;
  readonly line: string;
}

/** A histogram as bars, another over it as a line; both over the same range. */
export function paintBins(
  context: CanvasRenderingContext2D,
  { width, height }: { readonly width: number; readonly height: number },
  own: ValueBins,
  other: ValueBins | undefined,
  { bars, line }: BinsColours,
): void {
  const share = (bins: ValueBins): number[] => {
    const total = bins.counts.reduce((sum, count) => sum + count, 0);
    return bins.counts.map(count => (total === 0 ? 0 : count / total));
  };
  const ours = share(readableBins(own));
  const theirs = other === undefined ? [] : share(readableBins(other));
  const highest = Math.max(...ours, ...theirs);
  if (highest === 0) return;
  const step = width / ours.length;
  const gap = step > 4 ? 1 : step > 2 ? 0.5 : 0;
  context.fillStyle = bars;
  ours.forEach((part, bin) => {
    // A bin with a single value among thousands is still seen.
    const size = part === 0 ? 0 : Math.max(1, (part / highest) * (height - 1));
    context.fillRect(bin * step, height - size, step - gap, size);
  });
  if (other === undefined) return;
  context.strokeStyle = line;
  context.lineWidth = height > 40 ? 1.6 : 1.1;
  context.lineJoin = 'round';
  context.beginPath();
  theirs.forEach((part, bin) => {
    context.lineTo((bin + 0.5) * (width / theirs.length), height - (part / highest) * (height - 1));
  });
  context.stroke();
}
