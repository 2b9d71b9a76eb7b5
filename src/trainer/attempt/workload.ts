/** What an attempt runs, as what keeps the attempt sees it: a script in this process, or a command in its own. */

import type { TrainerControls } from './control-server.ts';

export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export type StopSignal = (typeof SIGNALS)[number];

export interface Workload extends TrainerControls {
  /** Begins it. How it ends is told to the attempt's ending, and so is what hinders it from beginning. */
  start(): void;
  /** A first signal: it stops, and may say so on the console. */
  interrupt(signal: StopSignal): void;
  /** A second signal: all of it ends at once. Returns one line on what that cost. */
  abandon(): string;
  /** Its end is about to be recorded: the last that it has to tell. */
  tellLast(): void;
}
