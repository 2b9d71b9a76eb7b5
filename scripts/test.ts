/**
 * `npm test`: installs what the tests need, runs all of them and ends with the line `N passed, N failed`. Where CI is
 * set nothing may be skipped; elsewhere what cannot run on this machine is skipped and says why.
 */
import { execa } from 'execa';
import { Listr, type ListrTask } from 'listr2';
import { mkdir, rm } from 'node:fs/promises';
import { pythonEnvironment } from '../test/interop/python-environment.ts';
import { ensurePackaged } from './build.ts';
import { explain } from './explain.ts';
import { inCache, inProject } from './project-folders.ts';
import { ensureSystemPackages, requirements } from './system-packages.ts';
import { readTestCounts, resultFolder, type TestCounts } from './test-counts.ts';
import { installVSCode, isVSCodeInstallable, newestVSCode, oldestVSCode } from './vscode/runtime.ts';

/** The native backend of these tests is the project's own, built against the TensorFlow of its Python environment. */
const nativeEnvironment = { SLIM_TRAINING_NATIVE: inCache('native') };

type Report = (line: string) => void;

/** Something that tests need: made once, however many wait for it. */
interface Preparation {
  readonly title: string;
  ready(report?: Report): Promise<void>;
}

function preparation(title: string, make: (report: Report) => Promise<unknown>): Preparation {
  let made: Promise<void> | undefined;
  return {
    title,
    ready: (report = () => undefined) => (made ??= make(report).then(() => undefined)),
  };
}

const build = preparation('Build and pack', ensurePackaged);
const programs = preparation('Browser, compiler and Python', report =>
  ensureSystemPackages(Object.values(requirements), report),
);
const vscode = preparation(`VS Code ${newestVSCode.codeServer}`, async report => {
  await programs.ready();
  await installVSCode(newestVSCode, report);
});
const oldVSCode = preparation(`VS Code ${oldestVSCode.codeServer}`, async report => {
  await programs.ready();
  await installVSCode(oldestVSCode, report);
});
const python = preparation('TensorFlow and TensorBoard for Python', async report => {
  await programs.ready();
  report('about 250 MB to download when they are not there yet');
  await pythonEnvironment();
});
const native = preparation('Native backend', async report => {
  await Promise.all([python.ready(), build.ready()]);
  const { tensorflow } = await pythonEnvironment();
  report(`built against ${tensorflow}`);
  const install = [inProject('dist/slim-train.js'), 'native', 'install', '--python-tensorflow', tensorflow];
  await execa(process.execPath, install, { env: nativeEnvironment, stdin: 'ignore', all: true });
});

interface Suite {
  readonly title: string;
  /** In package.json. */
  readonly script: string;
  readonly needs: readonly Preparation[];
  /** Why it cannot run on this machine. */
  readonly impossible?: string | undefined;
  readonly environment?: NodeJS.ProcessEnv;
  /** Where it says how many tests passed. Without it, it is one test, which passes when the script does. */
  readonly counts?: string;
}

const noVSCode = isVSCodeInstallable()
  ? undefined
  : 'code-server, the VS Code of these tests, is for Linux on x64';

const checks: readonly Suite[] = [
  { title: 'Types', script: 'typecheck', needs: [] },
  { title: 'Lint', script: 'lint', needs: [] },
  { title: 'Format', script: 'format:check', needs: [] },
  { title: 'API reference', script: 'docs:check', needs: [] },
];

const suites: readonly Suite[] = [
  { title: 'Tests in Node', script: 'test:node', counts: 'node', needs: [build, programs, native] },
  {
    title: 'Parity with TensorFlow on the embedded backend',
    script: 'test:embedded',
    counts: 'embedded',
    needs: [],
    environment: { SLIM_TEST_BACKEND: 'embedded' },
  },
  {
    title: 'Tests in the extension host',
    script: 'test:host',
    counts: 'host',
    needs: [build, vscode],
    impossible: noVSCode,
  },
  {
    title: 'Tests in the extension host of the oldest VS Code that is supported',
    script: 'test:host',
    environment: { SLIM_VSCODE: 'oldest' },
    counts: 'host-oldest',
    needs: [build, oldVSCode],
    impossible: noVSCode,
  },
  {
    title: 'Tests in the browser',
    script: 'test:e2e',
    counts: 'e2e',
    needs: [build, vscode, native],
    impossible: noVSCode,
  },
];

const isCI = Boolean(process.env['CI']);
const total: TestCounts = { passed: 0, failed: 0, skipped: 0 };
/** What to read about failures and skips, in the order in which they came. */
const remarks: string[] = [];

await rm(resultFolder, { recursive: true, force: true });
await mkdir(resultFolder, { recursive: true });
const preparing = [build, programs, vscode, oldVSCode, python, native].map(preparationTask);
const tasks = new Listr(
  [
    {
      title: 'Prepare and check',
      task: (_, task) => task.newListr([...preparing, ...checks.map(suiteTask)], { concurrent: true }),
    },
    ...suites.map(suiteTask),
  ],
  {
    exitOnError: false,
    rendererOptions: { collapseSubtasks: false, collapseErrors: false, showErrorMessage: false },
  },
);
await tasks.run();

if (isCI && total.skipped > 0) {
  remarks.push(`In CI nothing may be skipped: ${total.skipped} count as failed.`);
  total.failed += total.skipped;
  total.skipped = 0;
}
for (const remark of remarks) console.log(`\n${remark}`);
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

function preparationTask(prepared: Preparation): ListrTask {
  return {
    title: prepared.title,
    task: async (_, task) => {
      try {
        await prepared.ready(line => {
          task.output = line;
        });
      } catch (error) {
        // What needs it is skipped where a machine lacks something. That our own code does not build is a failure.
        if (prepared === build) {
          total.failed++;
          remarks.push(`${prepared.title}: ${explain(error)}`);
        }
        throw new Error('said below', { cause: error });
      }
    },
  };
}

function suiteTask(suite: Suite): ListrTask {
  return {
    title: suite.title,
    task: async (_, task) => {
      const obstacle = suite.impossible ?? (await firstFailure(suite.needs));
      if (obstacle !== undefined) {
        total.skipped++;
        remarks.push(`Skipped: ${suite.title}: ${obstacle}`);
        task.skip(`${suite.title}: ${obstacle.split('\n')[0] ?? ''}`);
        return;
      }
      const counts = await runSuite(suite);
      if (suite.counts !== undefined)
        task.title = `${suite.title}: ${counts.passed} passed, ${counts.failed} failed`;
      total.passed += counts.passed;
      total.failed += counts.failed;
      total.skipped += counts.skipped;
      if (counts.failed > 0) throw new Error('said below');
    },
  };
}

async function firstFailure(needs: readonly Preparation[]): Promise<string | undefined> {
  const outcomes = await Promise.allSettled(needs.map(need => need.ready()));
  const failed = outcomes.findIndex(outcome => outcome.status === 'rejected');
  const outcome = outcomes[failed];
  if (outcome?.status !== 'rejected') return undefined;
  return `${needs[failed]?.title ?? ''}: ${explain(outcome.reason)}`;
}

async function runSuite(suite: Suite): Promise<TestCounts> {
  const run = await execa('npm', ['run', '--silent', suite.script], {
    cwd: inProject(),
    stdin: 'ignore',
    all: true,
    reject: false,
    env: { ...nativeEnvironment, ...suite.environment, NO_COLOR: '1' },
  });
  const passed = run.exitCode === 0;
  const counts = suite.counts
    ? await readTestCounts(suite.counts)
    : { passed: Number(passed), failed: Number(!passed), skipped: 0 };
  // A runner that fails without a failed test (it crashed, or found nothing) is a failure, too.
  if (!passed && counts.failed === 0) counts.failed = 1;
  if (!passed || counts.skipped > 0) remarks.push(`${suite.title} (npm run ${suite.script}):\n${run.all}`);
  return counts;
}
