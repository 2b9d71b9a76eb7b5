import assert from 'node:assert/strict';
import { copyFile, cp, mkdtemp, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import type {
  FromCheckpointPage,
  ToCheckpointPage,
  VariableChange,
  VariableReport,
} from '../../../src/protocol/checkpoint.ts';
import { CheckpointEditor } from '../../../src/ui/checkpoints/checkpoint-editor.ts';
import { dataFile, indexFile } from '../../../src/formats/bundle-file-names.ts';
import type { RunList } from '../../../src/catalog/run-list.ts';
import { fixturePath } from '../../fixture-files.ts';
import { layersOf, lenetVariant, newestOf, oldestOf } from '../../lenet-oracle.ts';
import { until } from '../until.ts';

const extension = vscode.extensions.getExtension('slim-training.slim-training');
const project = extension?.extensionPath ?? '';
/** A training of which two checkpoints are there. */
const variant = lenetVariant('lenet-adam');
const [older, newer] = [oldestOf(variant).path, newestOf(variant).path];
const [OLDER, NEWER] = [path.basename(older), path.basename(newer)];
/** Weights of a convolution, by the end of their name. */
const [layer] = layersOf(variant);
const WEIGHTS = `${layer?.name}/weights`;
const values = path.join(project, 'test/unit/formats/values');
const noRuns = { runs: () => [], onDidChange: () => ({ dispose: () => undefined }) };

type Message<T extends ToCheckpointPage['type']> = Extract<ToCheckpointPage, { readonly type: T }>;

/** Stands in for a tab: keeps what its page would have been sent. */
class StandInPanel {
  readonly sent: ToCheckpointPage[] = [];
  readonly visible = true;
  #receive: (message: unknown) => void = () => undefined;
  readonly webview = {
    postMessage: (message: ToCheckpointPage) => Promise.resolve(this.sent.push(message) > 0),
    onDidReceiveMessage: (receive: (message: unknown) => void) => {
      this.#receive = receive;
      return { dispose: () => undefined };
    },
  };

  onDidChangeViewState(): { dispose: () => undefined } {
    return { dispose: () => undefined };
  }

  says(message: FromCheckpointPage): void {
    this.#receive(message);
  }

  last<T extends ToCheckpointPage['type']>(type: T): Message<T> | undefined {
    return this.sent.filter((message): message is Message<T> => message.type === type).at(-1);
  }

  /** Since the file was opened last. */
  get reports(): Map<number, VariableReport> {
    const opened = this.sent.findLastIndex(({ type }) => type === 'opened');
    return new Map(
      this.sent.slice(opened).flatMap(message => (message.type === 'reports' ? message.reports : [])),
    );
  }

  get changes(): Map<number, VariableChange> {
    const compared = this.sent.findLastIndex(({ type }) => type === 'compared');
    return new Map(
      this.sent.slice(compared).flatMap(message => (message.type === 'changes' ? message.changes : [])),
    );
  }
}

describe('the editor of checkpoints', () => {
  let folder: string;
  let editors: CheckpointEditor[];
  let log: vscode.LogOutputChannel;

  before(() => {
    log = vscode.window.createOutputChannel('Checkpoint test', { log: true });
  });
  after(() => {
    log.dispose();
  });
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'checkpoint-editor-'));
    editors = [];
  });
  afterEach(async () => {
    for (const editor of editors) editor.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(folder, { recursive: true });
  });

  async function copied(...files: readonly string[]): Promise<string> {
    for (const file of files) await copyFile(file, path.join(folder, path.basename(file)));
    return path.join(folder, path.basename(files[0] ?? ''));
  }

  const bundle = (prefix: string): [index: string, data: string] => [
    indexFile(prefix),
    dataFile(prefix, 0, 1),
  ];

  const worker = path.join(project, 'dist/checkpoint-worker.js');

  function open(
    file: string,
    runs: Promise<unknown> = Promise.resolve(noRuns),
    workerPath = worker,
  ): StandInPanel {
    const panel = new StandInPanel();
    const editor = new CheckpointEditor(file, panel as unknown as vscode.WebviewPanel, {
      workerPath,
      list: runs as Promise<RunList>,
      log,
    });
    editors.push(editor);
    panel.says({ type: 'ready' });
    return panel;
  }

  async function readWhole(panel: StandInPanel): Promise<Message<'opened'>> {
    await until('all of it has been read', () => {
      const count = panel.last('opened')?.listing.variables.length;
      return count !== undefined && panel.reports.size === count;
    });
    const opened = panel.last('opened');
    assert.ok(opened);
    return opened;
  }

  function activeEditor(): string {
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    if (input instanceof vscode.TabInputCustom) return input.viewType;
    return input instanceof vscode.TabInputText ? 'text' : String(input);
  }

  const files: readonly (readonly [string, string])[] = [
    ['an index', indexFile(newer)],
    ['a data file', dataFile(newer, 0, 1)],
    ['the variables of a SavedModel', fixturePath('checkpoints/saved_model/variables/variables.index')],
    ['an archive of NumPy', path.join(values, 'deflated.npz')],
    ['an array of NumPy', path.join(values, 'plain.npy')],
    ['safetensors', path.join(values, 'all.safetensors')],
    ['a MAT file', path.join(values, 'compressed.mat')],
  ];
  for (const [what, file] of files) {
    it(`is what ${what} opens in`, async () => {
      await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file));
      await until('a tab is open', () => activeEditor() === 'slimTraining.checkpoint');
    });

    it(`reads all of ${what}`, async () => {
      const panel = open(file);
      const { listing } = await readWhole(panel);
      assert.ok(listing.variables.length > 0);
      assert.deepEqual(
        [...panel.reports.values()].filter(({ kind }) => kind === 'damaged'),
        [],
      );
    });
  }

  it('opens V1 checkpoints, whether or not a step is in their name', async () => {
    const v1 = await readFile(fixturePath('checkpoints/v1_all'));
    for (const name of ['inception_v1.ckpt', 'model.ckpt-1234567']) {
      const file = path.join(folder, name);
      await writeFile(file, v1);
      await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file));
      await until('a tab is open', () => activeEditor() === 'slimTraining.checkpoint');
      const { listing } = await readWhole(open(file));
      assert.equal(listing.variables.length, 15);
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    }
  });

  it('leaves text to the editor of text, and graphs alone', async () => {
    const text = path.join(folder, 'words.index');
    await writeFile(text, 'aardvark 1\nzebra 2\n');
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(text));
    await until('the text is shown', () => vscode.window.activeTextEditor?.document.uri.fsPath === text);
    const meta = path.join(folder, 'model.ckpt-100.meta');
    await writeFile(meta, 'not really a graph');
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(meta));
    await until('the graph is open', () => activeEditor() === 'text');
  });

  it('says what the checkpoint is', async () => {
    const panel = open(await copied(...bundle(newer)));
    const { header, listing } = await readWhole(panel);
    assert.equal(header.name, NEWER);
    assert.equal(header.step, newestOf(variant).step);
    assert.equal(header.run, path.basename(folder));
    assert.ok(listing.hasChecksums);
    const weights = listing.variables.findIndex(({ path: name }) => name.endsWith(WEIGHTS));
    assert.deepEqual(listing.variables[weights]?.shape, layer?.weights);
    panel.says({ type: 'picture', id: 7, variable: weights, channel: 0 });
    await until('the picture has come', () => panel.last('answer')?.id === 7);
    const answer = panel.last('answer')?.answer;
    assert.ok(answer !== undefined && 'kind' in answer && answer.kind === 'kernels');
    const [height = NaN, width = NaN, , kernelCount = NaN] = layer?.weights ?? [];
    assert.equal(answer.values.length, height * width * kernelCount);
  });

  it('loses nothing of what is read while the window still looks for runs', async () => {
    const panel = open(
      await copied(...bundle(newer)),
      new Promise(resolve => setTimeout(resolve, 1000, noRuns)),
    );
    await readWhole(panel);
  });

  it('names the variables that a cut data file has lost, and shows the others', async () => {
    const file = await copied(...bundle(newer));
    const data = path.join(folder, path.basename(dataFile(newer, 0, 1)));
    await truncate(data, Math.trunc((await stat(data)).size / 2));
    const panel = open(file);
    const { listing } = await readWhole(panel);
    const damaged = [...panel.reports].filter(([, { kind }]) => kind === 'damaged');
    assert.ok(damaged.length > 0 && damaged.length < listing.variables.length);
    for (const [id, report] of damaged) {
      const name = listing.variables[id]?.name ?? '?';
      assert.ok(
        report.kind === 'damaged' && report.message.includes(`data-00000-of-00001 is cut off: ${name}`),
      );
    }
  });

  it('says what is wrong with a file that is no checkpoint, and reads it once it is one', async () => {
    const [index, data] = bundle(newer);
    const file = path.join(folder, `${NEWER}.index`);
    await writeFile(file, Buffer.alloc(200));
    const panel = open(file);
    await until('it has failed', () => panel.last('failed') !== undefined);
    assert.ok(panel.last('failed')?.message.includes(file));
    await copied(data);
    await copyFile(index, `${file}.new`);
    await rename(`${file}.new`, file);
    const { listing } = await readWhole(panel);
    assert.ok(listing.variables.length > 0);
  });

  it('reads a new save over the file, and says when the file is gone', async () => {
    const file = await copied(...bundle(older));
    const panel = open(file);
    const step = async (): Promise<unknown> => {
      const { listing } = await readWhole(panel);
      const id = listing.variables.findIndex(({ path: name }) => name === 'global_step');
      const report = panel.reports.get(id);
      return report?.kind === 'statistics' ? report.statistics.finite?.mean : undefined;
    };
    const before = await step();
    const targets = bundle(path.join(folder, OLDER));
    for (const [at, source] of [...bundle(newer).entries()].reverse()) {
      const target = targets[at] ?? '';
      await copyFile(source, `${target}.new`);
      await rename(`${target}.new`, target);
    }
    await until('the new one has been read', async () => {
      const now = await step();
      // Undefined: the old and a new file together may have been read meanwhile.
      return now !== undefined && now !== before;
    });
    await rm(file);
    await until('it says so', () => panel.last('notice')?.message?.includes('was deleted') === true);
    assert.ok(panel.reports.size > 0, 'what was read stays');
  });

  it('compares with another checkpoint of the folder, by an id', async () => {
    await cp(path.dirname(newer), folder, { recursive: true });
    const panel = open(path.join(folder, `${NEWER}.index`));
    const { listing } = await readWhole(panel);
    await until('there are choices', () => panel.last('choices') !== undefined);
    const [choice] = panel.last('choices')?.choices ?? [];
    assert.equal(choice?.name, OLDER);
    assert.ok(!choice.id.includes(path.sep));
    panel.says({ type: 'compare', choice: choice.id });
    await until('all have been compared', () => panel.changes.size === listing.variables.length);
    const id = listing.variables.findIndex(({ path: name }) => name.endsWith(WEIGHTS));
    const change = panel.changes.get(id);
    assert.ok(change?.kind === 'values' && change.relative !== null && change.relative > 0);
    panel.says({ type: 'compare', choice: null });
    await until('it has stopped', () => panel.last('compared')?.comparison === null);
  });

  /** A thread that ends soon after it has given its first answer, so often. */
  async function dyingWorker(times: number): Promise<string> {
    const file = path.join(folder, 'dying-worker.mjs');
    const count = JSON.stringify(path.join(folder, 'deaths'));
    await writeFile(
      file,
      `import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
const deaths = existsSync(${count}) ? readFileSync(${count}).length : 0;
const post = parentPort.postMessage.bind(parentPort);
let isDying = deaths >= ${times};
parentPort.postMessage = (...message) => {
  post(...message);
  if (isDying) return;
  isDying = true;
  setTimeout(() => { appendFileSync(${count}, '.'); process.exit(1); }, 300);
};
await import(${JSON.stringify(pathToFileURL(worker).href)});
`,
    );
    return file;
  }

  it('reads on with another thread when one has ended, and still compares', async () => {
    await cp(path.dirname(newer), folder, { recursive: true });
    const file = path.join(folder, `${NEWER}.index`);
    const panel = open(file, undefined, await dyingWorker(1));
    const [editor] = editors;
    await editor?.compareWithPath(path.join(folder, OLDER));
    await until('it is opened again', () => panel.sent.filter(({ type }) => type === 'opened').length === 2);
    const { listing } = await readWhole(panel);
    await until('all have been compared', () => panel.changes.size === listing.variables.length);
    assert.equal(panel.last('compared')?.comparison?.name, OLDER);
  });

  it('gives up on a file of which every thread ends, until it is told to try again', async () => {
    const panel = open(await copied(...bundle(newer)), undefined, await dyingWorker(3));
    await until('it has given up', () => panel.last('failed') !== undefined);
    assert.match(
      panel.last('failed')?.message ?? '',
      new RegExp(`${NEWER}\\.index cannot be read\\. The thread`),
    );
    panel.says({ type: 'retry' });
    await readWhole(panel);
  });

  it('does nothing of what a page should not ask for', async () => {
    const panel = open(await copied(...bundle(newer)));
    await readWhole(panel);
    const before = panel.sent.length;
    panel.says({ type: 'compare', path: '/etc/passwd' } as unknown as FromCheckpointPage);
    panel.says({ type: 'picture', id: 1, variable: 1e6, channel: 0 });
    await until('the question is refused', () => panel.last('failure')?.id === 1);
    assert.equal(panel.last('compared')?.comparison, null);
    assert.ok(panel.sent.length >= before);
  });
});
