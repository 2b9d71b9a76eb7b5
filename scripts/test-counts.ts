import { readFile, writeFile } from 'node:fs/promises';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { inCache } from './project-folders.ts';

export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Where test runners leave how their tests ended, as vitest's JSON reporter writes it. */
export const resultFolder = inCache('test-results');

interface JsonReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

export async function readTestCounts(runner: string): Promise<TestCounts> {
  const file = path.join(resultFolder, `${runner}.json`);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return { passed: 0, failed: 0, skipped: 0 };
  const report = JSON.parse(text) as JsonReport;
  const brokenFiles = report.testResults.filter(
    each => each.status === 'failed' && each.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** For runners other than vitest. */
export async function writeTestCounts(runner: string, counts: TestCounts): Promise<void> {
  const report: JsonReport = {
    numPassedTests: counts.passed,
    numFailedTests: counts.failed,
    numPendingTests: counts.skipped,
    numTodoTests: 0,
    testResults: [],
  };
  await mkdir(resultFolder, { recursive: true });
  await writeFile(path.join(resultFolder, `${runner}.json`), JSON.stringify(report));
}
