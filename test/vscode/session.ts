import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { vsixFile } from '../../scripts/build.ts';
import { copyExample } from '../../scripts/example-workspace.ts';
import { inCache } from '../../scripts/project-folders.ts';
import { installVSCode, newestVSCode } from '../../scripts/vscode/runtime.ts';
import {
  createProfile,
  ensureExtensionInstalled,
  startServer,
  workbenchAddress,
} from '../../scripts/vscode/server.ts';
import { openBrowser, type TestBrowser } from './browser.ts';
import { makeTestFolder } from './test-folder.ts';
import { Workbench } from './workbench.ts';

/** A VS Code with the packed extension in it, of which nobody else knows, open in a browser. */
export interface Session {
  readonly workbench: Workbench;
  readonly browser: TestBrowser;
  /** The folder that is open in it. */
  readonly workspace: string;
  /** Opens the window again, as after a reload. */
  readonly reload: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface SessionOptions {
  /** Whether VS Code asks for trust in the folder. Default: no, it is trusted. */
  readonly workspaceTrust?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly deviceScaleFactor?: number;
  /** Puts files into the empty workspace. Default: a copy of the example. */
  readonly fill?: (workspace: string) => Promise<unknown>;
}

export async function openSession(options: SessionOptions = {}): Promise<Session> {
  const runtime = await installVSCode(newestVSCode, console.log);
  const { folder, remove } = await makeTestFolder();
  const workspace = path.join(folder, 'digits');
  await mkdir(workspace);
  await (options.fill ?? copyExample)(workspace);
  const profile = await createProfile({
    folder: path.join(folder, 'vscode'),
    workspaceTrust: options.workspaceTrust ?? false,
    privateHome: true,
    settings: options.settings ?? {},
  });
  await ensureExtensionInstalled(runtime, profile, vsixFile);
  const server = await startServer(runtime, profile, { SLIM_TRAINING_NATIVE: inCache('native') });
  const browser = await openBrowser(
    path.join(folder, 'browser'),
    options.viewport,
    options.deviceScaleFactor,
  );
  const workbench = new Workbench(browser.page);
  const reload = (): Promise<void> => workbench.open(workbenchAddress(server, workspace));
  await reload();
  return {
    workbench,
    browser,
    workspace,
    reload,
    close: async () => {
      await browser.close();
      await server.stop();
      await remove();
    },
  };
}
