/**
 * Selecting and restoring, rule by rule. What selection answers, and what becomes of each kind of list, is held to TF-Slim
 * in test/parity/variables.test.ts; the dialect of patterns to Python in test/unit/restore/python-regex.test.ts.
 */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  TRAINING_HOST,
  installTrainingHost,
  type TrainingHost,
} from '../../../../src/protocol/training-host.ts';
import * as slim from '../../../../src/slim/index.ts';
import { chooseBackend } from '../../../parity/tolerance.ts';
import { consoleLines } from '../console-lines.ts';
import { newLogFolder } from '../log-folder.ts';

beforeAll(chooseBackend);

const lines = consoleLines();
afterEach(() => {
  Reflect.deleteProperty(globalThis, TRAINING_HOST);
});

function filled(
  name: string,
  shape: readonly number[],
  dtype: slim.VariableDType = 'float32',
): slim.SlimVariable {
  return slim.variable(name, { shape, dtype, initializer: () => tf.fill([...shape], 7) });
}

/** A model, trained for one step by Adam: its checkpoint. */
async function trained(): Promise<string> {
  const logdir = newLogFolder();
  await new slim.Graph().asDefault(async () => {
    await slim.learning.train(await trainOpOf(), logdir, {
      numberOfSteps: 1,
      saveIntervalSecs: 0,
    });
  });
  return join(logdir, 'model.ckpt-1');
}

async function trainOpOf(): Promise<slim.learning.TrainOp> {
  const data = slim.data.arrays({ x: tf.ones<tf.Rank.R2>([4, 3]) }, { batchSize: 2 });
  const loss = await slim.defineLoss(data, ({ x }) =>
    slim.fullyConnected(x, 2, { scope: 'fc', activationFn: null }).square().sum<tf.Scalar>(),
  );
  const trainOp = await slim.learning.createTrainOp(loss, new slim.train.AdamOptimizer(0.1));
  return trainOp as unknown as slim.learning.TrainOp;
}

function inGraph<T>(fn: () => Promise<T>): Promise<T> {
  return new slim.Graph().asDefault(fn);
}

describe('What matches nothing is an error in the assignment, not in the selection', () => {
  test('selecting nothing gives nothing', () =>
    inGraph(async () => {
      await trainOpOf();
      expect(slim.getVariablesToRestore({ include: ['nope'] })).toEqual([]);
    }));

  test('restoring nothing, a name that is not there, a pattern and a rule without a match', async () => {
    const checkpoint = await trained();
    await inGraph(async () => {
      await trainOpOf();
      const nothing = slim.getVariablesToRestore({ include: ['nope'] });
      await expect(slim.assignFromCheckpoint(checkpoint, nothing)).rejects.toThrow(
        'Nothing would be restored',
      );
      const misspelt = { 'fc/wieghts': slim.getUniqueVariable('fc/weights') };
      await expect(slim.assignFromCheckpoint(checkpoint, misspelt)).rejects.toThrow(
        /fc\/wieghts.+fc\/weights/s,
      );
      expect(() => slim.assignFromValues({ 'fc/wieghts': [1] })).toThrow('fc/wieghts');
      const mapping = join(newLogFolder(), 'm.restore.json');
      for (const wrong of [{ include: ['nope'] }, { rename: [{ pattern: 'nope', replacement: 'x' }] }]) {
        await writeFile(mapping, JSON.stringify({ schemaVersion: 1, checkpoint, ...wrong }));
        await expect(slim.assignFromMapping(mapping)).rejects.toThrow('nope');
      }
    });
  });
});

describe('Slots and the global step', () => {
  test('are left out of a list and reported', async () => {
    const checkpoint = await trained();
    await inGraph(async () => {
      await trainOpOf();
      const { report } = await slim.assignFromCheckpoint(checkpoint, slim.getVariablesToRestore());
      const skipped = report.entries
        .filter(({ outcome }) => outcome === 'skipped')
        .map(({ variable }) => variable);
      expect(skipped).toEqual(expect.arrayContaining(['global_step', 'fc/weights/Adam', 'beta1_power']));
      const restored = report.entries.filter(({ outcome }) => outcome === 'restored');
      expect(restored.map(({ variable }) => variable)).toEqual(['fc/weights', 'fc/biases']);
    });
  });

  test('are restored where they are mapped by name', async () => {
    const checkpoint = await trained();
    await inGraph(async () => {
      await trainOpOf();
      const byName = ['global_step', 'fc/weights/Adam'].map(
        name => [name, slim.getUniqueVariable(name)] as const,
      );
      const initFn = await slim.assignFromCheckpoint(checkpoint, Object.fromEntries(byName));
      await initFn();
      expect(slim.getUniqueVariable('global_step').value.dataSync()[0]).toBe(1);
      expect(slim.getUniqueVariable('fc/weights/Adam').value.abs().min().dataSync()[0]).toBeGreaterThan(0);
    });
  });
});

/** As `slim-train run --restore` does. */
function installMapping(restore: string): slim.RestoreReport[] {
  const reports: slim.RestoreReport[] = [];
  const nothing = (): void => undefined;
  const host: TrainingHost = {
    version: 1,
    overrides: { restore },
    onHparams: nothing,
    onTrainBegin: nothing,
    onStep: nothing,
    onRestore: report => reports.push(report),
    onTrainEnd: nothing,
    log: line => lines.push(line),
    takeCommand: () => undefined,
    commandArrived: () => Promise.resolve(),
  };
  installTrainingHost(host);
  return reports;
}

describe('A warm start by whoever starts the run', () => {
  async function mappingOf(checkpoint: string): Promise<string> {
    const path = join(newLogFolder(), 'warm.restore.json');
    await writeFile(path, JSON.stringify({ schemaVersion: 1, checkpoint }));
    return path;
  }

  test("takes the place of the script's initFn, which the console says, and is reported", async () => {
    const checkpoint = await trained();
    const mapping = await mappingOf(checkpoint);
    const reports = installMapping(mapping);
    const own = vi.fn();
    await inGraph(async () => {
      await slim.learning.train(await trainOpOf(), newLogFolder(), { numberOfSteps: 1, initFn: own });
    });
    expect(own).not.toHaveBeenCalled();
    expect(lines).toContain(
      `restore = ${mapping}, set by whoever started the run (it takes the place of the script's initFn).`,
    );
    expect(reports.map(({ from }) => from)).toEqual([checkpoint]);
  });

  test('into a log folder with checkpoints is an error that offers a fresh one', async () => {
    const checkpoint = await trained();
    installMapping(await mappingOf(checkpoint));
    await inGraph(async () => {
      const used = join(checkpoint, '..');
      const training = slim.learning.train(await trainOpOf(), used, { numberOfSteps: 2 });
      await expect(training).rejects.toThrow(/holds checkpoints.+Start into a fresh one: --logdir .+/);
    });
  });
});

test('There is one set of outcomes: each of the seven, in one report', async () => {
  const logdir = newLogFolder();
  await inGraph(async () => {
    for (const [name, shape] of Object.entries({
      same: [2],
      typed: [2],
      longer: [5, 2],
      turned: [2, 3],
      told: [2],
      extra: [1],
    })) {
      filled(name, shape);
    }
    await new slim.train.Saver().save(join(logdir, 'model.ckpt'), 0);
  });
  await inGraph(async () => {
    filled('same', [2]);
    filled('typed', [2], 'int32');
    filled('longer', [3, 2]);
    filled('turned', [3, 2]);
    filled('told', [2]);
    filled('new', [1]);
    const { report } = await slim.assignFromCheckpoint(join(logdir, 'model.ckpt-0'), slim.getVariables(), {
      ignoreMissingVars: true,
      choices: {
        longer: { action: 'partial' },
        turned: { action: 'transpose' },
        told: { action: 'skip' },
      },
    });
    const outcomes = report.entries.map(({ variable, source, outcome }) => [variable ?? source, outcome]);
    expect(new Map(outcomes as [string, slim.RestoreOutcome][])).toEqual(
      new Map([
        ['same', 'restored'],
        ['typed', 'cast'],
        ['longer', 'partial'],
        ['turned', 'transposed'],
        ['told', 'skipped'],
        ['new', 'initialized'],
        ['extra', 'unused'],
      ]),
    );
  });
});
