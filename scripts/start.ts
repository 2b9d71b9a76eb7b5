/** `npm start`: a VS Code with this extension in it, open on a copy of the example. */
import { execa } from 'execa';
import { Listr } from 'listr2';
import { once } from 'node:events';
import { homedir } from 'node:os';
import path from 'node:path';
import { ensureBuilt, ensurePackaged, vsixFile } from './build.ts';
import { copyExample } from './example-workspace.ts';
import { inCache, inProject } from './project-folders.ts';
import { ensureSystemPackages, findProgram, requirements } from './system-packages.ts';
import { installVSCode, isVSCodeInstallable, newestVSCode } from './vscode/runtime.ts';
import {
  createProfile,
  ensureExtensionInstalled,
  startServer,
  workbenchAddress,
  type Profile,
  type Server,
} from './vscode/server.ts';

/** Not below this project, whose node_modules a script would find: a user's folder has none either. */
const workspace = path.join(userCacheFolder(), 'slim-training', 'digits');
const profileFolder = inCache('start');

if (hasDesktopVSCode()) await startDesktop();
else if (isVSCodeInstallable()) await startInBrowser();
else {
  throw new Error(
    'VS Code was not found. Install it and its `code` command (code.visualstudio.com), then run npm start again.',
  );
}

function userCacheFolder(): string {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  if (process.platform === 'win32' && LOCALAPPDATA !== undefined) return LOCALAPPDATA;
  if (process.platform === 'darwin') return path.join(homedir(), 'Library/Caches');
  return XDG_CACHE_HOME ?? path.join(homedir(), '.cache');
}

/** A `code` in the PATH that can open a window: not the remote one of a terminal inside VS Code, and with a display. */
function hasDesktopVSCode(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY, VSCODE_IPC_HOOK_CLI } = process.env;
  const hasDisplay = process.platform !== 'linux' || DISPLAY !== undefined || WAYLAND_DISPLAY !== undefined;
  const isRoot = process.getuid?.() === 0; // desktop VS Code refuses to run as root
  return findProgram('code') !== undefined && hasDisplay && VSCODE_IPC_HOOK_CLI === undefined && !isRoot;
}

async function startDesktop(): Promise<void> {
  await steps([buildStep('extension', ensureBuilt), workspaceStep()]);
  await execa('code', ['--new-window', `--extensionDevelopmentPath=${inProject()}`, workspace], {
    stdin: 'ignore',
  });
  console.log(`VS Code is open on ${workspace}. Start with the command "Slim Training: Start Training".`);
}

async function startInBrowser(): Promise<void> {
  const profile: Profile = { folder: profileFolder, workspaceTrust: false, privateHome: false };
  let server: Server | undefined;
  await steps([
    {
      title: `VS Code ${newestVSCode.codeServer}`,
      run: async report => {
        await ensureSystemPackages([requirements.compiler, requirements.python], report);
        await installVSCode(newestVSCode, report);
      },
    },
    buildStep('extension', ensurePackaged),
    workspaceStep(),
    {
      title: 'Server',
      run: async () => {
        const runtime = await installVSCode(newestVSCode, () => undefined);
        await createProfile(profile);
        await ensureExtensionInstalled(runtime, profile, vsixFile);
        server = await startServer(runtime, profile);
      },
    },
  ]);
  if (server === undefined) return;
  const address = workbenchAddress(server, workspace);
  console.log(
    `\nVS Code is at  ${address}\nOpen train.ts and press the play button. Ctrl-C here ends VS Code; runs go on.\n`,
  );
  await openBrowser(address);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), once(process, 'SIGHUP')]);
  await server.stop();
}

interface Step {
  readonly title: string;
  run(report: (line: string) => void): Promise<void>;
}

/** Runs them one after the other and shows where it is: a live list on a terminal, a line for each event elsewhere. */
async function steps(list: readonly Step[]): Promise<void> {
  const tasks = new Listr(
    list.map(step => ({
      title: step.title,
      task: async (_, task) => {
        await step.run(line => {
          task.output = line;
        });
      },
    })),
    {
      rendererOptions: { showErrorMessage: false },
    },
  );
  await tasks.run();
}

function buildStep(what: string, build: () => Promise<'built' | 'unchanged'>): Step {
  return {
    title: `Build the ${what}`,
    run: async report => {
      report((await build()) === 'built' ? 'built' : 'nothing has changed');
    },
  };
}

function workspaceStep(): Step {
  return {
    title: `Example in ${workspace}`,
    run: async report => {
      const kept = await copyExample(workspace);
      if (kept.length > 0) report(`Your changes are kept, newer versions were left out: ${kept.join(', ')}`);
    },
  };
}

/** Opens the default browser where there is one to open. */
async function openBrowser(address: string): Promise<void> {
  const opener = { darwin: 'open', linux: 'xdg-open' }[process.platform as string];
  if (opener === undefined || findProgram(opener) === undefined) return;
  if (
    process.platform === 'linux' &&
    (process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']) === undefined
  )
    return;
  await execa(opener, [address], { reject: false, stdio: 'ignore' });
}
