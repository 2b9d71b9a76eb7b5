import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const LAST_LINES = 12;

/**
 * Runs a program to its end and answers what it printed.
 *
 * @throws Error with the end of its output, when it fails or takes longer than `timeoutMs`
 */
export function runTool(
  command: string,
  commandArguments: readonly string[],
  options: { cwd?: string; environment?: NodeJS.ProcessEnv; timeoutMs?: number } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, commandArguments, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    });
    let output = '';
    const gather = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', gather);
    child.stderr.on('data', gather);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) {
        resolve(output);
        return;
      }
      const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
      const end = output.trim().split('\n').slice(-LAST_LINES).join('\n');
      reject(new Error(`${command} ${how}${end === '' ? '' : `:\n${end}`}`));
    });
  });
}

/** The first of the programs that is on the PATH. */
export function findTool(names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(folder => folder !== '');
  return names.find(name => folders.some(folder => existsSync(join(folder, name))) || existsSync(name));
}
