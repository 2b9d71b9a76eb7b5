/** One editor of a checkpoint: what goes between the page that shows it and what is read of it. */

import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { checkpointName, checkpointPath } from '../../catalog/checkpoint-files.ts';
import { commandId } from '../../catalog/contributions.ts';
import { DisposableStore } from '../../catalog/disposable-store.ts';
import { OpenCheckpoint } from '../../catalog/open-checkpoint.ts';
import type { RunList } from '../../catalog/run-list.ts';
import { ToldChoices } from '../../catalog/told-choices.ts';
import { readCheckpointMessage } from '../../protocol/checkpoint-messages.ts';
import type {
  CheckpointPageRequests,
  ComparisonChoice,
  FromCheckpointPage,
  ToCheckpointPage,
  VariableChange,
  VariableId,
  VariableReport,
} from '../../protocol/checkpoint.ts';
import { respond, type Handlers } from '../../protocol/requests.ts';
import { pathOfChoice } from '../vscode/dialog-choice.ts';
import { obeyMessage } from '../webviews/obey-message.ts';
import { exportValues } from './checkpoint-export.ts';

export interface CheckpointRooms {
  /** The bundled worker.ts of monitor/checkpoints. */
  readonly workerPath: string;
  readonly list: Promise<RunList>;
  readonly log: vscode.LogOutputChannel;
}

/** What was read is sent so often at most. */
const BATCH_MS = 100;

export class CheckpointEditor implements vscode.Disposable {
  readonly #file: string;
  readonly #panel: vscode.WebviewPanel;
  readonly #rooms: CheckpointRooms;
  readonly #owned = new DisposableStore();
  readonly #checkpoint: OpenCheckpoint;
  readonly #toldChoices: ToldChoices;
  readonly #handlers: Handlers<CheckpointPageRequests> = {
    picture: ask => this.#checkpoint.ask('picture', ask),
    window: ask => this.#checkpoint.ask('window', ask),
  };
  #isReady = false;
  #batch: NodeJS.Timeout | undefined;
  #newReports = new Map<VariableId, VariableReport>();
  #newChanges = new Map<VariableId, VariableChange>();

  /** @param file what was clicked on: any file of the checkpoint. */
  constructor(file: string, panel: vscode.WebviewPanel, rooms: CheckpointRooms) {
    this.#file = file;
    this.#panel = panel;
    this.#rooms = rooms;
    this.#owned.add(panel.webview.onDidReceiveMessage((value: unknown) => void this.#receive(value)));
    this.#checkpoint = this.#owned.add(
      new OpenCheckpoint(file, rooms, {
        opened: () => {
          this.#tellOpened();
        },
        reported: (variable, report) => {
          this.#newReports.set(variable, report);
          this.#sendSoon();
        },
        changed: (variable, change) => {
          this.#newChanges.set(variable, change);
          this.#sendSoon();
        },
        compared: () => {
          this.#tellComparison();
          void this.#toldChoices.tell();
        },
        noticed: message => {
          this.#post({ type: 'notice', message });
        },
        isSeen: () => panel.visible,
      }),
    );
    this.#toldChoices = new ToldChoices({
      find: () => this.#checkpoint.choices(),
      tell: choices => {
        this.#post({ type: 'choices', choices });
      },
    });
    this.#owned.add(
      panel.onDidChangeViewState(() => {
        if (panel.visible) this.#checkpoint.look();
        // Its page is gone until the tab is looked at again; then it says `ready` again.
        else this.#isReady = false;
      }),
    );
    void rooms.list.then(list => {
      this.#owned.add(
        list.onDidChange(() => {
          if (this.#isReady) void this.#toldChoices.runsChanged(list.runs());
        }),
      );
    });
  }

  get file(): string {
    return this.#file;
  }

  get isActive(): boolean {
    return this.#panel.active;
  }

  /** What it can be compared with. */
  comparisons(): Promise<readonly ComparisonChoice[]> {
    return this.#checkpoint.choices();
  }

  /** @param choice an id of {@link comparisons}; file: what the user chooses then; null: with none. */
  async compare(choice: string | null): Promise<void> {
    if (choice !== 'file') return this.#checkpoint.compareWith(choice);
    const [picked] =
      (await vscode.window.showOpenDialog({
        title: `Compare ${checkpointName(checkpointPath(this.#file))} With`,
        openLabel: 'Compare',
        defaultUri: vscode.Uri.file(dirname(this.#file)),
      })) ?? [];
    const path = pathOfChoice(picked);
    // What the page's list shows goes back to what it is.
    if (path === undefined) this.#tellComparison();
    else await this.compareWithPath(checkpointPath(path));
  }

  /** @param path anything that can be opened as a checkpoint. */
  compareWithPath(path: string): Promise<void> {
    return this.#checkpoint.compareWithPath(path);
  }

  dispose(): void {
    clearTimeout(this.#batch);
    this.#owned.dispose();
  }

  #receive(value: unknown): Promise<void> {
    return obeyMessage(
      `The page of ${basename(this.#file)}`,
      readCheckpointMessage(value),
      message => this.#obey(message),
      this.#rooms.log,
    );
  }

  async #obey(message: FromCheckpointPage): Promise<void> {
    if ('id' in message)
      return respond(this.#handlers, message, answer => {
        this.#post(answer);
      });
    switch (message.type) {
      case 'ready':
        this.#isReady = true;
        this.#tellOpened();
        return;
      case 'visible':
        this.#checkpoint.tell({ type: 'want', variables: message.variables });
        return;
      case 'readAll':
        this.#checkpoint.tell({ type: 'wantAll' });
        return;
      case 'readLarge':
        this.#checkpoint.tell({ type: 'wantLarge', variable: message.variable });
        return;
      case 'compare':
        return this.compare(message.choice);
      case 'copy':
        return vscode.env.clipboard.writeText(message.text);
      case 'export':
        return this.#export(message.variable);
      case 'warmStart':
        return vscode.commands.executeCommand(commandId('warmStart'), vscode.Uri.file(this.#file));
      case 'retry':
        return this.#checkpoint.reopen();
    }
  }

  async #export(variable: VariableId | null): Promise<void> {
    const { content } = this.#checkpoint;
    const name = variable === null ? content?.header.name : content?.listing.variables[variable]?.path;
    if (name === undefined) return;
    await exportValues({
      what: name,
      name,
      extension: variable === null ? 'npz' : 'npy',
      beside: this.#file,
      write: path => this.#checkpoint.ask('export', { variable, path }),
    });
  }

  /** Everything, as it is now. */
  #tellOpened(): void {
    this.#newReports.clear();
    this.#newChanges.clear();
    const { state, notice } = this.#checkpoint;
    if (state === undefined) return;
    if ('failure' in state) {
      const name = checkpointName(checkpointPath(this.#file));
      this.#post({ type: 'failed', name, message: state.failure });
      return;
    }
    const { header, listing, reports } = state;
    this.#post({ type: 'opened', header, listing });
    this.#post({ type: 'reports', reports: [...reports] });
    this.#tellComparison();
    this.#post({ type: 'notice', message: notice });
    void this.#toldChoices.tellAnew();
  }

  #tellComparison(): void {
    this.#newChanges.clear();
    const { content } = this.#checkpoint;
    this.#post({ type: 'compared', comparison: content?.comparison ?? null });
    this.#post({ type: 'changes', changes: [...(content?.changes ?? [])] });
  }

  #sendSoon(): void {
    this.#batch ??= setTimeout(() => {
      this.#batch = undefined;
      const [reports, changes] = [[...this.#newReports], [...this.#newChanges]];
      this.#newReports.clear();
      this.#newChanges.clear();
      if (reports.length > 0) this.#post({ type: 'reports', reports });
      if (changes.length > 0) this.#post({ type: 'changes', changes });
    }, BATCH_MS);
  }

  #post(message: ToCheckpointPage): void {
    if (this.#isReady) void this.#panel.webview.postMessage(message);
  }
}
