import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSession, type Session } from '../vscode/session.ts';
import { takePictureOfFailure } from './failure-screenshot.ts';

const scripts: Readonly<Record<string, string>> = {
  'throws-at-import.ts': `
import * as slim from 'slim-training';

const trainOp = makeTrainOp();
await slim.learning.train(trainOp, 'logs/never');

function makeTrainOp(): never {
  throw new Error('the data are not there');
}
`,
  'throws-at-step-50.ts': `
import * as slim from 'slim-training';
import * as tf from '@tensorflow/tfjs';

const data = slim.data.arrays({ x: tf.ones([8, 2]) }, { batchSize: 4 });
let steps = 0;
const loss = await slim.defineLoss(data, ({ x }) => {
  if (++steps > 50) throw new RangeError('enough is enough');
  slim.losses.logLoss(slim.fullyConnected(x, 1, { activationFn: tf.sigmoid }), tf.ones([4, 1]));
  return slim.losses.getTotalLoss();
});
const trainOp = await slim.learning.createTrainOp(loss, new slim.train.GradientDescentOptimizer(0.1));
await slim.learning.train(trainOp, 'logs/throws', { numberOfSteps: 1000 });
`,
};

let session: Session;
takePictureOfFailure(() => session);

beforeAll(async () => {
  session = await openSession({
    fill: async workspace => {
      for (const [name, text] of Object.entries(scripts)) await writeFile(path.join(workspace, name), text);
    },
  });
});

afterAll(async () => {
  await session.close();
});

test.each([
  ['throws-at-import.ts', /the data are not there/, 'Ln 8, '],
  ['throws-at-step-50.ts', /enough is enough/, 'Ln 8, '],
])(
  '%s: one message says what happened and leads there, and no run is left running',
  async (script, words, line) => {
    const { workbench } = session;
    await workbench.openFile(script);
    await workbench.runCommand('Training: Start Training');
    await workbench.notification(words).waitFor();
    expect(await workbench.notifications().count()).toBe(1);
    await workbench.openContainer('Training');
    await workbench.row(words).waitFor();
    // The status bar follows a moment later than the row.
    await workbench.statusBarItem(/throws.*%/).waitFor({ state: 'detached' });
    await workbench.notification(words).getByRole('button', { name: 'Open Script' }).click();
    await workbench.statusBarItem(line).waitFor();
    await workbench.runCommand('Notifications: Clear All Notifications');
  },
);
