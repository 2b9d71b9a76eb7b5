/**
 * How long it takes to have read log folders with 2 million scalars, every point kept and every checksum checked: our
 * monitor against TensorBoard's data server (rustboard), each as a process of its own, from its start to the end of
 * its first load, in turns. Prints a line of JSON for each set; a ratio above 1 means that we are faster.
 *
 * npm run bench:ingest
 */

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { encodeEvent, type Event } from '../../src/formats/event.ts';
import { float32Tensor } from '../../src/formats/tensor-value.ts';
import { encodeRecord } from '../../src/formats/tfrecord.ts';
import { runPython } from '../interop/python-environment.ts';
import { comparison } from './statistics.ts';

const RUNS = 10;
const SCALARS_A_RUN = 200_000;
const ROUNDS = 5;
const TAGS = ['losses/total_loss', 'losses/cross_entropy', 'accuracy', 'learning_rate', 'global_step/sec'];

const folder = mkdtempSync(join(tmpdir(), 'bench-ingest-'));
const SOURCES = join(import.meta.dirname, '..', '..', 'src', 'monitor');

type MakeEvent = (tag: string, step: number, wallTime: number, value: number) => Event;

const SETS: Readonly<Record<string, MakeEvent>> = {
  '2M TF1 scalars': (tag, step, wallTime, simpleValue) => ({
    wallTime,
    step,
    summary: [{ tag, simpleValue }],
  }),
  '2M TF2 scalars': (tag, step, wallTime, value) => ({
    wallTime,
    step,
    summary: [
      { tag, tensor: float32Tensor([], Float32Array.of(value)), ...(step === 0 ? { metadata } : {}) },
    ],
  }),
};

const metadata = {
  pluginName: 'scalars',
  pluginContent: new Uint8Array(0),
  displayName: '',
  summaryDescription: '',
  dataClass: 1,
};

function writeSet(name: string, makeEvent: MakeEvent): string {
  const logdir = join(folder, name.replaceAll(' ', '-'));
  for (let run = 0; run < RUNS; run++) {
    const records = [encodeRecord(encodeEvent({ wallTime: 1.7e9, step: 0, fileVersion: 'brain.Event:2' }))];
    for (let index = 0; index < SCALARS_A_RUN; index++) {
      const tag = TAGS[index % TAGS.length] ?? '';
      const step = Math.floor(index / TAGS.length);
      records.push(encodeRecord(encodeEvent(makeEvent(tag, step, 1.7e9 + index * 0.01, Math.sin(index)))));
    }
    mkdirSync(join(logdir, `run_${run}`), { recursive: true });
    writeFileSync(join(logdir, `run_${run}`, 'events.out.tfevents.1700000000.host'), Buffer.concat(records));
  }
  return logdir;
}

/** Milliseconds until a process says `done`, on either stream. */
async function timeUntil(done: string, command: string, args: string[]): Promise<number> {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  const elapsed = await new Promise<number>((resolve, reject) => {
    const hear = (text: Buffer): void => {
      output += text.toString();
      if (output.includes(done)) resolve(performance.now() - start);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', reject);
    child.on('exit', () => {
      reject(new Error(`${command} ended early: ${output}`));
    });
  });
  child.removeAllListeners('exit');
  child.kill();
  return elapsed;
}

/** A program that watches all runs of a folder and says when all of their points are there. */
async function buildOurs(): Promise<string> {
  const main = join(folder, 'main.ts');
  writeFileSync(
    main,
    `import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Monitor } from ${JSON.stringify(join(SOURCES, 'monitor.ts'))};
const [, , worker, logdir] = process.argv;
const monitor = new Monitor(worker);
const runs = readdirSync(logdir);
for (const run of runs) monitor.watch(run, join(logdir, run));
monitor.onSummary(() => {
  if (!runs.every(run => monitor.summary(run)?.loading === false)) return;
  const points = runs.flatMap(run => monitor.summary(run).tags.map(tag => tag.count)).reduce((a, b) => a + b);
  if (points !== ${RUNS * SCALARS_A_RUN}) throw new Error(points + ' points');
  console.log('all read');
});`,
  );
  const outfile = join(folder, 'main.mjs');
  const common = { bundle: true, platform: 'node', format: 'esm', logLevel: 'error' } as const;
  await build({ ...common, entryPoints: [main], outfile });
  await build({ ...common, entryPoints: [join(SOURCES, 'worker.ts')], outfile: join(folder, 'worker.mjs') });
  return outfile;
}

try {
  const ours = await buildOurs();
  const rival = (await runPython(
    'import tensorboard_data_server as s\nresult = s.server_binary()',
    null,
  )) as string;
  for (const [name, makeEvent] of Object.entries(SETS)) {
    const logdir = writeSet(name, makeEvent);
    const times: { ours: number[]; rival: number[] } = { ours: [], rival: [] };
    for (let round = 0; round < ROUNDS; round++) {
      times.ours.push(
        await timeUntil('all read', process.execPath, [ours, join(folder, 'worker.mjs'), logdir]),
      );
      times.rival.push(
        await timeUntil('Finished load cycle', rival, [
          '--logdir',
          logdir,
          '--samples-per-plugin',
          'scalars=all',
          '--checksum',
          '--port',
          '0',
          '--verbose',
        ]),
      );
    }
    console.log(comparison(`ingest, ${name}, against rustboard`, 'ms', times.ours, times.rival));
  }
} finally {
  rmSync(folder, { recursive: true });
}
