/** One mapping editor: shows what a restore mapping comes to, and writes into its text what the user wants changed. */

import * as vscode from 'vscode';
import { commandId } from '../../catalog/contributions.ts';
import { errorOf } from '../../protocol/error-message.ts';
import type { FromMapping, MappingEdit, MappingPageRequests, ToMapping } from '../../protocol/mapping.ts';
import { respond, type Handlers } from '../../protocol/requests.ts';
import type { RowRange } from '../../protocol/restore.ts';
import { chooseAction, chooseNoSource, choosePair } from '../../restore/choose-for-variable.ts';
import { chooseForScope } from '../../restore/choose-for-scope.ts';
import type { MappingChange } from '../../restore/edit-mapping.ts';
import type { MappingEngine } from '../../restore/mapping-engine.ts';
import { mappingPatterns } from '../../restore/mapping-plan.ts';
import { pathForMapping } from '../../restore/restore-file.ts';
import type { RestoreMapping, VariableChoice } from '../../restore/restore-mapping.ts';
import { rowsByLabel, type RowsByLabel } from '../../restore/rows-by-label.ts';
import type { Shape } from '../../restore/shape-fit.ts';
import type { InspectedModels } from '../../runs/launchers/inspected-models.ts';
import { DisposableStore } from '../../catalog/disposable-store.ts';
import { pickCheckpointFile, pickLabels, pickScriptFile } from './mapping-choices.ts';
import type { MappingDocument } from './mapping-document.ts';
import { readMappingMessage } from '../../protocol/mapping-messages.ts';
import { MappingSides } from './mapping-sides.ts';
import { obeyMessage } from '../webviews/obey-message.ts';
import { openScriptAt } from '../vscode/script-location.ts';
import { tell } from '../vscode/tell.ts';

/** What an editor needs of a webview panel. */
export interface MappingView {
  post(message: ToMapping): void;
  onMessage(listener: (value: unknown) => void): vscode.Disposable;
}

export interface MappingEditorRooms {
  readonly extension: Pick<vscode.ExtensionContext, 'asAbsolutePath'>;
  readonly models: InspectedModels;
  readonly log: Pick<vscode.LogOutputChannel, 'warn' | 'error'>;
}

export class MappingEditor implements vscode.Disposable {
  readonly #document: MappingDocument;
  readonly #view: MappingView;
  readonly #engine: MappingEngine;
  readonly #rooms: MappingEditorRooms;
  readonly #owned = new DisposableStore();
  readonly #sides: MappingSides;
  readonly #handlers: Handlers<MappingPageRequests> = {
    suggest: ({ variable }) => this.#engine.ask('suggest', { variable }),
    readValues: ({ source, variable }) =>
      this.#engine.ask('statistics', { source, arrangement: this.#rowsOf(variable) }),
  };
  #isReady = false;
  #plans: 'idle' | 'planning' | 'planning and changed' = 'idle';
  #plan: (ToMapping & { type: 'plan' }) | undefined;
  #leftOut: ReadonlySet<string> = new Set();

  constructor(
    document: MappingDocument,
    view: MappingView,
    engine: MappingEngine,
    rooms: MappingEditorRooms,
  ) {
    this.#document = document;
    this.#view = view;
    this.#rooms = rooms;
    this.#engine = this.#owned.add(engine);
    this.#sides = this.#owned.add(
      new MappingSides(engine, rooms, {
        changed: () => {
          this.#post({ type: 'sources', sources: this.#sides.sources() });
        },
        read: side => {
          this.#postVariables(side);
          this.#replan();
        },
      }),
    );
    engine.onForgot(() => void this.#sides.tellAgain());
    this.#owned.add(view.onMessage(value => void this.#receive(value)));
    this.#owned.add(
      vscode.workspace.onDidChangeTextDocument(event => {
        if (event.document.uri.toString() === document.uri.toString()) this.#follow();
      }),
    );
    this.#owned.add(vscode.workspace.onDidGrantWorkspaceTrust(() => void this.#sides.readModel()));
    this.#follow();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  /** The text is another: what it says is read, planned and shown. While it cannot be read, what was shown stays. */
  #follow(): void {
    this.#postText();
    const { mapping, problems } = this.#document.reading;
    if (problems.length > 0) return;
    this.#sides.follow(this.#document.path, mapping);
    this.#replan();
  }

  #replan(): void {
    if (this.#plans !== 'idle') this.#plans = 'planning and changed';
    else if (this.#document.reading.problems.length === 0) void this.#planNewest();
  }

  /** Of all that changes while one plan is made, the next is made. */
  async #planNewest(): Promise<void> {
    this.#plans = 'planning';
    try {
      if (this.#sides.areRead) {
        const { plan, leftOut } = await this.#engine.ask('plan', { mapping: this.#document.mapping });
        this.#leftOut = new Set(leftOut);
        this.#plan = { type: 'plan', plan };
        this.#post(this.#plan);
      }
    } catch (error) {
      this.#rooms.log.error(errorOf(error));
    }
    const isOld = (this.#plans as string) === 'planning and changed';
    this.#plans = 'idle';
    if (isOld) this.#replan();
  }

  #receive(value: unknown): Promise<void> {
    return obeyMessage(
      'The mapping editor',
      readMappingMessage(value),
      message => this.#obey(message),
      this.#rooms.log,
    );
  }

  async #obey(message: FromMapping): Promise<unknown> {
    if ('id' in message)
      return respond(this.#handlers, message, answer => {
        this.#post(answer);
      });
    switch (message.type) {
      case 'ready':
        this.#showAll();
        return;
      case 'pairLabels':
        return this.#pairLabels(message.variable);
      case 'chooseCheckpoint':
        return this.#choosePath('checkpoint', await pickCheckpointFile(this.#sides.checkpoint?.prefix));
      case 'chooseScript':
        return this.#choosePath('script', await pickScriptFile());
      case 'readModel':
        return this.#sides.readModel('again');
      case 'openScript':
        return openScriptAt(this.#sides.scriptPath, this.#sides.failureOfScript);
      case 'openText':
        return this.#openText(message);
      case 'manageTrust':
        return vscode.commands.executeCommand('workbench.trust.manage');
      case 'copyCode':
        return this.#copyCode(message.language);
      case 'start':
        await this.#document.save();
        return vscode.commands.executeCommand(commandId('startFromMapping'), this.#document.uri);
      default:
        return this.#document.change(mapping => this.#changeFor(message, mapping));
    }
  }

  #showAll(): void {
    this.#isReady = true;
    this.#postText();
    this.#post({ type: 'sources', sources: this.#sides.sources() });
    this.#postVariables('checkpoint');
    this.#postVariables('model');
    if (this.#plan !== undefined) this.#post(this.#plan);
  }

  #changeFor(edit: MappingEdit, mapping: RestoreMapping): MappingChange {
    switch (edit.type) {
      case 'setPattern':
        return { what: 'pattern', list: edit.list, index: edit.index, text: edit.text };
      case 'setRule':
        return { what: 'rule', index: edit.index, rule: edit.rule };
      case 'setSlots':
        return { what: 'restoreSlots', restore: edit.restore };
      case 'actOnScope':
        return chooseForScope(edit, mapping, this.#ownVariables(), this.#plan?.plan?.rows ?? []);
      default:
        return { what: 'choice', variable: edit.variable, choice: this.#choiceFor(edit, mapping) };
    }
  }

  #choiceFor(
    edit: Exclude<MappingEdit, { type: 'setPattern' | 'setRule' | 'setSlots' | 'actOnScope' }>,
    { variables }: RestoreMapping,
  ): VariableChoice | null {
    const before = Object.hasOwn(variables, edit.variable) ? variables[edit.variable] : undefined;
    switch (edit.type) {
      case 'pair':
        return choosePair(edit.source, this.#storedShape(edit.source), this.#modelShape(edit.variable));
      case 'unmatch':
        return chooseNoSource(before);
      case 'act':
        return chooseAction(before, edit.action, this.#leftOut.has(edit.variable));
      case 'setRows':
        return {
          ...(before?.from === undefined ? {} : { from: before.from }),
          action: 'partial',
          axis: edit.axis,
          rows: edit.ranges,
        };
    }
  }

  async #pairLabels(variable: string): Promise<void> {
    const source = this.#sourceOf(variable);
    const [stored, wanted] = [this.#storedShape(source), this.#modelShape(variable)];
    const labels = await pickLabels(variable);
    if (labels === undefined) return;
    const { axis, ranges }: RowsByLabel = rowsByLabel(
      { labels: labels.checkpoint, shape: stored },
      { labels: labels.model, shape: wanted },
    );
    await this.#document.change(mapping =>
      this.#changeFor({ type: 'setRows', variable, axis, ranges }, mapping),
    );
    const count = ranges.reduce((sum, range) => sum + range.count, 0);
    await tell('information', `${variable}: ${count} of ${labels.model.length} labels are in both files.`);
  }

  async #choosePath(what: 'checkpoint' | 'script', path: string | undefined): Promise<void> {
    if (path === undefined) return;
    const named = pathForMapping(this.#document.path, path);
    await this.#document.change(() => ({ what, path: named }));
  }

  async #openText({ line, column }: { readonly line: number; readonly column: number }): Promise<void> {
    const position = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
    await vscode.commands.executeCommand('vscode.openWith', this.#document.uri, 'default', {
      viewColumn: vscode.ViewColumn.Beside,
      selection: new vscode.Range(position, position),
    } satisfies vscode.TextDocumentShowOptions);
  }

  async #copyCode(language: 'ts' | 'python'): Promise<void> {
    const prefix = this.#sides.checkpoint?.prefix;
    if (prefix === undefined) return;
    const code = await this.#engine.ask('export', {
      checkpoint: vscode.workspace.asRelativePath(prefix, false),
      mapping: this.#document.mapping,
      language,
    });
    await vscode.env.clipboard.writeText(code);
    vscode.window.setStatusBarMessage(
      `Copied as ${language === 'ts' ? 'TypeScript' : 'Python'}: ${code.split('\n').length - 1} lines`,
      4000,
    );
  }

  #rowsOf(variable: string | null): { kind: 'rows'; axis: number; rows: readonly RowRange[] } | null {
    const row = this.#plan?.plan?.rows.find(each => each.variable !== null && each.variable === variable);
    return row?.rows === undefined ? null : { kind: 'rows', axis: row.rows.axis, rows: row.rows.ranges };
  }

  #sourceOf(variable: string): string {
    const source = this.#plan?.plan?.rows.find(each => each.variable === variable)?.source;
    if (source === undefined || source === null) throw new Error(`${variable} is paired with nothing.`);
    return source;
  }

  /** Of the model, without what optimizers keep. */
  #ownVariables(): string[] {
    const own = this.#sides.model?.filter(({ role }) => role === 'model' || role === 'other') ?? [];
    return own.map(({ name }) => name);
  }

  #storedShape(name: string): Shape {
    const found = this.#sides.checkpoint?.variables.find(each => each.name === name);
    if (found === undefined) throw new Error(`The checkpoint has no variable ${name}.`);
    return found.shape;
  }

  #modelShape(name: string): Shape {
    const found = this.#sides.model?.find(each => each.name === name);
    if (found === undefined) throw new Error(`The model has no variable ${name}.`);
    return found.shape;
  }

  #postText(): void {
    const { mapping, problems, note = null } = this.#document.reading;
    const patterns = problems.length > 0 ? null : mappingPatterns(mapping);
    this.#post({ type: 'text', problems, note, patterns });
  }

  #postVariables(side: 'checkpoint' | 'model'): void {
    const { checkpoint, model } = this.#sides;
    if (side === 'checkpoint' && checkpoint !== null) {
      this.#post({ type: 'stored', variables: checkpoint.variables });
    }
    if (side === 'model' && model !== null) this.#post({ type: 'model', variables: model });
  }

  #post(message: ToMapping): void {
    if (this.#isReady) this.#view.post(message);
  }
}
