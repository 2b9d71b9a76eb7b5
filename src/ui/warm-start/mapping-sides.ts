/** The two sides of a mapping as they are read: the checkpoint's variables by a worker thread, the model's by its script. */

import { basename } from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../../protocol/error-message.ts';
import type { MappingSource, MappingSources } from '../../protocol/mapping.ts';
import type { ModelVariable } from '../../protocol/model-variable.ts';
import type { MappingEngine } from '../../restore/mapping-engine.ts';
import type { OpenedCheckpoint } from '../../restore/mapping-request.ts';
import { pathInMapping } from '../../restore/restore-file.ts';
import type { RestoreMapping } from '../../restore/restore-mapping.ts';
import type { InspectedModels } from '../../runs/launchers/inspected-models.ts';
import { inspectRequest } from '../start/trainer-settings.ts';
import { watchFiles } from '../vscode/watched-file.ts';

export interface SideEvents {
  /** What the header shows has changed. */
  changed(): void;
  /** The variables of a side are there, or others than before. */
  read(side: 'checkpoint' | 'model'): void;
}

export interface SideRooms {
  readonly extension: Pick<vscode.ExtensionContext, 'asAbsolutePath'>;
  readonly models: InspectedModels;
}

interface Side<T> {
  /** Absolute; null: the mapping names none. */
  readonly path: string | null;
  readonly state: MappingSource['state'];
  readonly message: string | null;
  /** What was read last, of this path or of the one before. */
  readonly value: T | null;
}

const NOTHING = { path: null, state: 'missing', message: null, value: null } as const;

export class MappingSides implements vscode.Disposable {
  readonly #engine: MappingEngine;
  readonly #rooms: SideRooms;
  readonly #events: SideEvents;
  #checkpoint: Side<OpenedCheckpoint> = NOTHING;
  #script: Side<readonly ModelVariable[]> = NOTHING;
  #checkpointWatch: vscode.Disposable | undefined;
  #scriptWatch: vscode.Disposable | undefined;
  #inspecting: AbortController | undefined;
  #isDisposed = false;

  constructor(engine: MappingEngine, rooms: SideRooms, events: SideEvents) {
    this.#engine = engine;
    this.#rooms = rooms;
    this.#events = events;
  }

  /** Both have been read, as they are now. */
  get areRead(): boolean {
    return isCurrent(this.#checkpoint) && isCurrent(this.#script);
  }

  get checkpoint(): OpenedCheckpoint | null {
    return this.#checkpoint.value;
  }

  get model(): readonly ModelVariable[] | null {
    return this.#script.value;
  }

  get scriptPath(): string | null {
    return this.#script.path;
  }

  get failureOfScript(): string | null {
    return this.#script.state === 'failed' ? this.#script.message : null;
  }

  sources(): MappingSources {
    return {
      checkpoint: toSource(this.#checkpoint, this.#checkpoint.value?.prefix),
      script: toSource(this.#script),
      trusted: vscode.workspace.isTrusted,
    };
  }

  /** Reads what the mapping names, where that is something else than before. */
  follow(mappingPath: string, { checkpoint, script }: RestoreMapping): void {
    const [from, to] = [checkpoint, script].map(path =>
      path === null ? null : pathInMapping(mappingPath, path),
    );
    if (from !== undefined && from !== this.#checkpoint.path) this.#followCheckpoint(from);
    if (to !== undefined && to !== this.#script.path) this.#followScript(to);
  }

  /**
   * Asks the script for its variables. Not in a folder that is not trusted: the script is run for it.
   *
   * @param when unless they are known already, or again in any case.
   */
  async readModel(when: 'unless known' | 'again' = 'unless known'): Promise<void> {
    const { path, value } = this.#script;
    this.#inspecting?.abort();
    if (path === null || !vscode.workspace.isTrusted) {
      this.#setScript({ path, state: 'missing', message: null, value });
      return;
    }
    const inspecting = (this.#inspecting = new AbortController());
    this.#setScript({ path, state: 'reading', message: null, value });
    try {
      const request = inspectRequest(this.#rooms.extension, path);
      const { models } = this.#rooms;
      const { variables } = await (when === 'again'
        ? models.ask(request, inspecting.signal)
        : models.get(request, inspecting.signal));
      if (inspecting.signal.aborted) return;
      await this.#engine.ask('model', { variables });
      this.#setScript({ path, state: 'read', message: null, value: variables });
      this.#events.read('model');
    } catch (error) {
      if (inspecting.signal.aborted) return;
      this.#setScript({ path, state: 'failed', message: messageOf(error), value });
    }
  }

  /** Tells the engine again what it has forgotten. If it cannot take it, the checkpoint's side says why. */
  async tellAgain(): Promise<void> {
    const { state, value } = this.#script;
    const isKnown = value !== null && state !== 'reading';
    await Promise.allSettled([
      isKnown ? this.#engine.ask('model', { variables: value }) : null,
      this.#readCheckpoint(),
    ]);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#inspecting?.abort();
    this.#checkpointWatch?.dispose();
    this.#scriptWatch?.dispose();
  }

  #followCheckpoint(path: string | null): void {
    this.#checkpointWatch?.dispose();
    this.#checkpoint = { ...this.#checkpoint, path };
    this.#checkpointChanged();
  }

  /** What the engine gave up on may be gone. */
  #checkpointChanged(): void {
    if (this.#engine.hasGivenUp) this.#engine.restart();
    else void this.#readCheckpoint();
  }

  async #readCheckpoint(): Promise<void> {
    const { path, value } = this.#checkpoint;
    if (path === null) {
      this.#setCheckpoint({ ...NOTHING, value });
      return;
    }
    this.#setCheckpoint({ path, state: 'reading', message: null, value });
    try {
      const opened = await this.#engine.ask('open', { path });
      if (this.#isNoLonger(path)) return;
      this.#setCheckpoint({ path, state: 'read', message: opened.problems[0] ?? null, value: opened });
      this.#watchCheckpoint(opened.prefix);
      this.#events.read('checkpoint');
    } catch (error) {
      if (this.#isNoLonger(path)) return;
      this.#setCheckpoint({ path, state: 'failed', message: messageOf(error), value });
      this.#watchCheckpoint(path);
    }
  }

  #isNoLonger(path: string): boolean {
    return this.#isDisposed || this.#checkpoint.path !== path;
  }

  #watchCheckpoint(prefix: string): void {
    this.#checkpointWatch?.dispose();
    this.#checkpointWatch = watchFiles(prefix, () => {
      this.#checkpointChanged();
    });
  }

  #followScript(path: string | null): void {
    this.#scriptWatch?.dispose();
    this.#script = { ...this.#script, path };
    if (path !== null) {
      this.#scriptWatch = watchFiles(path, () => {
        const { state } = this.#script;
        if (state === 'read') this.#setScript({ ...this.#script, state: 'stale' });
        else if (state === 'failed') void this.readModel();
      });
    }
    void this.readModel();
  }

  #setCheckpoint(side: Side<OpenedCheckpoint>): void {
    this.#checkpoint = side;
    this.#events.changed();
  }

  #setScript(side: Side<readonly ModelVariable[]>): void {
    if (this.#isDisposed) return;
    this.#script = side;
    this.#events.changed();
  }
}

function isCurrent({ state }: Side<unknown>): boolean {
  return state === 'read' || state === 'stale';
}

function toSource({ path, state, message }: Side<unknown>, found = path): MappingSource {
  return {
    name: found === null ? null : basename(found),
    place: found === null ? '' : vscode.workspace.asRelativePath(found),
    state,
    message,
  };
}
