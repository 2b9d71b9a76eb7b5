import path from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { execa } from 'execa';
import { ensureBuilt } from '../../scripts/build.ts';
import { inProject } from '../../scripts/project-folders.ts';

/** Runs a script of this folder as a user runs a training script, on each backend, and prints the lines of JSON that it prints. */
export async function benchInTrainer(script: string): Promise<void> {
  await ensureBuilt();
  const cwd = await mkdtemp(path.join(tmpdir(), 'slim-bench-'));
  try {
    for (const backend of ['native', 'embedded']) {
      const args = ['run', path.join(import.meta.dirname, script), '--backend', backend];
      const { stdout } = await execa(process.execPath, [inProject('dist/slim-train.js'), ...args], { cwd });
      console.log(
        stdout
          .split('\n')
          .filter(line => line.startsWith('{'))
          .join('\n'),
      );
    }
  } finally {
    await rm(cwd, { recursive: true });
  }
}
