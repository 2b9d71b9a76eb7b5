import type { DashboardRequests } from '../../../src/protocol/dashboard.ts';
import { messageOf } from '../../../src/protocol/error-message.ts';
import type { Ask } from '../../../src/protocol/requests.ts';
import type { SeriesQuery, SeriesWindow } from '../../../src/protocol/series.ts';
import { covers } from '../charts/ranges.ts';

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
  readonly #request: Ask<DashboardRequests>;
  readonly #changed: () => void;
  #wanted: Question | null = null;
  #shown: Question | null = null;
  /** Of the question that is under way. */
  #underWay: AbortController | null = null;
  #window: SeriesWindow | null = null;
  #failure: string | null = null;
  #firstWallTime: number | null = null;

  constructor(request: Ask<DashboardRequests>, changed: () => void) {
    this.#request = request;
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
    this.#underWay?.abort();
    this.#underWay = null;
    this.#wanted = null;
  }

  #ask(): void {
    const question = this.#wanted;
    if (this.#underWay || !question || same(this.#shown, question)) return;
    const underWay = new AbortController();
    this.#underWay = underWay;
    this.#request('curve', { query: question.query }, underWay.signal).then(
      window => {
        this.#answered(question, () => {
          this.#failure = null;
          this.#window = window;
          if (question.query.range === null) this.#firstWallTime = window.points.wallTime[0] ?? null;
        });
      },
      (error: unknown) => {
        this.#answered(question, () => {
          this.#failure = messageOf(error);
        });
      },
    );
  }

  #answered(question: Question, take: () => void): void {
    this.#underWay = null;
    const wanted = this.#wanted?.query;
    if (question.query.axis === wanted?.axis && covers(question.query.range, wanted.range)) {
      this.#shown = question;
      take();
      this.#changed();
    }
    this.#ask();
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
