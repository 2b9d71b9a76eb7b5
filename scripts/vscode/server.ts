import { execa } from 'execa';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { childEnvironment } from '../child-environment.ts';
import type { VSCodeRuntime } from './runtime.ts';

/** Nothing of it asks the network, nags or changes by itself. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.enableExperiments': false,
  'workbench.settings.enableNaturalLanguageSearch': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'npm.fetchOnlinePackageInfo': false,
  'typescript.disableAutomaticTypeAcquisition': true,
  'files.simpleDialog.enable': true,
  'debug.javascript.autoAttachFilter': 'disabled',
};

/** A VS Code of its own: user data and extensions apart from those of whoever runs it. */
export interface Profile {
  readonly folder: string;
  /** Whether VS Code asks for trust in a folder before it lets code run in it. */
  readonly workspaceTrust: boolean;
  /** Whether it has a home folder of its own, too. */
  readonly privateHome: boolean;
  /** User settings for a new profile, on top of quiet ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Makes the profile's folders, and its settings unless there are some. */
export async function createProfile(profile: Profile): Promise<Profile> {
  const at = (name: string): string => path.join(profile.folder, name);
  for (const part of ['home', 'data/User', 'extensions']) await mkdir(at(part), { recursive: true });
  await writeFile(at('config.yaml'), 'auth: none\n');
  const settings = {
    ...quietSettings,
    'security.workspace.trust.enabled': profile.workspaceTrust,
    ...profile.settings,
  };
  const settingsFile = at('data/User/settings.json');
  if (!existsSync(settingsFile)) await writeFile(settingsFile, JSON.stringify(settings, null, 2));
  return profile;
}

export interface Server {
  readonly url: string;
  /** Everything that it has written so far. */
  output(): string;
  /** Ends it and what it has started (but for detached runs), at once if it does not end by itself in 5 s. */
  stop(): Promise<void>;
}

/** Installs the packed extension in the place of an earlier one, unless this very file is there. */
export async function ensureExtensionInstalled(
  runtime: VSCodeRuntime,
  profile: Profile,
  vsix: string,
): Promise<void> {
  const stamp = path.join(profile.folder, 'extensions/installed.sha256');
  const digest = createHash('sha256')
    .update(await readFile(vsix))
    .digest('hex');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === digest) return;
  await execa(
    runtime.node,
    [runtime.entry, ...profileArguments(profile), '--install-extension', vsix, '--force'],
    {
      env: serverEnvironment(profile),
      extendEnv: false,
      stdin: 'ignore',
      all: true,
    },
  );
  await writeFile(stamp, digest);
}

/**
 * Starts VS Code's server on a free port of 127.0.0.1.
 * @param environment added to what its extension host and terminals see.
 */
export async function startServer(
  runtime: VSCodeRuntime,
  profile: Profile,
  environment: NodeJS.ProcessEnv = {},
): Promise<Server> {
  const options = [
    ...['--bind-addr', '127.0.0.1:0', '--auth', 'none', '--disable-telemetry', '--disable-update-check'],
    ...['--disable-getting-started-override', '--disable-proxy', '--ignore-last-opened'],
    ...(profile.workspaceTrust ? [] : ['--disable-workspace-trust']),
  ];
  const server = spawn(runtime.node, [runtime.entry, ...profileArguments(profile), ...options], {
    env: serverEnvironment(profile, environment),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group of its own, ended as a whole
  });
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const onOutput = (chunk: Buffer): void => {
      output += chunk.toString();
      const listening = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
      if (listening !== undefined) resolve(listening);
    };
    server.stdout.on('data', onOutput);
    server.stderr.on('data', onOutput);
    server.once('error', reject);
    server.once('exit', code => {
      reject(new Error(`VS Code's server ended with code ${String(code)}:\n${output}`));
    });
  });

  const group = server.pid;
  const signal = (name: NodeJS.Signals): void => {
    try {
      if (group !== undefined) process.kill(-group, name);
    } catch {
      // all of the group has ended already
    }
  };
  const stop = async (): Promise<void> => {
    const ended = server.exitCode === null ? once(server, 'exit') : Promise.resolve();
    signal('SIGTERM');
    await Promise.race([ended, wait(5_000, undefined, { ref: false })]);
    signal('SIGKILL');
  };
  return { url, output: () => output, stop };
}

/** Where the browser finds the workbench with that folder open. */
export function workbenchAddress(server: Server, workspaceFolder: string): string {
  return `${server.url}/?folder=${encodeURIComponent(workspaceFolder)}`;
}

function profileArguments(profile: Profile): string[] {
  const at = (name: string): string => path.join(profile.folder, name);
  return ['--config', at('config.yaml'), '--user-data-dir', at('data'), '--extensions-dir', at('extensions')];
}

function serverEnvironment(profile: Profile, extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const noGallery = JSON.stringify({ serviceUrl: '', itemUrl: '', resourceUrlTemplate: '' });
  return childEnvironment({
    EXTENSIONS_GALLERY: noGallery,
    ...(profile.privateHome ? homeOf(profile) : {}),
    ...extra,
  });
}

function homeOf(profile: Profile): NodeJS.ProcessEnv {
  const home = path.join(profile.folder, 'home');
  return {
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, '.config'),
    XDG_DATA_HOME: path.join(home, '.local/share'),
    XDG_CACHE_HOME: path.join(home, '.cache'),
    XDG_STATE_HOME: path.join(home, '.local/state'),
  };
}
