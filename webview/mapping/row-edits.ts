/** What presses and keys on a row of the grid do to the mapping: each becomes an edit of its file. */

import type { MappingEdit, MappingRow, Suggestion } from '../../src/protocol/mapping.ts';
import type { NumberFormat } from '../../src/protocol/number-format.ts';
import type { Announcer } from '../shared/announcer.ts';
import { openMenu } from '../shared/menu.ts';
import type { MappingModel } from './mapping-model.ts';
import type { Line, ScopeLine } from './row-tree.ts';
import { ACTION_EXPLAINED, reasonOf, SCOPE_ACTION_WORDS, scopeAction } from './row-words.ts';
import { openSourcePicker } from './source-picker.ts';

export interface RowEditTools {
  readonly model: MappingModel;
  readonly numbers: NumberFormat;
  readonly announcer: Announcer;
  readonly edit: (edit: MappingEdit) => void;
  /** Variables of the checkpoint for that one. */
  readonly suggest: (variable: string) => Promise<readonly Suggestion[]>;
  /** Where a part of a row is on the screen. */
  readonly part: (key: string, part: string) => HTMLElement | null;
  readonly focusRows: () => void;
}

export class RowEdits {
  readonly #tools: RowEditTools;

  constructor(tools: RowEditTools) {
    this.#tools = tools;
  }

  press(line: Line, part: string, anchor: HTMLElement): void {
    if (line.kind === 'scope') this.#skipOrRestoreScope(line);
    else this.#press(line.key, part, anchor);
  }

  /** A variable of the checkpoint was dropped on that row. */
  drop(key: string, source: string): void {
    const { model, edit } = this.#tools;
    const variable = model.row(key)?.variable;
    if (typeof variable === 'string' && model.isEditable) edit({ type: 'pair', variable, source });
  }

  /** Whether the key does something there. */
  keyDown(event: KeyboardEvent, line: Line): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    if (line.kind === 'scope') {
      if (event.key !== ' ') return false;
      this.#skipOrRestoreScope(line);
      return true;
    }
    const { row, key } = line;
    if (row.variable === null || !this.#tools.model.isEditable) return false;
    switch (event.key) {
      case 'Enter':
      case 'F2':
        return this.#open(key, 'source');
      case 'a':
      case 'A':
        return this.#open(key, 'action');
      case ' ':
        this.#skipOrRestore(row, row.variable);
        return true;
      case 'Delete':
      case 'Backspace':
        if (row.source !== null) this.#tools.edit({ type: 'unmatch', variable: row.variable });
        return true;
      default:
        return false;
    }
  }

  #press(key: string, part: string, anchor: HTMLElement): void {
    const { model } = this.#tools;
    const row = model.row(key);
    if (row === undefined || row.variable === null || !model.isEditable) return;
    if (part === 'source') this.#pickSource(row.variable, row.source, anchor);
    else this.#pickAction(row.variable, row, anchor);
  }

  #pickSource(variable: string, current: string | null, anchor: HTMLElement): void {
    const { model, numbers, edit, suggest, focusRows } = this.#tools;
    openSourcePicker(anchor, {
      variable,
      current,
      stored: model.stored,
      numbers,
      suggestions: suggest(variable),
      choose: source => {
        if (source !== current) edit({ type: 'pair', variable, source });
      },
      unmatch: () => {
        edit({ type: 'unmatch', variable });
      },
      closed: focusRows,
    });
  }

  #pickAction(variable: string, row: MappingRow, anchor: HTMLElement): void {
    const { edit, focusRows } = this.#tools;
    focusRows();
    openMenu(
      `What to do with ${variable}`,
      row.actions.map(action => ({
        label: ACTION_EXPLAINED[action],
        checked: action === row.action,
        run: () => {
          if (action !== row.action) edit({ type: 'act', variable, action });
        },
      })),
      anchor,
    );
  }

  #open(key: string, part: string): boolean {
    const anchor = this.#tools.part(key, part);
    if (anchor !== null) this.#press(key, part, anchor);
    return true;
  }

  /** What is skipped is restored again, by the first action that is possible. */
  #skipOrRestore(row: MappingRow, variable: string): void {
    const { announcer, edit } = this.#tools;
    if (row.source === null) {
      announcer.say(reasonOf(row));
      return;
    }
    const action = row.action === 'skip' ? (row.actions[0] ?? 'skip') : 'skip';
    edit({ type: 'act', variable, action });
    announcer.say(`${variable}: ${action}`);
  }

  /** All that are shown of it. */
  #skipOrRestoreScope({ scope, label, rows }: ScopeLine): void {
    const { announcer, edit, model } = this.#tools;
    const action = scopeAction(rows);
    if (scope === null || action === null || !model.isEditable) {
      announcer.say(`${label}: nothing to skip`);
      return;
    }
    const variables = rows.flatMap(({ variable }) => (variable === null ? [] : [variable]));
    edit({ type: 'actOnScope', scope, variables, action });
    announcer.say(`${label}: ${SCOPE_ACTION_WORDS[action]}`);
  }
}
