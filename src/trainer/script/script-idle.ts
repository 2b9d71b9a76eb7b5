/** Tells when a script that has left something open (a server, a timer) does nothing any more. */

import { performance, type EventLoopUtilization } from 'node:perf_hooks';

const LOOK_MS = 1000;
/** A process that only waits still spends a little on its own timers. */
const IDLE_UTILIZATION = 0.02;

/**
 * Calls `onIdle` once, when the process has done next to nothing for so long as `graceMs` says at that time; null
 * means that waiting is what it should do now. Never keeps the process alive. Returns how to stop looking.
 */
export function watchIdle(graceMs: () => number | null, onIdle: () => void): () => void {
  let idleMs = 0;
  let before: EventLoopUtilization = performance.eventLoopUtilization();
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    const grace = graceMs();
    idleMs = grace === null || utilization > IDLE_UTILIZATION ? 0 : idleMs + LOOK_MS;
    if (grace === null || idleMs < grace) return;
    clearInterval(timer);
    onIdle();
  }, LOOK_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
