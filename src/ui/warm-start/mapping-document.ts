/** The text of a restore mapping in VS Code: what it says, and how the editor changes it, so that undo and save are VS Code's. */

import * as vscode from 'vscode';
import { editMapping, type MappingChange } from '../../restore/edit-mapping.ts';
import { parseRestoreFile, type RestoreFileReading } from '../../restore/restore-file.ts';
import type { RestoreMapping } from '../../restore/restore-mapping.ts';

export class MappingDocument {
  readonly #document: vscode.TextDocument;
  #read: { readonly version: number; readonly reading: RestoreFileReading } | undefined;
  #changes: Promise<void> = Promise.resolve();

  constructor(document: vscode.TextDocument) {
    this.#document = document;
  }

  get uri(): vscode.Uri {
    return this.#document.uri;
  }

  get path(): string {
    return this.#document.uri.fsPath;
  }

  get reading(): RestoreFileReading {
    const { version } = this.#document;
    if (this.#read?.version !== version) {
      this.#read = { version, reading: parseRestoreFile(this.#document.getText()) };
    }
    return this.#read.reading;
  }

  /** Of a text that cannot be read, what could be. */
  get mapping(): RestoreMapping {
    return this.reading.mapping;
  }

  /** One change after the other: each begins with the text that the one before it left. */
  change(choose: (mapping: RestoreMapping) => MappingChange): Promise<void> {
    const change = this.#changes.then(() => this.#apply(choose));
    this.#changes = change.catch(() => undefined);
    return change;
  }

  /** Rejects when it cannot be written. */
  async save(): Promise<void> {
    await this.#changes;
    if (this.#document.isDirty && !(await this.#document.save())) {
      throw new Error(`${this.path} could not be saved.`);
    }
  }

  async #apply(choose: (mapping: RestoreMapping) => MappingChange): Promise<void> {
    const { mapping, problems } = this.reading;
    const [problem] = problems;
    if (problem !== undefined) {
      throw new Error(`Line ${problem.line} of ${this.path} has to be mended first: ${problem.message}`);
    }
    const edit = editMapping(this.#document.getText(), choose(mapping));
    if (edit === null) return;
    const { offset, length, content } = edit;
    const range = new vscode.Range(
      this.#document.positionAt(offset),
      this.#document.positionAt(offset + length),
    );
    const workspaceEdit = new vscode.WorkspaceEdit();
    workspaceEdit.replace(this.uri, range, content);
    if (!(await vscode.workspace.applyEdit(workspaceEdit))) {
      throw new Error(`${this.path} could not be changed.`);
    }
  }
}
