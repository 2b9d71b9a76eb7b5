import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { LogFolders } from '../../../src/ui/runs/log-folders.ts';
import type { RunList } from '../../../src/catalog/run-list.ts';
import { until } from '../until.ts';

const setting = 'slimTraining.logFolders';

describe('log folders of other programs', () => {
  const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const watched = new Set<string>();
  let shown: readonly string[] = [];
  let areAllShown = false;
  let kept: Map<string, unknown>;
  let folders: LogFolders;

  /** Each folder holds one log folder, `run`. */
  function open(): LogFolders {
    const list: Pick<RunList, 'setForeignLogdirs'> = {
      setForeignLogdirs: (logdirs, areAll) => {
        shown = logdirs;
        areAllShown = areAll;
      },
    };
    const memory: Pick<vscode.Memento, 'get' | 'update'> = {
      get: (key: string, otherwise?: unknown) => kept.get(key) ?? otherwise,
      update: (key, value) => Promise.resolve(void kept.set(key, value)),
    };
    return new LogFolders(list, memory, (folder, onChange) => {
      watched.add(folder);
      setImmediate(() => {
        onChange([path.join(folder, 'run')]);
      });
      return new vscode.Disposable(() => watched.delete(folder));
    });
  }

  beforeEach(() => {
    kept = new Map();
    folders = open();
  });

  afterEach(async () => {
    folders.dispose();
    await vscode.workspace
      .getConfiguration()
      .update(setting, undefined, vscode.ConfigurationTarget.Workspace);
  });

  it('shows what the user opened, again in the next window, until it is closed', async () => {
    assert.deepEqual(await folders.open('/logs/keras'), ['/logs/keras/run']);
    assert.deepEqual(shown, ['/logs/keras/run']);
    folders.dispose();
    assert.equal(watched.size, 0);

    folders = open();
    assert.equal(areAllShown, false, 'the folder has not been searched yet');
    await until('the folder is shown again', () => shown.length === 1);
    assert.equal(areAllShown, true);
    assert.equal(await folders.close('/logs/keras/run'), true);
    assert.deepEqual(shown, []);
    assert.equal(watched.size, 0);
  });

  it('does not close what another folder merely begins like', async () => {
    await folders.open('/logs/keras');
    assert.equal(await folders.close('/logs/keras-2/run'), false);
    assert.deepEqual(shown, ['/logs/keras/run']);
  });

  it('shows the folders of the setting, from the workspace folder on, as soon as it says them', async () => {
    const configuration = vscode.workspace.getConfiguration();
    await configuration.update(setting, ['pytorch', '/logs/jax'], vscode.ConfigurationTarget.Workspace);
    const expected = [path.join(workspace, 'pytorch/run'), '/logs/jax/run'];
    await until('both are shown', () => shown.join() === expected.join());
    assert.equal(await folders.close('/logs/jax/run'), false, 'only the setting can take it away');
  });
});
