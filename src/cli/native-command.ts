/** `slim-train native`: the native backend on this machine. */

import { ensureCompute } from '../backends/ensure-backend.ts';
import { parseCommandLine } from './command-line.ts';
import { UsageError } from './usage-error.ts';

export const nativeHelp = `slim-train native status

  status     says whether the native backend works here, and where it is
`;

export async function nativeCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(args, { help: { type: 'boolean', short: 'h' } });
  if (values.help === true) {
    process.stdout.write(nativeHelp);
    return 0;
  }
  const [action, ...rest] = positionals;
  if (action === 'status' && rest.length === 0) return status();
  throw new UsageError(`slim-train native status, not '${positionals.join(' ')}'.`);
}

async function status(): Promise<number> {
  const { info, native } = await ensureCompute({ prefer: 'native', searchFrom: [process.cwd()] });
  process.stdout.write(`${info.description}\n${native?.folder ?? ''}\n`);
  return 0;
}
