/** The report of a warm start, variable by variable, as a document that can only be read. */

import * as vscode from 'vscode';
import { readSmallFile } from '../../formats/small-file.ts';
import { messageOf } from '../../protocol/error-message.ts';
import { isRestoreReport, type RestoreReport } from '../../protocol/restore.ts';
import { outcomeCounts, outcomeSentence, reportLines } from '../../restore/restore-report.ts';
import { restoreReportPath } from '../../runs/run-folder.ts';
import type { RunList } from '../../catalog/run-list.ts';
import type { TrainingRun } from '../../catalog/training-run.ts';

const SCHEME = 'slim-training-restore-report';

/** A model of 100,000 variables has one of some 30 MB. */
const MAX_REPORT_BYTES = 1 << 26;

/** Documents are found again after a reload: their address is the attempt's id. */
export function provideRestoreReports(list: PromiseLike<RunList>): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: async ({ query }) => {
      const run = (await list).run(query);
      const folder = run?.attempts.find(({ record }) => record.id === query)?.folder;
      if (run === undefined || folder === undefined) return 'That run is no longer there.\n';
      return reportText(run.name, await readReport(folder));
    },
  });
}

export async function showRestoreReport(run: TrainingRun): Promise<void> {
  const attempt = run.attempts.findLast(({ record }) => record.restored !== undefined);
  if (attempt === undefined) return;
  const path = `/Restore report of ${run.name.replaceAll('/', '-')}`;
  const uri = vscode.Uri.from({ scheme: SCHEME, path, query: attempt.record.id });
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
}

/** @throws Error naming the file when it is not there or damaged. */
export async function readReport(runFolder: string): Promise<RestoreReport> {
  const path = restoreReportPath(runFolder);
  try {
    const report: unknown = JSON.parse(await readSmallFile(path, MAX_REPORT_BYTES, 'refused'));
    if (!isRestoreReport(report)) throw new Error('it is no restore report');
    return report;
  } catch (error) {
    throw new Error(`The restore report ${path} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function reportText(run: string, { from, entries }: RestoreReport): string {
  const head = [`${run} began with ${from}`, outcomeSentence(entries), `(${outcomeCounts(entries)})`, ''];
  return [...head, ...reportLines(entries), ''].join('\n');
}
