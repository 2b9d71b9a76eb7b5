/** Writes a curve of all plotted runs as CSV, every point of it. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import * as vscode from 'vscode';
import type { SeriesQuery, SeriesWindow } from '../../protocol/series.ts';
import { csvHeader, csvRows } from '../../catalog/curve-csv.ts';
import { pathOfChoice } from '../vscode/dialog-choice.ts';
import { tell } from '../vscode/tell.ts';
import type { TrainingRun } from '../../catalog/training-run.ts';

export async function exportCurve(
  tag: string,
  runs: readonly TrainingRun[],
  query: (query: SeriesQuery) => Promise<SeriesWindow>,
): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `${tag.replaceAll(/[^\w.-]+/g, '_')}.csv`;
  const target = await vscode.window.showSaveDialog({
    title: `Export ${tag}`,
    filters: { CSV: ['csv'] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
  const path = pathOfChoice(target);
  if (target === undefined || path === undefined) return;
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: `Exporting ${tag}` },
    () => writeCurve(path, tag, runs, query),
  );
  const show = 'Open File';
  const choice = await tell('information', `${tag} is in ${path}.`, show);
  if (choice === show) await vscode.window.showTextDocument(target);
}

async function writeCurve(
  path: string,
  tag: string,
  runs: readonly TrainingRun[],
  query: (query: SeriesQuery) => Promise<SeriesWindow>,
): Promise<void> {
  const file = createWriteStream(path);
  const written = finished(file);
  written.catch(() => undefined); // awaited below
  file.write(csvHeader);
  for (const run of runs.filter(({ plotted }) => plotted)) {
    const count = run.summary?.tags.find(info => info.tag === tag)?.count;
    if (count === undefined) continue;
    // As many pixels as points: nothing is left out.
    const curve = await query({ run: run.id, tag, axis: 'wall', range: null, pixels: count, smoothing: 0 });
    for (const rows of csvRows(run.name, curve)) {
      if (!file.write(rows)) await Promise.race([once(file, 'drain'), written]);
    }
  }
  file.end();
  await written;
}
