/** One editor of a checkpoint: a thread that reads it, a page that shows it, and what goes between the two. */

import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { readBestCheckpoints } from '../../formats/best-checkpoints-file.ts';
import { stepOf } from '../../formats/bundle-file-names.ts';
import { CheckpointThread } from '../../monitor/checkpoints/checkpoint-thread.ts';
import { RepeatedLook } from '../../monitor/repeated-look.ts';
import type {
  CheckpointHeader,
  CheckpointListing,
  CheckpointQuestion,
  Comparison,
  ComparisonChoice,
  FromCheckpointPage,
  ToCheckpointPage,
  VariableChange,
  VariableId,
  VariableReport,
} from '../../protocol/checkpoint.ts';
import { commandId } from '../../catalog/contributions.ts';
import { CheckpointChoices, runNameOf } from '../../catalog/checkpoint-choices.ts';
import { messageOf } from '../../protocol/error-message.ts';
import { exportValues } from './checkpoint-export.ts';
import { checkpointName, checkpointPath, stateOfCheckpoint } from '../../catalog/checkpoint-files.ts';
import { readCheckpointMessage } from '../../protocol/checkpoint-messages.ts';
import { pathOfChoice } from '../vscode/dialog-choice.ts';
import { DisposableStore } from '../../catalog/disposable-store.ts';
import { obeyMessage } from '../webviews/obey-message.ts';
import type { RunList } from '../../catalog/run-list.ts';

export interface CheckpointRooms {
  /** The bundled worker.ts of monitor/checkpoints. */
  readonly workerPath: string;
  readonly list: Promise<RunList>;
  readonly log: vscode.LogOutputChannel;
}

/** What was read is sent so often at most. */
const BATCH_MS = 100;
/** How often it is looked whether the file is still the one that was opened. */
const LOOK_MS = 1000;
const SETTLE_MS = 50;
/** A thread that dies this often dies of what it reads. */
const MAX_DEATHS = 3;

/** What is known of the file as it was opened last. */
interface Opened {
  readonly thread: CheckpointThread;
  readonly listing: CheckpointListing;
  readonly header: CheckpointHeader;
  readonly reports: Map<VariableId, VariableReport>;
  readonly changes: Map<VariableId, VariableChange>;
  comparison: Comparison | undefined;
}

export class CheckpointEditor implements vscode.Disposable {
  readonly #file: string;
  readonly #panel: vscode.WebviewPanel;
  readonly #rooms: CheckpointRooms;
  readonly #owned = new DisposableStore();
  readonly #choices = new CheckpointChoices();
  readonly #looking: RepeatedLook;
  #opened: Opened | { readonly failure: string } | undefined;
  /** The thread that is opening the file, or has opened it. */
  #thread: CheckpointThread | undefined;
  /** Of the files that were opened. */
  #signature: string | undefined;
  /** Of the files as they were looked at last. */
  #lastSignature: string | undefined;
  #notice: string | null = null;
  #opening: Promise<void>;
  #deaths = 0;
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
    this.#looking = this.#owned.add(new RepeatedLook(() => this.#look(), SETTLE_MS, LOOK_MS));
    this.#owned.add(
      panel.onDidChangeViewState(() => {
        if (panel.visible) this.#looking.hint();
        // Its page is gone until the tab is looked at again; then it says `ready` again.
        else this.#isReady = false;
      }),
    );
    void rooms.list.then(list => {
      this.#owned.add(list.onDidChange(() => void this.#tellChoices()));
    });
    this.#opening = this.#open();
  }

  get file(): string {
    return this.#file;
  }

  get isActive(): boolean {
    return this.#panel.active;
  }

  /** What it can be compared with. */
  async comparisons(): Promise<readonly ComparisonChoice[]> {
    return this.#choices.around(this.#file, checkpointPath(this.#file), await this.#rooms.list);
  }

  /** @param choice an id of {@link comparisons}; file: what the user chooses then; null: with none. */
  async compare(choice: string | null): Promise<void> {
    if (choice !== 'file') return this.#compareWith(choice);
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
  async compareWithPath(path: string): Promise<void> {
    await this.#opening;
    await this.#compareWith(this.#choices.choice(path, await this.#rooms.list).id);
  }

  dispose(): void {
    clearTimeout(this.#batch);
    this.#thread?.dispose();
    this.#owned.dispose();
  }

  #reopen(): Promise<void> {
    this.#opening = this.#open();
    return this.#opening;
  }

  async #open(): Promise<void> {
    const path = checkpointPath(this.#file);
    const before = this.#openedNow();
    const comparedWith = before?.comparison;
    const state = await stateOfCheckpoint(this.#file);
    this.#signature = state?.signature;
    this.#lastSignature = state?.signature;
    this.#thread?.dispose();
    // What comes before the header is known is told with it.
    const reports = new Map<VariableId, VariableReport>();
    const changes = new Map<VariableId, VariableChange>();
    const thread = new CheckpointThread(this.#rooms.workerPath, {
      report: (variable, report) => {
        reports.set(variable, report);
        this.#newReports.set(variable, report);
        this.#sendSoon();
      },
      change: (variable, change) => {
        changes.set(variable, change);
        this.#newChanges.set(variable, change);
        this.#sendSoon();
      },
      died: reason => {
        this.#threadDied(reason);
      },
    });
    this.#thread = thread;
    this.#newReports.clear();
    this.#newChanges.clear();
    try {
      const [listing, header] = await Promise.all([
        thread.request({ kind: 'open', path }),
        this.#headerOf(path, state ?? { bytes: 0, saved: null }),
      ]);
      if (thread !== this.#thread) return;
      this.#opened = {
        thread,
        listing,
        header,
        reports,
        changes,
        comparison: undefined,
      };
      this.#tellOpened();
    } catch (error) {
      if (thread !== this.#thread) return;
      thread.dispose();
      this.#opened = { failure: messageOf(error) };
      this.#tellOpened();
      return;
    }
    if (comparedWith === undefined) return;
    // What it was compared with may be gone by now.
    await this.#compareWith(comparedWith.id).catch((error: unknown) => {
      this.#rooms.log.warn(messageOf(error));
    });
  }

  /** Begins again, unless that was of no use before; what could not be opened has said so already. */
  #threadDied(reason: Error): void {
    this.#rooms.log.warn(reason.message);
    if (this.#openedNow()?.thread !== this.#thread) return;
    if (++this.#deaths < MAX_DEATHS) void this.#reopen();
    else {
      this.#opened = { failure: `${this.#file} cannot be read. ${reason.message}` };
      this.#tellOpened();
    }
  }

  async #headerOf(
    path: string,
    { bytes, saved }: { readonly bytes: number; readonly saved: number | null },
  ): Promise<CheckpointHeader> {
    const [list, best] = await Promise.all([this.#rooms.list, readBestCheckpoints(dirname(path))]);
    return {
      name: checkpointName(path),
      run: runNameOf(path, list),
      best: best?.checkpoints[0]?.name === basename(path),
      step: stepOf(path) ?? null,
      saved,
      bytes,
    };
  }

  /** A new save over the file is read as soon as it is whole; of what was deleted, all that was read stays. */
  async #look(): Promise<void> {
    if (!this.#panel.visible) return;
    const signature = (await stateOfCheckpoint(this.#file))?.signature;
    const isSettled = signature === this.#lastSignature;
    this.#lastSignature = signature;
    if (signature === undefined) {
      if (this.#signature !== undefined)
        this.#tell(`${this.#file} was deleted. What has been read of it is still shown.`);
      return;
    }
    this.#tell(null);
    if (signature !== this.#signature && isSettled) await this.#reopen();
  }

  #tell(notice: string | null): void {
    if (notice === this.#notice) return;
    this.#notice = notice;
    this.#post({ type: 'notice', message: notice });
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
    switch (message.type) {
      case 'ready':
        this.#isReady = true;
        this.#tellOpened();
        return;
      case 'visible':
        this.#openedNow()?.thread.want(message.variables);
        return;
      case 'readAll':
        this.#openedNow()?.thread.wantAll();
        return;
      case 'readLarge':
        this.#openedNow()?.thread.wantLarge(message.variable);
        return;
      case 'ask':
        return this.#answer(message.id, message.question);
      case 'compare':
        return this.compare(message.choice);
      case 'copy':
        return vscode.env.clipboard.writeText(message.text);
      case 'export':
        return this.#export(message.variable);
      case 'warmStart':
        return vscode.commands.executeCommand(commandId('warmStart'), vscode.Uri.file(this.#file));
      case 'retry':
        this.#deaths = 0;
        return this.#reopen();
    }
  }

  /** Every question gets its answer, or the page would wait for it. */
  async #answer(id: number, question: CheckpointQuestion): Promise<void> {
    try {
      const opened = this.#openedNow();
      if (opened === undefined) throw new Error('The checkpoint is not open.');
      const answer = await opened.thread.request({ kind: 'ask', question });
      this.#post({ type: 'answer', id, answer });
    } catch (error) {
      this.#post({ type: 'refusal', id, message: messageOf(error) });
    }
  }

  async #compareWith(choice: string | null): Promise<void> {
    const opened = this.#openedNow();
    if (opened === undefined) return;
    const path = choice === null ? null : this.#choices.pathOf(choice);
    try {
      if (path === undefined) throw new Error('That checkpoint is no longer there.');
      const removed = await opened.thread.request({ kind: 'compare', path });
      opened.changes.clear();
      this.#newChanges.clear();
      opened.comparison =
        path === null ? undefined : { ...this.#choices.choice(path, await this.#rooms.list), removed };
    } finally {
      this.#tellComparison();
      void this.#tellChoices();
    }
  }

  async #export(variable: VariableId | null): Promise<void> {
    const opened = this.#openedNow();
    if (opened === undefined) return;
    const name = variable === null ? opened.header.name : opened.listing.variables[variable]?.path;
    if (name === undefined) return;
    await exportValues({
      what: name,
      name,
      extension: variable === null ? 'npz' : 'npy',
      beside: this.#file,
      write: path => opened.thread.request({ kind: 'export', variable, path }),
    });
  }

  #openedNow(): Opened | undefined {
    return this.#opened === undefined || 'failure' in this.#opened ? undefined : this.#opened;
  }

  /** Everything, as it is now. */
  #tellOpened(): void {
    if (this.#opened === undefined) return;
    if ('failure' in this.#opened) {
      const name = checkpointName(checkpointPath(this.#file));
      this.#post({ type: 'failed', name, message: this.#opened.failure });
      return;
    }
    const { header, listing, reports } = this.#opened;
    this.#post({ type: 'opened', header, listing });
    this.#post({ type: 'reports', reports: [...reports] });
    this.#tellComparison();
    this.#post({ type: 'notice', message: this.#notice });
    void this.#tellChoices();
  }

  #tellComparison(): void {
    const opened = this.#openedNow();
    this.#post({ type: 'compared', comparison: opened?.comparison ?? null });
    this.#post({ type: 'changes', changes: [...(opened?.changes ?? [])] });
  }

  async #tellChoices(): Promise<void> {
    if (!this.#isReady) return;
    const list = await this.#rooms.list;
    const choices = await this.#choices.around(this.#file, checkpointPath(this.#file), list);
    const compared = this.#openedNow()?.comparison;
    const isListed = compared === undefined || choices.some(({ id }) => id === compared.id);
    this.#post({ type: 'choices', choices: isListed ? choices : [compared, ...choices] });
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
