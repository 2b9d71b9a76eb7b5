/** Runs inside the extension host: VS Code calls `run`. Bundled beside the suite's files, which mocha loads. */
import Mocha from 'mocha';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface HostTestReport {
  readonly tests: readonly {
    readonly title: string;
    readonly state: 'passed' | 'failed' | 'skipped';
    readonly failure?: string;
  }[];
}

export async function run(): Promise<void> {
  const reportFile = process.env['SLIM_HOST_TEST_REPORT'];
  if (reportFile === undefined) throw new Error('SLIM_HOST_TEST_REPORT names the file for the report.');
  const mocha = new Mocha({ ui: 'bdd', timeout: 120_000, reporter: 'min' });
  const only = process.env['SLIM_HOST_TEST_FILES'];
  const files = readdirSync(__dirname).filter(
    name => name.endsWith('.test.cjs') && name.includes(only ?? ''),
  );
  for (const name of files.sort()) mocha.addFile(path.join(__dirname, name));

  const tests: HostTestReport['tests'][number][] = [];
  const failures = await new Promise<number>(resolve => {
    const runner = mocha.run(resolve);
    runner.on('pass', test => tests.push({ title: test.fullTitle(), state: 'passed' }));
    runner.on('pending', test => tests.push({ title: test.fullTitle(), state: 'skipped' }));
    runner.on('fail', (test, error: Error) =>
      tests.push({ title: test.fullTitle(), state: 'failed', failure: error.stack ?? error.message }),
    );
  });
  writeFileSync(reportFile, JSON.stringify({ tests } satisfies HostTestReport));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
