/**
 * `npm run test:host [-- PART-OF-A-FILE-NAME]`: the tests of suite/, by mocha, inside VS Code's extension host, on the
 * extension as it is in dist/ and a copy of the example workspace. SLIM_VSCODE=oldest takes the oldest VS Code that is supported.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureBuilt } from '../../scripts/build.ts';
import { inProject } from '../../scripts/project-folders.ts';
import { writeTestCounts } from '../../scripts/test-counts.ts';
import { installVSCode, newestVSCode, oldestVSCode } from '../../scripts/vscode/runtime.ts';
import { copyExample } from '../../scripts/example-workspace.ts';
import { createProfile, startServer } from '../../scripts/vscode/server.ts';
import { fixturePath } from '../fixture-files.ts';
import { openBrowser } from '../vscode/browser.ts';
import { runInExtensionHost } from '../vscode/extension-host.ts';
import { makeTestFolder } from '../vscode/test-folder.ts';
import { bundleFile, bundleForHost } from './bundle.ts';
import type { HostTestReport } from './mocha-runner.ts';

const isOldest = process.env['SLIM_VSCODE'] === 'oldest';
const report = await runSuite(process.argv[2] ?? '');
const count = (state: string): number => report.tests.filter(test => test.state === state).length;
for (const test of report.tests) {
  console.log(`${{ passed: '✓', failed: '✗', skipped: '-' }[test.state]} ${test.title}`);
  if (test.failure !== undefined) console.log(test.failure.replace(/^/gm, '    '));
}
const counts = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
await writeTestCounts(isOldest ? 'host-oldest' : 'host', counts);
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed === 0 && counts.passed > 0 ? 0 : 1);

/** @param only runs the files with that in their names. */
async function runSuite(only: string): Promise<HostTestReport> {
  await ensureBuilt();
  const suite = (await readdir(inProject('test/host/suite'))).filter(name => name.endsWith('.test.ts'));
  const runner = inProject('test/host/mocha-runner.ts');
  const bundles = await bundleForHost('host-tests', [
    runner,
    ...suite.map(name => inProject('test/host/suite', name)),
  ]);
  const runtime = await installVSCode(isOldest ? oldestVSCode : newestVSCode, console.log);
  const { folder, remove } = await makeTestFolder();
  const workspace = path.join(folder, 'digits');
  const reportFile = path.join(folder, 'report.json');
  await copyExample(workspace);
  const profile = await createProfile({ folder, workspaceTrust: false, privateHome: true });
  const server = await startServer(runtime, profile, {
    SLIM_HOST_TEST_REPORT: reportFile,
    SLIM_HOST_TEST_FILES: only,
    SLIM_FIXTURES: fixturePath(),
  });
  const browser = await openBrowser(path.join(folder, 'browser'));
  try {
    await runInExtensionHost(browser.context, server, {
      workspace,
      extension: inProject(),
      module: bundleFile(bundles, runner),
      timeoutSecs: 1200,
    });
    return JSON.parse(await readFile(reportFile, 'utf8')) as HostTestReport;
  } finally {
    await browser.close();
    await server.stop();
    await remove();
  }
}
