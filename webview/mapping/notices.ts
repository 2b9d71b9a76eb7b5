/** What stands in the way, above the grid: each with what can be done about it. */

import type { MappingSources, TextProblem } from '../../src/protocol/mapping.ts';
import { button } from '../shared/controls.ts';
import { element, icon } from '../shared/element.ts';

export interface NoticeEvents {
  readonly openText: (line: number, column: number) => void;
  readonly openScript: () => void;
  readonly readModel: () => void;
  readonly manageTrust: () => void;
  readonly chooseCheckpoint: () => void;
  readonly chooseScript: () => void;
}

export interface NoticeState {
  readonly sources: MappingSources | null;
  readonly textProblems: readonly TextProblem[];
  readonly note: string | null;
  readonly storedCount: number | null;
}

interface Notice {
  readonly tone: 'bad' | 'warning' | 'note';
  readonly words: string;
  /** What else is known of it: a script's own error. */
  readonly details?: string;
  readonly actions: readonly (readonly [string, () => void])[];
}

export class Notices {
  readonly root = element('div', { class: 'notices', role: 'status' });
  readonly #events: NoticeEvents;
  #shown = '';

  constructor(events: NoticeEvents) {
    this.#events = events;
  }

  update(state: NoticeState): void {
    const shown = JSON.stringify(state);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.root.replaceChildren(...this.#notices(state).map(noticeNode));
  }

  #notices({ sources, textProblems, note, storedCount }: NoticeState): Notice[] {
    const notices: Notice[] = [];
    const [problem] = textProblems;
    if (problem !== undefined) notices.push(this.#textNotice(problem, textProblems.length));
    if (note !== null) notices.push({ tone: 'note', words: note, actions: [] });
    if (sources === null) return notices;
    return [...notices, ...this.#checkpointNotices(sources, storedCount), ...this.#scriptNotices(sources)];
  }

  #textNotice({ message, line, column }: TextProblem, count: number): Notice {
    const more = count === 1 ? '' : ` And ${count - 1} more.`;
    return {
      tone: 'bad',
      words: `Line ${line}: ${message}${more} Until then nothing can be changed here.`,
      actions: [
        [
          'Open Text Editor',
          () => {
            this.#events.openText(line, column);
          },
        ],
      ],
    };
  }

  #checkpointNotices({ checkpoint }: MappingSources, storedCount: number | null): Notice[] {
    const choose = ['Choose Checkpoint...', this.#events.chooseCheckpoint] as const;
    if (checkpoint.state === 'failed') {
      return [
        { tone: 'bad', words: checkpoint.message ?? 'The checkpoint cannot be read.', actions: [choose] },
      ];
    }
    if (checkpoint.state === 'missing') {
      return [{ tone: 'note', words: 'The mapping names no checkpoint to restore from.', actions: [choose] }];
    }
    if (checkpoint.state !== 'read') return [];
    if (checkpoint.message !== null) {
      return [
        {
          tone: 'warning',
          words: `A part of the checkpoint is damaged: ${checkpoint.message}`,
          actions: [choose],
        },
      ];
    }
    if (storedCount !== 0) return [];
    return [{ tone: 'warning', words: 'The checkpoint holds no variables.', actions: [choose] }];
  }

  #scriptNotices({ script, trusted }: MappingSources): Notice[] {
    if (script.state === 'failed') {
      const [first = '', ...rest] = (script.message ?? '').split('\n');
      return [
        {
          tone: 'bad',
          words: first,
          details: rest.join('\n'),
          actions: [
            ['Open Script', this.#events.openScript],
            ['Try Again', this.#events.readModel],
          ],
        },
      ];
    }
    if (script.name === null) {
      return [
        {
          tone: 'note',
          words: 'The mapping names no script whose model is restored.',
          actions: [['Choose Script...', this.#events.chooseScript]],
        },
      ];
    }
    if (!trusted) {
      return [
        {
          tone: 'warning',
          words: `This folder is not trusted, so ${script.name} is not run to ask for its variables. Trust the folder to see what they get; looking at the checkpoint works without.`,
          actions: [['Manage Trust', this.#events.manageTrust]],
        },
      ];
    }
    if (script.state !== 'stale') return [];
    return [
      {
        tone: 'note',
        words: `${script.name} has changed since its variables were read.`,
        actions: [['Read Again', this.#events.readModel]],
      },
    ];
  }
}

const ICONS = { bad: 'error', warning: 'warning', note: 'info' } as const;

function noticeNode({ tone, words, details = '', actions }: Notice): HTMLElement {
  const buttons = actions.map(([label, run]) => {
    const node = button(label, 'secondary', run);
    node.classList.add('small');
    return node;
  });
  return element(
    'div',
    { class: `notice ${tone}-notice` },
    icon(ICONS[tone], tone),
    element(
      'span',
      { class: 'notice-words grow' },
      words,
      ...(details === '' ? [] : [element('pre', { class: 'notice-details' }, details)]),
    ),
    ...buttons,
  );
}
