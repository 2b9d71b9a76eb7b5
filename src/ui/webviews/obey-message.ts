import type * as vscode from 'vscode';
import { errorOf, messageOf } from '../../protocol/error-message.ts';
import type { Reading } from '../../protocol/read-message.ts';
import { tell } from '../vscode/tell.ts';

/**
 * Does what a webview asks for. A message that is none is logged, as sent by `page`; what goes wrong is logged and shown.
 */
export async function obeyMessage<M>(
  page: string,
  reading: Reading<M>,
  obey: (message: M) => Promise<unknown>,
  log: Pick<vscode.LogOutputChannel, 'error' | 'warn'>,
): Promise<void> {
  if ('problem' in reading) {
    log.warn(`${page} sent ${reading.problem}.`);
    return;
  }
  try {
    await obey(reading.message);
  } catch (error) {
    log.error(errorOf(error));
    await tell('error', messageOf(error));
  }
}
