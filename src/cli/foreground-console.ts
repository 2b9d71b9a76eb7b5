/** The console of a run in the foreground: kept in the run folder, and with a progress bar on a terminal. */

import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { consolePath } from '../runs/run-folder.ts';
import type { Attempt } from '../trainer/attempt/attempt.ts';
import { tapConsole } from './console-tap.ts';
import { ProgressBar } from './progress-bar.ts';

const NEWLINE = 0x0a;

/** Keeps an attempt with such a console. Resolves to what `keep` does. */
export async function keepInForeground(
  keep: (onBegin: (attempt: Attempt) => void) => Promise<number>,
): Promise<number> {
  let close = (): void => undefined;
  try {
    return await keep(attempt => {
      close = openForegroundConsole(attempt);
    });
  } finally {
    close();
  }
}

/** Returns how to end it. */
function openForegroundConsole(attempt: Attempt): () => void {
  ignoreClosedConsole();
  const log = openSync(consolePath(attempt.folder), 'a');
  // The launcher has sent stdout there already: then nothing is to be kept twice.
  const isRedirected = isSameFile(log, process.stdout.fd);
  const bar = process.stderr.isTTY ? new ProgressBar(terminal()) : undefined;
  const untap = tapConsole({
    before: () => bar?.beforeText(),
    after: written => {
      if (!isRedirected) keep(log, written);
      bar?.afterText(endsLine(written));
    },
  });
  const progress = attempt.onDidProgress(now => bar?.show(now));
  return () => {
    progress.dispose();
    bar?.close();
    untap();
    closeSync(log);
  };
}

/** Around the tap: the bar is neither text of the run nor in its log. */
function terminal() {
  const write = process.stderr.write.bind(process.stderr);
  return {
    get columns() {
      return process.stderr.columns;
    },
    write(text: string) {
      write(text);
    },
  };
}

/** A training that is read by nobody any more (`| head`, a closed terminal) goes on. */
function ignoreClosedConsole(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

function keep(log: number, written: string | Uint8Array): void {
  try {
    if (typeof written === 'string') writeSync(log, written);
    else writeSync(log, written);
  } catch {
    // A full disk must not end the training; the terminal has the text.
  }
}

function endsLine(written: string | Uint8Array): boolean {
  return typeof written === 'string' ? written.endsWith('\n') : written.at(-1) === NEWLINE;
}

function isSameFile(a: number, b: number): boolean {
  try {
    const [first, second] = [fstatSync(a, { bigint: true }), fstatSync(b, { bigint: true })];
    return first.dev === second.dev && first.ino === second.ino;
  } catch {
    return false;
  }
}
