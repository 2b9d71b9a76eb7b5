import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  TRAINING_HOST,
  installTrainingHost,
  type TrainingHost,
} from '../../../src/protocol/training-host.ts';
import { hparams } from '../../../src/slim/hparams.ts';
import { consoleLines } from './console-lines.ts';

const defaults = { learningRate: 0.01, optimizer: 'adam', useBias: true, steps: 100 };
const commandLine = process.argv;
const lines = consoleLines();

afterEach(() => {
  process.argv = commandLine;
  Reflect.deleteProperty(globalThis, TRAINING_HOST);
});

function withArguments(...args: string[]): void {
  process.argv = [...commandLine.slice(0, 2), ...args];
}

test('are the defaults, with their types, when nobody sets others', () => {
  withArguments();
  const values = hparams(defaults);
  const learningRate: number = values.learningRate;
  const optimizer: string = values.optimizer;
  expect([learningRate, optimizer, values.useBias, values.steps]).toEqual([0.01, 'adam', true, 100]);
  expect(lines).toEqual([]);
});

describe('on a command line of node', () => {
  test('are set by --hparam, in both of its forms', () => {
    withArguments(
      '--hparam',
      'learningRate=1e-3',
      '--hparam=optimizer=sgd=x',
      '--other',
      '--hparam',
      'useBias=false',
    );
    expect(hparams(defaults)).toEqual({
      learningRate: 0.001,
      optimizer: 'sgd=x',
      useBias: false,
      steps: 100,
    });
    expect(lines[0]).toBe('Hyperparameter learningRate = 0.001 (the script says 0.01).');
  });

  test.each([
    [
      ['--hparam', 'learningRat=1'],
      'There is no hyperparameter learningRat in this script. Declared by slim.hparams: learningRate',
    ],
    [
      ['--hparam', 'learningRate=fast'],
      'Hyperparameter learningRate is a number, like 0.01: "fast" is none.',
    ],
    [['--hparam', 'steps='], 'Hyperparameter steps is a number, like 100: "" is none.'],
    [['--hparam', 'useBias=maybe'], 'Hyperparameter useBias is a boolean, like true: "maybe" is none.'],
    [['--hparam', 'steps'], '--hparam takes name=value, not "steps".'],
    [['--hparam'], '--hparam takes name=value, not "".'],
  ])('%j is refused', (args, message) => {
    withArguments(...args);
    expect(() => hparams(defaults)).toThrow(message);
  });
});

test('are set by a host, which is told what they became; the command line is the host’s', () => {
  withArguments('--hparam', 'steps=1');
  const onHparams = vi.fn();
  const log = vi.fn();
  const host: Partial<TrainingHost> = { version: 1, overrides: { hparams: { steps: '7' } }, onHparams, log };
  installTrainingHost(host as TrainingHost);
  expect(hparams(defaults).steps).toBe(7);
  expect(onHparams).toHaveBeenCalledExactlyOnceWith({ ...defaults, steps: 7 });
  expect(log).toHaveBeenCalledExactlyOnceWith('Hyperparameter steps = 7 (the script says 100).');
});
