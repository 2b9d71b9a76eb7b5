#!/usr/bin/env node
/** The `slim-train` command. */

import packageJson from '../../package.json' with { type: 'json' };
import { messageOf } from '../protocol/error-message.ts';
import { UsageError } from './usage-error.ts';

const help = `slim-train COMMAND [options]

  run SCRIPT     train
  exec -- COMMAND
                 run any program as a run
  inspect SCRIPT
                 show the variables of a script's model, without training
  restore        show, check or translate a restore mapping: what a warm start takes from a checkpoint
  runs           list the runs that were started in this folder
  checkpoint     list and check what a checkpoint or a file of values holds
  native         install the native backend, or say whether it is there

  --help         this; after a command: its options
  --version
`;

/** Loaded one by one: who lists runs does not wait for TensorFlow.js. */
const commands: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  run: async args => (await import('./run-command.ts')).runCommand(args),
  exec: async args => (await import('./exec-command.ts')).execCommand(args),
  inspect: async args => (await import('./inspect-command.ts')).inspectCommand(args),
  restore: async args => (await import('./restore-command.ts')).restoreCommand(args),
  runs: async args => (await import('./runs-command.ts')).runsCommand(args),
  checkpoint: async args => (await import('./checkpoint-command.ts')).checkpointCommand(args),
  native: async args => (await import('./native-command.ts')).nativeCommand(args),
};

async function main([name = '--help', ...args]: readonly string[]): Promise<number> {
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help);
    return 0;
  }
  if (name === '--version') {
    process.stdout.write(`${packageJson.version}\n`);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    throw new UsageError(`There is no command '${name}'. There are: ${Object.keys(commands).join(', ')}.`);
  }
  return command(args);
}

async function exitCodeOf(args: readonly string[]): Promise<number> {
  try {
    return await main(args);
  } catch (error) {
    process.stderr.write(`slim-train: ${messageOf(error)}\n`);
    if (!(error instanceof UsageError)) return 1;
    process.stderr.write('slim-train --help, or a command and --help, shows what there is.\n');
    return 2;
  }
}

const exitCode = await exitCodeOf(process.argv.slice(2));
// On Windows what was written to a pipe may still be on its way.
await Promise.all(
  [process.stdout, process.stderr].map(stream => new Promise(done => stream.write('', done))),
);
process.exit(exitCode);
