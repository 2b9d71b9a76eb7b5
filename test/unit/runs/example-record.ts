import type { RunRecord } from '../../../src/protocol/run.ts';

/** The record of an attempt that has just begun. */
export const begunRecord: RunRecord = {
  schemaVersion: 1,
  id: '20260314-092653-589-3f9a1c',
  name: 'lenet',
  launcher: 'local',
  command: ['slim-train', 'run', 'train.ts', '--steps=100'],
  script: '/home/ada/digits/train.ts',
  cwd: '/home/ada/digits',
  logdir: '/home/ada/digits/logs/lenet',
  overrides: { logdir: '/home/ada/digits/logs/lenet', numberOfSteps: 100, hparams: { learningRate: '0.1' } },
  hparams: { learningRate: 0.1, augment: true, data: 'digits' },
  gitCommit: 'a9993e364706816aba3e25717850c26c9cd0d89d',
  host: 'analytical-engine',
  pid: 1815,
  processStartTime: 'boot:1842',
  backend: { name: 'native', description: 'native (libtensorflow 2.15.1)', libtensorflow: '2.15.1' },
  mode: 'eager',
  state: 'starting',
  startedAt: 1_773_480_413_589,
};

/** Every field is there. */
export const exampleRecord: RunRecord = {
  ...begunRecord,
  state: 'running',
  control: '/run/user/1000/slim-training-1000/0123456789abcdef.sock',
  endedAt: 1_773_480_500_000,
  startStep: 40,
  progress: { step: 50, numberOfSteps: 100, loss: 0.25, stepsPerSec: 10, secondsLeft: 5 },
  exitCode: 1,
  failure: {
    message: 'NaN in loss',
    stack: 'at train.ts:1:2',
    location: { file: 'train.ts', line: 1, column: 2 },
  },
};
