/**
 * A trainer that only counts: `trainer-process.ts ROOT LOGDIR [deaf]`. Everything around the loop is the real thing.
 * A deaf one never takes a command and ignores signals that can be ignored.
 */

import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { newControlAddress } from '../../../src/runs/control-address.ts';
import { processStartTime } from '../../../src/runs/process-identity.ts';
import { createRunFolder } from '../../../src/runs/run-folder.ts';
import { ControlServer } from '../../../src/trainer/attempt/control-server.ts';
import { RunHost } from '../../../src/trainer/script/run-host.ts';
import { beginAttempt } from '../trainer/begin-attempt.ts';

const [root = '', logdir = '', hearing = 'hears'] = process.argv.slice(2);
const isDeaf = hearing === 'deaf';
const folder = await createRunFolder(root);
const control = await newControlAddress();
const startTime = (await processStartTime(process.pid)) ?? null;
const attempt = await beginAttempt(folder, { host: hostname(), processStartTime: startTime, control });
const host = new RunHost(attempt, {}, false);
const server = await ControlServer.listen(control, attempt, {
  stop: () => {
    host.stop();
  },
  pause: () => {
    host.pause();
  },
  resume: () => {
    host.resume();
  },
  save: () => host.save(),
});
process.on('SIGINT', () => {
  if (!isDeaf) host.stop();
});
process.on('SIGTERM', () => undefined);

host.onTrainBegin({ logdir, startStep: 0, numberOfSteps: null });
for (let step = 1; ; step++) {
  await delay(10);
  host.onStep({ step, loss: 1 / step, secPerStep: 0.01 });
  const command = isDeaf ? undefined : host.takeCommand();
  if (command?.type === 'save') {
    const checkpoint = { path: `model.ckpt-${step}`, step };
    command.done(checkpoint);
  }
  if (command?.type === 'pause') {
    for (let next = host.takeCommand(); next?.type !== 'resume'; next = host.takeCommand())
      await host.commandArrived();
  }
  if (command?.type !== 'stop') continue;
  host.onTrainEnd({ step, loss: 1 / step, reason: 'stopped' });
  break;
}
await attempt.end({ state: 'stopped', exitCode: 0 });
await server.close();
process.exit(0);
