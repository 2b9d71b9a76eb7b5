import type { SeriesQuery, SeriesWindow } from '../../../src/protocol/series.ts';
import { covers } from '../charts/ranges.ts';
import type { SeriesAnswer, SeriesRequests } from './series-requests.ts';

interface Question {
  readonly query: SeriesQuery;
  /** Changes when the tag has new points. */
  readonly version: string;
}

/**
 * Keeps one run's curve in one card as fresh as it is wanted. At most one question is under way; what is wanted
 * meanwhile is asked when its answer is there. An answer to an older question is shown if it fits what the card shows
 * by now, and dropped if it does not: another axis, or only a part of the range.
 */
export class CurveFeed {
  readonly #requests: SeriesRequests;
  readonly #changed: () => void;
  #wanted: Question | null = null;
  #shown: Question | null = null;
  #underWay: { readonly id: number; readonly question: Question } | null = null;
  #window: SeriesWindow | null = null;
  #failure: string | null = null;
  #firstWallTime: number | null = null;

  constructor(requests: SeriesRequests, changed: () => void) {
    this.#requests = requests;
    this.#changed = changed;
  }

  get window(): SeriesWindow | null {
    return this.#window;
  }

  /** Why the last question had no answer. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Seconds since 1970 of the curve's first point. */
  get firstWallTime(): number | null {
    return this.#firstWallTime;
  }

  want(query: SeriesQuery, version: string): void {
    // What was asked on another axis has other x values.
    if (this.#wanted?.query.axis !== query.axis) {
      this.#shown = null;
      this.#window = null;
    }
    this.#wanted = { query, version };
    this.#ask();
  }

  /** The card cannot be seen: what is under way is dropped. */
  rest(): void {
    if (this.#underWay) this.#requests.abandon(this.#underWay.id);
    this.#underWay = null;
    this.#wanted = null;
  }

  #ask(): void {
    const question = this.#wanted;
    if (this.#underWay || !question || same(this.#shown, question)) return;
    const id = this.#requests.ask(question.query, answer => {
      this.#underWay = null;
      this.#answered(question, answer);
      this.#ask();
    });
    this.#underWay = { id, question };
  }

  #answered(question: Question, answer: SeriesAnswer): void {
    const wanted = this.#wanted?.query;
    if (question.query.axis !== wanted?.axis || !covers(question.query.range, wanted.range)) return;
    this.#shown = question;
    if ('failure' in answer) {
      this.#failure = answer.failure;
    } else {
      this.#failure = null;
      this.#window = answer.window;
      if (question.query.range === null) this.#firstWallTime = answer.window.points.wallTime[0] ?? null;
    }
    this.#changed();
  }
}

/** Axis, run and tag are the same in all questions that are compared. */
function same(a: Question | null, b: Question): boolean {
  return (
    a?.version === b.version &&
    a.query.smoothing === b.query.smoothing &&
    a.query.pixels === b.query.pixels &&
    a.query.range?.[0] === b.query.range?.[0] &&
    a.query.range?.[1] === b.query.range?.[1]
  );
}
