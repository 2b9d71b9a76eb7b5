import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findBrowser } from './browser.ts';

/** A program from outside npm, and the Debian package that has it. */
interface Requirement {
  /** For people, when it is missing. */
  readonly name: string;
  readonly debianPackages: readonly string[];
  isThere(): Promise<boolean>;
}

export function findProgram(name: string): string | undefined {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap(folder => suffixes.map(suffix => join(folder, name + suffix)))
    .find(file => existsSync(file));
}

export const requirements = {
  compiler: {
    name: 'a C++ compiler and make',
    debianPackages: ['g++', 'make'],
    isThere: () => Promise.resolve(findProgram('g++') !== undefined && findProgram('make') !== undefined),
  },
  python: {
    name: 'Python 3 with venv',
    debianPackages: ['python3', 'python3-venv'],
    isThere: async () =>
      (await execa('python3', ['-c', 'import ensurepip, venv'], { reject: false })).exitCode === 0,
  },
  browser: {
    name: 'Chromium, Chrome or Edge',
    debianPackages: ['chromium', 'fonts-dejavu-core'],
    isThere: () => Promise.resolve(findBrowser() !== undefined),
  },
} satisfies Record<string, Requirement>;

/**
 * Installs what is missing with apt, as root on Debian and Ubuntu.
 * @throws elsewhere, if something is missing: one line that names it all.
 */
export async function ensureSystemPackages(
  wanted: readonly Requirement[],
  report: (line: string) => void,
): Promise<void> {
  const missing = await missingOf(wanted);
  if (missing.length === 0) return;
  const packages = missing.flatMap(requirement => requirement.debianPackages);
  const isRoot = process.getuid?.() === 0;
  if (isRoot && findProgram('apt-get') !== undefined) {
    report(`apt-get install ${packages.join(' ')}`);
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await execa('apt-get', ['update', '-qq'], { all: true, stdin: 'ignore' });
    await execa('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
      env,
      all: true,
      stdin: 'ignore',
    });
  }
  const stillMissing = await missingOf(missing);
  if (stillMissing.length === 0) return;
  throw new Error(
    `Not found: ${stillMissing.map(requirement => requirement.name).join(', ')}. On Debian or Ubuntu: ` +
      `sudo apt-get install ${stillMissing.flatMap(requirement => requirement.debianPackages).join(' ')}`,
  );
}

async function missingOf(wanted: readonly Requirement[]): Promise<Requirement[]> {
  const found = await Promise.all(wanted.map(requirement => requirement.isThere()));
  return wanted.filter((_, i) => !found[i]);
}
