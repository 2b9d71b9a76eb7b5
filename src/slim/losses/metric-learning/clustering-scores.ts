/**
 * How well two clusterings of the same points agree: 1 where they are the same but for the clusters' names.
 *
 * Source: `sklearn.metrics.cluster`, which TF-Slim's `cluster_loss` calls.
 */
export const CLUSTERING_SCORES = {
  /** Normalized mutual information. */
  nmi: normalizedMutualInformation,
  /** Adjusted for chance; at least 0. */
  ami: (labels, predictions) => Math.max(0, adjustedMutualInformation(labels, predictions)),
  /** The adjusted Rand index; at least 0. */
  ari: (labels, predictions) => Math.max(0, adjustedRandIndex(labels, predictions)),
  /** The same number as nmi: the harmonic mean of homogeneity and completeness. */
  vmeasure: normalizedMutualInformation,
  /** Whether the clusters have the very numbers of the labels. */
  const: (labels, predictions) => (labels.every((label, i) => label === predictions[i]) ? 1 : 0),
} satisfies Readonly<Record<string, ClusteringScore>>;

export type ClusteringScore = (labels: readonly number[], predictions: readonly number[]) => number;

/** How many points are in both, for each label and each cluster that occur; and in each of them. */
interface Contingency {
  readonly counts: readonly (readonly number[])[];
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly total: number;
}

function contingencyOf(labels: readonly number[], predictions: readonly number[]): Contingency {
  const [classes, clusters] = [[...new Set(labels)], [...new Set(predictions)]];
  const counts = classes.map(label =>
    clusters.map(cluster => labels.filter((each, i) => each === label && predictions[i] === cluster).length),
  );
  const rows = counts.map(sum);
  const columns = clusters.map((_, j) => sum(counts.map(row => row[j] ?? 0)));
  return { counts, rows, columns, total: labels.length };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function entropy(sizes: readonly number[], total: number): number {
  return -sum(sizes.map(size => (size / total) * Math.log(size / total)));
}

function mutualInformation({ counts, rows, columns, total }: Contingency): number {
  const terms = counts.flatMap((row, i) =>
    row.map((count, j) =>
      count === 0 ? 0 : (count / total) * Math.log((count * total) / ((rows[i] ?? 1) * (columns[j] ?? 1))),
    ),
  );
  return Math.max(0, sum(terms));
}

/** Both have one cluster: they are the same, whatever the formulas make of it. */
function areWhole({ rows, columns }: Contingency): boolean {
  return rows.length === 1 && columns.length === 1;
}

function meanEntropy({ rows, columns, total }: Contingency): number {
  return (entropy(rows, total) + entropy(columns, total)) / 2;
}

function normalizedMutualInformation(labels: readonly number[], predictions: readonly number[]): number {
  const contingency = contingencyOf(labels, predictions);
  if (areWhole(contingency)) return 1;
  const shared = mutualInformation(contingency);
  return shared <= Number.EPSILON ? 0 : shared / Math.max(meanEntropy(contingency), Number.EPSILON);
}

function adjustedMutualInformation(labels: readonly number[], predictions: readonly number[]): number {
  const contingency = contingencyOf(labels, predictions);
  if (areWhole(contingency)) return 1;
  const byChance = expectedMutualInformation(contingency);
  const most = meanEntropy(contingency) - byChance;
  const divisor = most < 0 ? Math.min(most, -Number.EPSILON) : Math.max(most, Number.EPSILON);
  return (mutualInformation(contingency) - byChance) / divisor;
}

/** Over all clusterings with clusters of these sizes (Vinh, Epps and Bailey, 2010). */
function expectedMutualInformation({ rows, columns, total }: Contingency): number {
  const logFactorials = [0];
  for (let n = 1; n <= total; n++) logFactorials.push((logFactorials[n - 1] ?? 0) + Math.log(n));
  const logFactorial = (n: number): number => logFactorials[n] ?? NaN;
  let expected = 0;
  for (const a of rows) {
    for (const b of columns) {
      for (let n = Math.max(1, a + b - total); n <= Math.min(a, b); n++) {
        const numerator =
          logFactorial(a) + logFactorial(b) + logFactorial(total - a) + logFactorial(total - b);
        const denominator =
          logFactorial(total) +
          logFactorial(n) +
          logFactorial(a - n) +
          logFactorial(b - n) +
          logFactorial(total - a - b + n);
        expected += (n / total) * Math.log((total * n) / (a * b)) * Math.exp(numerator - denominator);
      }
    }
  }
  return expected;
}

function adjustedRandIndex(labels: readonly number[], predictions: readonly number[]): number {
  const { counts, rows, columns, total } = contingencyOf(labels, predictions);
  const squares = sum(counts.flat().map(count => count ** 2));
  const together = squares - total;
  const onlyInPredictions = sum(columns.map(size => size ** 2)) - squares;
  const onlyInLabels = sum(rows.map(size => size ** 2)) - squares;
  const apart = total ** 2 - onlyInPredictions - onlyInLabels - squares;
  if (onlyInLabels === 0 && onlyInPredictions === 0) return 1;
  return (
    (2 * (together * apart - onlyInLabels * onlyInPredictions)) /
    ((together + onlyInLabels) * (onlyInLabels + apart) +
      (together + onlyInPredictions) * (onlyInPredictions + apart))
  );
}
