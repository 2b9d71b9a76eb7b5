import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly viewsWelcome: readonly { readonly contents: string }[];
    readonly colors: readonly { readonly id: string; readonly defaults: Readonly<Record<string, string>> }[];
  };
}

async function activated(): Promise<Manifest['contributes']> {
  const extension = vscode.extensions.getExtension('slim-training.slim-training');
  assert.ok(extension, 'VS Code does not know the extension');
  await extension.activate();
  return (extension.packageJSON as Manifest).contributes;
}

describe('contributions', () => {
  it('has an implementation for every command that it contributes', async () => {
    const { commands } = await activated();
    const registered = new Set(await vscode.commands.getCommands());
    assert.deepEqual(
      commands.map(({ command }) => command).filter(command => !registered.has(command)),
      [],
    );
  });

  it('contributes every command that it has, with a title', async () => {
    const { commands } = await activated();
    const titles = new Map(commands.map(({ command, title }) => [command, title]));
    // VS Code makes some for the view by itself: focus, resetViewLocation and the like.
    const own = (await vscode.commands.getCommands()).filter(command => /^slimTraining\.\w+$/.test(command));
    assert.deepEqual(
      own.filter(command => !titles.has(command)),
      [],
    );
    assert.deepEqual(
      [...titles.values()].filter(title => title === '' || title.startsWith('%')),
      [],
    );
  });

  it('puts only its own commands into menus, and none twice into one group without a condition', async () => {
    const { commands, menus } = await activated();
    const known = new Set(commands.map(({ command }) => command));
    const unknown = Object.values(menus).flatMap(items => items.filter(({ command }) => !known.has(command)));
    assert.deepEqual(unknown, []);
  });

  it('offers what acts on runs only in a folder that is trusted', async () => {
    const { menus } = await activated();
    const acting =
      /^slimTraining\.(startAgain|warmStart\w*|startFromMapping|stop|pause|resume|saveCheckpoint)$/;
    const items = Object.values(menus).flatMap(menu => menu.filter(({ command }) => acting.test(command)));
    assert.ok(items.length > 10, 'the menus were not found');
    const always = items.filter(
      ({ when }) => when !== 'false' && when?.includes('isWorkspaceTrusted') !== true,
    );
    assert.deepEqual(always, []);
  });

  it('links only to commands that exist from its welcome views', async () => {
    const { viewsWelcome } = await activated();
    const all = new Set(await vscode.commands.getCommands());
    const links = viewsWelcome.flatMap(({ contents }) =>
      [...contents.matchAll(/\(command:([\w.]+)\)/g)].map(match => match[1]),
    );
    assert.ok(links.length >= 5, 'the texts of package.nls.json were not put in');
    assert.deepEqual(
      links.filter(link => link === undefined || !all.has(link)),
      [],
    );
  });

  it('gives each of eight series a colour in each kind of theme', async () => {
    const { colors } = await activated();
    assert.equal(colors.length, 8);
    for (const { id, defaults } of colors) {
      assert.match(id, /^slimTraining\.series[1-8]$/);
      assert.deepEqual(Object.keys(defaults).sort(), ['dark', 'highContrast', 'highContrastLight', 'light']);
      for (const color of Object.values(defaults)) assert.match(color, /^#[0-9a-f]{6}$/);
    }
  });
});
