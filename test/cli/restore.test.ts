import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ModelVariable } from '../../src/protocol/model-variable.ts';
import type { RestoreReport } from '../../src/protocol/restore.ts';
import { inspectModel } from '../../src/runs/launchers/inspect-model.ts';
import { restoreReportPath, runsFolder } from '../../src/runs/run-folder.ts';
import { lineScript } from './line-script.ts';
import { trainer, Workspace } from './slim-train.ts';

let workspace: Workspace;

beforeEach(async () => {
  workspace = await Workspace.create();
});

afterEach(async () => {
  await workspace.remove();
});

/** A trained line, `logs/line/model.ckpt-40`, and a script whose line has another name. */
async function trainedLine(): Promise<void> {
  await workspace.write('train.ts', lineScript());
  expect((await workspace.run('run', 'train.ts')).exitCode).toBe(0);
  await workspace.write(
    'tuned.ts',
    lineScript().replaceAll("'line'", "'tuned'").replace('logs/line', 'logs/tuned'),
  );
}

const WARM = {
  schemaVersion: 1,
  checkpoint: 'logs/line/model.ckpt-40',
  script: 'tuned.ts',
  rename: [{ pattern: '^line/', replacement: 'tuned/' }],
};

function writeMapping(mapping: object): Promise<string> {
  return workspace.write('warm.restore.json', JSON.stringify(mapping));
}

describe('slim-train inspect', () => {
  test('tells the variables, without a step and without a file', async () => {
    await workspace.write('train.ts', lineScript({ atStep: "throw new Error('a step was trained');" }));
    const before = await readdir(workspace.folder);
    const { exitCode, stdout, stderr } = await workspace.run('inspect', 'train.ts', '--json');
    expect(exitCode, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      script: join(workspace.folder, 'train.ts'),
      logdir: join(workspace.folder, 'logs/line'),
      files: expect.arrayContaining([join(workspace.folder, 'train.ts')]) as unknown,
      variables: [
        {
          name: 'line/weights',
          shape: [1, 1],
          dtype: 'float32',
          trainable: true,
          role: 'model',
          initializer: 'xavier',
        },
        {
          name: 'line/biases',
          shape: [1],
          dtype: 'float32',
          trainable: true,
          role: 'model',
          initializer: 'zeros',
        },
        {
          name: 'global_step',
          shape: [],
          dtype: 'int64',
          trainable: false,
          role: 'globalStep',
          initializer: 'zeros',
        },
      ] satisfies ModelVariable[],
    });
    expect(await readdir(workspace.folder)).toEqual(before);
  });

  test('keeps what the script says out of its answer, and gives it its hyperparameters', async () => {
    const script = lineScript().replace(
      'const points',
      "console.log('rate', FLAGS.learningRate);\nconst points",
    );
    await workspace.write('train.ts', script);
    const { stdout, stderr } = await workspace.run('inspect', 'train.ts', '--hparam', 'learningRate=0.25');
    expect(stderr).toContain('rate 0.25');
    expect(stdout).toMatch(/^line\/weights {2}\[1, 1\] {2}float32 {2}trainable {2}model {9}xavier\n/);
  });

  test.each([
    ['throws', "throw new RangeError('no digits here');", /cannot be inspected: RangeError: no digits here/],
    [
      'throws later',
      "setTimeout(() => { throw new Error('bad timer'); });",
      /cannot be inspected: .*bad timer/,
    ],
    ['does not parse', 'const = 4;', /train\.ts:1:7: SyntaxError/],
    ['never trains', "console.log('hello');", /train\.ts ended without training.*slim\.learning\.train/],
    ['ends the process', 'process.exit(0);', /ended without training/],
  ])('of a script that %s says so once', async (_, script, message) => {
    await workspace.write('train.ts', script);
    const { exitCode, stdout, stderr } = await workspace.run('inspect', 'train.ts', '--json');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.match(/slim-train: /g)).toHaveLength(1);
    expect(await readdir(workspace.folder)).toEqual(['train.ts']);
  });

  test('of no script', async () => {
    const { exitCode, stderr } = await workspace.run('inspect', 'nowhere.ts');
    expect(exitCode).toBe(1);
    expect(stderr).toBe(`slim-train: There is no script ${join(workspace.folder, 'nowhere.ts')}.\n`);
  });
});

describe('inspectModel', () => {
  const inspect = async (text: string) => {
    const script = await workspace.write('train.ts', text);
    return inspectModel({ cwd: workspace.folder, script, trainer });
  };

  test('tells the variables and the log folder, whatever the script says', async () => {
    const model = await inspect(`console.log('slim-train: hello');\n${lineScript()}`);
    expect(model.logdir).toBe(join(workspace.folder, 'logs/line'));
    expect(model.variables.map(({ name }) => name)).toEqual(['line/weights', 'line/biases', 'global_step']);
  });

  test('tells the files that the script loads, but for packages', async () => {
    const part = await workspace.write('steps.ts', 'export const steps = 3;\n');
    const data = await workspace.write('data.json', '{"a": 1}');
    const { files } = await inspect(
      `import { steps } from './steps.ts';\nimport data from './data.json';\nvoid [steps, data];\n${lineScript()}`,
    );
    expect(files).toEqual(expect.arrayContaining([part, data, join(workspace.folder, 'train.ts')]));
    expect(files.filter(file => file.includes('node_modules'))).toEqual([]);
  });

  test("fails with the command's own words, and not with what the script has said", async () => {
    const failure = inspect("console.log('hello');\nthrow new RangeError('no digits here');");
    await expect(failure).rejects.toThrow(
      /^The model of train\.ts cannot be inspected: RangeError: no digits here\n[^]*train\.ts:2:/,
    );
  });
});

describe('slim-train restore', () => {
  beforeEach(trainedLine);

  test('plan shows each variable, check only whether it can be used', async () => {
    await writeMapping(WARM);
    const shown = await workspace.run('restore', 'plan', 'warm.restore.json');
    expect(shown.exitCode, shown.stderr).toBe(0);
    expect(shown.stdout).toContain('restored     tuned/weights <- line/weights  by rule ^line/ → tuned/\n');
    expect(shown.stdout).toMatch(/skipped {6}global_step .*step counter/);
    const checked = await workspace.run('restore', 'check', 'warm.restore.json');
    expect(checked).toMatchObject({ exitCode: 0, stderr: '' });
    expect(checked.stdout).toMatch(/^2 of 3 variables come from the checkpoint\./);
  });

  test('plan --json tells entries and problems', async () => {
    await writeMapping({ ...WARM, exclude: ['tuned/biases', 'head'] });
    const { exitCode, stdout, stderr } = await workspace.run(
      'restore',
      'plan',
      'warm.restore.json',
      '--json',
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain('the pattern "head" in exclude matches no variable of the model');
    expect(JSON.parse(stdout)).toMatchObject({
      checkpoint: join(workspace.folder, 'logs/line/model.ckpt-40'),
      entries: [
        { variable: 'tuned/weights', outcome: 'restored' },
        { outcome: 'skipped' },
        { outcome: 'skipped' },
        {},
        {},
        {},
      ],
      problems: [{ at: ['exclude', 1] }],
    });
  });

  test('export prints code that says the same', async () => {
    await writeMapping(WARM);
    const ts = await workspace.run('restore', 'export', '--to', 'ts', 'warm.restore.json');
    expect(ts.exitCode, ts.stderr).toBe(0);
    const [head = '', training = ''] = lineScript()
      .replaceAll("'line'", "'tuned'")
      .replace('logs/line', 'logs/exported')
      .split('await slim.learning.train');
    const code = ts.stdout.replace("import * as slim from 'slim-training';\n", '');
    const script = `${head}${code}await slim.learning.train${training.replace('numberOfSteps: 40', 'initFn, numberOfSteps: 41')}`;
    await workspace.write('exported.ts', script);
    const { exitCode, stdout, stderr } = await workspace.run('run', 'exported.ts');
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('tuned/weights <- line/weights');
    const python = await workspace.run('restore', 'export', '--to=python', 'warm.restore.json');
    expect(python.stdout).toContain("        'line/weights': variables['tuned/weights'],\n");
  });

  test.each([
    ['no file', null, /The restore mapping .*warm\.restore\.json cannot be read/],
    ['no JSON', '{"schemaVersion": 1\n  "script": "x"}', /warm\.restore\.json:2:3: This is not JSON/],
    [
      'no checkpoint',
      JSON.stringify({ schemaVersion: 1, script: 'tuned.ts' }),
      /does not say from which "checkpoint"/,
    ],
    ['no script', JSON.stringify({ ...WARM, script: undefined }), /give --script/],
    [
      'a checkpoint that is gone',
      JSON.stringify({ ...WARM, checkpoint: 'logs/gone' }),
      /There is no checkpoint .*logs\/gone/,
    ],
    [
      'a model that fails',
      JSON.stringify({ ...WARM, script: 'bad.ts' }),
      /cannot be inspected: Error: no model/,
    ],
  ])('check of %s is one clear message', async (_, text, message) => {
    if (text !== null) await workspace.write('warm.restore.json', text);
    await workspace.write('bad.ts', "throw new Error('no model');");
    const { exitCode, stdout, stderr } = await workspace.run('restore', 'check', 'warm.restore.json');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.match(/slim-train: /g)).toHaveLength(1);
  });
});

describe('slim-train run --restore', () => {
  beforeEach(trainedLine);

  test('begins where the checkpoint ended, and the run remembers its origin', async () => {
    const mapping = await writeMapping(WARM);
    const own = "initFn: () => { throw new Error('the own initFn ran'); }, numberOfSteps";
    await workspace.write(
      'tuned.ts',
      lineScript()
        .replaceAll("'line'", "'tuned'")
        .replace('logs/line', 'logs/tuned')
        .replace('numberOfSteps', own),
    );
    const { exitCode, stdout, stderr } = await workspace.run(
      'run',
      'tuned.ts',
      '--restore',
      'warm.restore.json',
      '--steps=1',
    );
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain(
      `restore = ${mapping}, set by whoever started the run (it takes the place of the script's initFn).`,
    );
    expect(stdout).toContain('Variables: 2 restored, 1 skipped, 3 unused.');
    const records = await workspace.records();
    const [cold, warm] = records;
    const from = join(workspace.folder, 'logs/line/model.ckpt-40');
    expect(warm).toMatchObject({
      startStep: 0,
      restored: { from, mapping },
      overrides: { restore: mapping },
    });
    expect(warm?.progress?.loss).toBeLessThan(cold?.progress?.loss ?? 0);
    const report = await readFile(
      restoreReportPath(join(runsFolder(workspace.folder), warm?.id ?? '')),
      'utf8',
    );
    expect((JSON.parse(report) as RestoreReport).entries).toMatchObject([
      { variable: 'tuned/weights', source: 'line/weights', outcome: 'restored' },
      { variable: 'tuned/biases', source: 'line/biases', outcome: 'restored' },
      { variable: 'global_step', outcome: 'skipped' },
      { source: 'slim_data/epoch', outcome: 'unused' },
      {},
      {},
    ]);
  });

  test('into a log folder with checkpoints is refused, with a fresh one', async () => {
    await writeMapping({ ...WARM, rename: undefined });
    const { exitCode, stderr } = await workspace.run('run', 'train.ts', '--restore=warm.restore.json');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/logs\/line holds checkpoints \(model\.ckpt-40\).*--logdir logs\/line-2/);
    const fresh = await workspace.run(
      'run',
      'train.ts',
      '--restore=warm.restore.json',
      '--logdir=logs/line-2',
      '--steps=1',
    );
    expect(fresh.exitCode, fresh.stderr).toBe(0);
  });

  test('by a mapping that does not fit fails before anything is made', async () => {
    await writeMapping({ ...WARM, rename: [{ pattern: 'nothing', replacement: '' }] });
    const { exitCode, stderr } = await workspace.run('run', 'tuned.ts', '--restore=warm.restore.json');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('the rename rule "nothing" changes no name of the checkpoint');
    expect(await readdir(join(workspace.folder, 'logs'))).toEqual(['line']);
  });
});
