import { ExecaError } from 'execa';

/** What went wrong, for a person: of a program that failed, its command and its last lines. */
export function explain(error: unknown, lines = 40): string {
  if (!(error instanceof ExecaError)) return error instanceof Error ? error.message : String(error);
  const output = String(error.all ?? error.stderr ?? '').trimEnd();
  return `${error.shortMessage.split('\n')[0] ?? ''}\n${output.split('\n').slice(-lines).join('\n')}`;
}
