/**
 * How long it takes from the moment at which a program appends a scalar to an event file until the curve that has it
 * is painted, in a real VS Code. To reach: 95 % within 100 ms. Prints a line of JSON; a ratio above 1 means that it is
 * reached.
 *
 * npm run bench:event-to-pixel
 */
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ensurePackaged } from '../../scripts/build.ts';
import { encodeEvent, type Event } from '../../src/formats/event.ts';
import { encodeRecord } from '../../src/formats/tfrecord.ts';
import { DashboardPage } from '../e2e/dashboard.ts';
import { openSession } from '../vscode/session.ts';
import { comparison, median, rounded } from './statistics.ts';

const POINTS = 100;
const TO_REACH_MS = 100;
const LOGDIR = 'other-program';
const TAG = 'loss';

await ensurePackaged();
const session = await openSession({
  settings: { 'slimTraining.logFolders': [LOGDIR] },
  fill: async workspace => {
    await mkdir(path.join(workspace, LOGDIR));
    const start = record({ wallTime: Date.now() / 1000, step: 0, fileVersion: 'brain.Event:2' });
    await writeFile(eventFile(workspace), Buffer.concat([start, scalar(0)]));
  },
});
const times: number[] = [];
try {
  const { workbench, workspace } = session;
  const dashboard = new DashboardPage(workbench.webview());
  await workbench.runCommand('Training: Show Dashboard');
  await dashboard.plot(TAG).waitFor();
  await wait(2000);
  const body = dashboard.frame.locator('body');
  // Curves are drawn in an animation frame; what is posted there arrives after the frame has been painted.
  await body.evaluate(`{
    window.painted = 0;
    const channel = new MessageChannel();
    channel.port1.onmessage = () => (window.painted = Date.now());
    const { stroke } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.stroke = function (...path) {
      channel.port2.postMessage(null);
      stroke.apply(this, path);
    };
  }`);
  for (let step = 1; step <= POINTS; step++) {
    const appended = Date.now();
    await appendFile(eventFile(workspace), scalar(step));
    const painted: number = await body.evaluate(
      `new Promise(resolve => {
        const look = () => (window.painted >= ${appended} ? resolve(window.painted) : setTimeout(look, 5));
        look();
      })`,
    );
    times.push(painted - appended);
    await wait(150 + 100 * Math.random()); // nothing is still being drawn, and no timer has our rhythm
  }
} finally {
  await session.close();
}
const p95 = times.toSorted((a, b) => a - b)[Math.ceil(0.95 * times.length) - 1] ?? NaN;
const inHalf = `half of them within ${rounded(median(times))} ms`;
console.log(
  comparison(
    `event to pixel, 95 % of ${times.length} (${inHalf}), against what is to be reached`,
    'ms',
    [p95],
    TO_REACH_MS,
  ),
);

function eventFile(workspace: string): string {
  return path.join(workspace, LOGDIR, 'events.out.tfevents.1700000000.elsewhere');
}

function scalar(step: number): Uint8Array {
  const summary = [{ tag: TAG, simpleValue: Math.exp(-step / 30) }];
  return record({ wallTime: Date.now() / 1000, step, summary });
}

function record(event: Event): Uint8Array {
  return encodeRecord(encodeEvent(event));
}
