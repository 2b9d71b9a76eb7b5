/**
 * One curve: every point that its event files hold. When a training process resumes from a checkpoint, it computes
 * again what its predecessor had computed after that checkpoint: the curve then goes on from there, and the
 * predecessor's points from there on are kept apart, as lost.
 */

import { Columns } from './columns.ts';
import { lowerBound } from './sorted-search.ts';
import { Smoother } from './smoothing.ts';

export interface AttemptStart {
  readonly step: number;
  /** Seconds since 1970. */
  readonly wallTime: number;
}

/** A curve that goes back all the time (a script that counts each epoch from 0) keeps its newest lost pieces. */
const MAX_LOST_PIECES = 100;

export class ScalarSeries {
  /** The curve as it stands; steps never fall. */
  readonly points = new Columns();
  /** What was computed twice: the first time of it, in the order in which it was lost. */
  readonly lost: Columns[] = [];
  /** Where later attempts began. */
  readonly attempts: AttemptStart[] = [];
  readonly smoother = new Smoother();
  #lastStep = -Infinity;
  /** Position, among the folder's event files, of the newest one that has a point of this curve. */
  #newestFile = -1;

  append(file: number, step: number, wallTime: number, value: number): void {
    if (file > this.#newestFile) {
      if (this.points.length > 0) this.attempts.push({ step, wallTime });
      this.#newestFile = file;
    }
    if (step < this.#lastStep) this.#lose(step);
    this.points.append(step, wallTime, value);
    this.#lastStep = step;
  }

  /** A process says that it starts at `step`: what there is from that step on is lost, computed again or not. */
  startAttempt(file: number, step: number, wallTime: number): void {
    if (this.points.length === 0) return;
    this.attempts.push({ step, wallTime });
    this.#newestFile = Math.max(file, this.#newestFile);
    if (step <= this.#lastStep) this.#lose(step);
  }

  #lose(step: number): void {
    const start = lowerBound(this.points.step, step);
    this.lost.push(this.points.cut(start));
    if (this.lost.length > MAX_LOST_PIECES) this.lost.shift();
    this.smoother.forget();
    this.#lastStep = this.points.step.at(-1) ?? -Infinity;
  }
}
