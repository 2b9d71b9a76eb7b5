import type { ClusteringScore } from './clustering-scores.ts';

/** Points to be clustered around some of them, their medoids. */
export interface ClusteringProblem {
  /** [n][n], the distances between all points. */
  readonly distances: readonly Float32Array[];
  readonly labels: readonly number[];
  readonly marginMultiplier: number;
  readonly score: ClusteringScore;
}

/** How often all medoids are gone through. Source: `pam_max_iter` of TF-Slim. */
const REFINEMENTS = 5;

/** For each point the number of its medoid, the nearest one; a medoid is its own. */
export function assignToMedoids(
  { distances }: Pick<ClusteringProblem, 'distances'>,
  medoids: readonly number[],
): number[] {
  return distances.map((_, point) => {
    const own = medoids.indexOf(point);
    return own === -1 ? indexOfLeast(medoids.map(medoid => distances[medoid]?.[point] ?? NaN)) : own;
  });
}

/**
 * As many medoids as there are labels, one after the other, each the one by which the points become nearest to theirs, and
 * the clusters most unlike the labels: where the loss is greatest.
 *
 * Source: `compute_augmented_facility_locations` of tf_slim/losses/metric_learning.py.
 */
export function chooseMedoids(problem: ClusteringProblem): number[] {
  const { distances, labels } = problem;
  const chosen: number[] = [];
  for (let count = new Set(labels).size; count > 0; count--) {
    const candidates = distances.map((_, point) => point).filter(point => !chosen.includes(point));
    const values = candidates.map(candidate => {
      const medoids = [...chosen, candidate];
      const energy = distances.map((_, point) =>
        Math.min(...medoids.map(medoid => distances[medoid]?.[point] ?? NaN)),
      );
      return -total(energy) + penalty(problem, medoids);
    });
    chosen.push(candidates[indexOfLeast(values.map(value => -value))] ?? 0);
  }
  return chosen;
}

/**
 * Exchanges each medoid for the point of its cluster that serves better, several times.
 *
 * Source: `compute_augmented_facility_locations_pam` of tf_slim/losses/metric_learning.py.
 */
export function refineMedoids(problem: ClusteringProblem, medoids: readonly number[]): number[] {
  const refined = [...medoids];
  for (let i = 0; i < REFINEMENTS; i++) {
    const assigned = assignToMedoids(problem, refined);
    for (const cluster of refined.keys()) {
      const members = [...assigned.keys()].filter(point => assigned[point] === cluster);
      const values = members.map(member => {
        const spread = total(members.map(other => problem.distances[other]?.[member] ?? NaN));
        return -spread + penalty(problem, refined.with(cluster, member));
      });
      refined[cluster] = members[indexOfLeast(values.map(value => -value))] ?? refined[cluster] ?? 0;
    }
  }
  return refined;
}

/** The structured margin: how unlike the labels the clusters around these medoids are. */
function penalty(problem: ClusteringProblem, medoids: readonly number[]): number {
  const score = problem.score(problem.labels, assignToMedoids(problem, medoids));
  return problem.marginMultiplier * (1 - score);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** The first, of several. */
function indexOfLeast(values: readonly number[]): number {
  return values.indexOf(Math.min(...values));
}
