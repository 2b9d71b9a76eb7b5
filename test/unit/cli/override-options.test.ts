import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parseCommandLine } from '../../../src/cli/command-line.ts';
import { overrideOptions, overridesHelp, overridesOf } from '../../../src/cli/override-options.ts';
import {
  overrideArguments,
  overrideChecks,
  overrideFields,
  runOverrides,
  type OverrideField,
} from '../../../src/protocol/run-overrides.ts';
import type { RunOverrides } from '../../../src/protocol/training-host.ts';
import { trainerArguments } from '../../../src/runs/launchers/trainer-arguments.ts';

function read(args: readonly string[]): RunOverrides {
  return overridesOf(parseCommandLine(args, overrideOptions()).values);
}

/** For each override what is typed, and what it says. A new one does not compile without its case. */
const cases: {
  readonly [F in OverrideField]: { readonly typed: readonly string[]; readonly value: RunOverrides[F] };
} = {
  logdir: { typed: ['--logdir', 'logs/a b'], value: resolve('logs/a b') },
  numberOfSteps: { typed: ['--steps', '7', '--steps', '100'], value: 100 },
  saveIntervalSecs: { typed: ['--save-interval-secs=0.5'], value: 0.5 },
  saveSummariesSecs: { typed: ['--save-summaries-secs=0'], value: 0 },
  hparams: {
    typed: ['--hparam=rate=-0.1', '--hparam', 'name=a=b', '--hparam=rate=-0.2'],
    value: { rate: '-0.2', name: 'a=b' },
  },
  restore: { typed: ['--restore=../my.restore.json'], value: resolve('../my.restore.json') },
  eager: { typed: ['--eager'], value: true },
};

test.each(overrideFields)(
  '%s goes from the command line to the trainer and into the record unchanged',
  field => {
    const { typed, value } = cases[field];
    const overrides = read(typed);
    expect(overrides).toEqual({ [field]: value });

    const again = read(overrideArguments(overrides));
    expect(again).toEqual(overrides);

    const recorded = (JSON.parse(JSON.stringify(again)) as RunOverrides)[field];
    expect(overrideChecks[field](recorded)).toBe(true);
    expect(overrideChecks[field](undefined)).toBe(true);
    expect(overrideChecks[field]({ other: ['kind'] })).toBe(false);
  },
);

test('all of them at once, and none', () => {
  const all = read(overrideFields.flatMap(field => cases[field].typed));
  expect(Object.keys(all).toSorted()).toEqual(overrideFields.toSorted());
  expect(read(overrideArguments(all))).toEqual(all);
  expect(read([])).toEqual({});
  expect(overrideArguments({ eager: false, hparams: {} })).toEqual([]);
});

test('the help has a line for each', () => {
  const lines = overridesHelp().trimEnd().split('\n');
  expect(lines).toHaveLength(overrideFields.length);
  for (const field of overrideFields)
    expect(lines.some(line => line.startsWith(`  --${runOverrides[field].option} `))).toBe(true);
  for (const line of lines) expect(line).toMatch(/^ {2}.{27} \S/);
});

test('a script and a command are each called with what was specified', () => {
  const cwd = resolve('.');
  const logdir = join(cwd, 'logs');
  const script = { kind: 'script', cwd, script: '/a/train.ts', overrides: { numberOfSteps: 3 } } as const;
  expect(trainerArguments({ ...script, name: '-x', backend: 'native' }, '/runs/1')).toEqual([
    'run',
    '/a/train.ts',
    '--run-folder=/runs/1',
    '--name=-x',
    '--backend=native',
    '--steps=3',
  ]);
  const command = { kind: 'command', cwd, argv: ['python', 'train.py', '--lr=1'] } as const;
  expect(trainerArguments({ ...command, logdir: null }, '/runs/2')).toEqual([
    'exec',
    '--run-folder=/runs/2',
    '--',
    'python',
    'train.py',
    '--lr=1',
  ]);
  const secret = { ...command, logdir, env: { API_KEY: 'hush' } };
  expect(trainerArguments(secret, '/runs/2')).toContain(`--logdir=${logdir}`);
  expect(trainerArguments(secret, '/runs/2').join(' ')).not.toContain('hush');
});
