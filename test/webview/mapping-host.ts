/**
 * The extension's side of the mapping editor for its page in a browser: a text, and the real plans and edits of it. What VS
 * Code does, and reading files and scripts, is left out.
 */

import { applyEdits } from 'jsonc-parser';
import type {
  FromMapping,
  MappingPageRequests,
  MappingSource,
  SourceValues,
  StoredVariable,
  ToMapping,
} from '../../src/protocol/mapping.ts';
import type { ModelVariable } from '../../src/protocol/model-variable.ts';
import { chooseAction, chooseNoSource, choosePair } from '../../src/restore/choose-for-variable.ts';
import { chooseForScope } from '../../src/restore/choose-for-scope.ts';
import { editMapping, type MappingChange } from '../../src/restore/edit-mapping.ts';
import { mappingPatterns, mappingPlan } from '../../src/restore/mapping-plan.ts';
import { planRestore } from '../../src/restore/plan-restore.ts';
import { formatRestoreFile, parseRestoreFile } from '../../src/restore/restore-file.ts';
import { EMPTY_MAPPING, type RestoreMapping } from '../../src/restore/restore-mapping.ts';
import { respond, type Handlers } from '../../src/protocol/requests.ts';
import { suggestSources } from '../../src/restore/suggest-sources.ts';

export interface MappingScene {
  readonly model: readonly ModelVariable[];
  readonly stored: readonly StoredVariable[];
  readonly mapping: Partial<RestoreMapping>;
  readonly checkpoint?: Partial<MappingSource>;
  readonly script?: Partial<MappingSource>;
  readonly trusted?: boolean;
  readonly values?: SourceValues;
}

export class MappingHost {
  readonly sent: FromMapping[] = [];
  readonly #scene: MappingScene;
  readonly #stored: ReadonlyMap<string, StoredVariable>;
  /** Resolves when the page has got all that there is to tell, the plan last. */
  readonly told: Promise<void>;
  #hasTold: () => void = () => undefined;
  #post: (message: ToMapping) => Promise<void> = () => Promise.resolve();
  text: string;

  constructor(scene: MappingScene) {
    this.#scene = scene;
    this.#stored = new Map(scene.stored.map(variable => [variable.name, variable]));
    this.text = formatRestoreFile({ ...EMPTY_MAPPING, ...scene.mapping });
    this.told = new Promise(resolve => {
      this.#hasTold = resolve;
    });
  }

  connect(post: (message: ToMapping) => Promise<void>): void {
    this.#post = post;
  }

  /** As VS Code does when the text is edited elsewhere, or an edit is undone. */
  async setText(text: string): Promise<void> {
    this.text = text;
    await this.#postPlan();
  }

  async post(message: ToMapping): Promise<void> {
    await this.#post(message);
  }

  sentOf<T extends FromMapping['type']>(type: T): Extract<FromMapping, { type: T }>[] {
    return this.sent.filter((message): message is Extract<FromMapping, { type: T }> => message.type === type);
  }

  readonly #handlers: Handlers<MappingPageRequests> = {
    suggest: ({ variable: wanted }) => {
      const variable = this.#scene.model.find(({ name }) => name === wanted);
      return variable === undefined ? [] : suggestSources(variable, this.#planned());
    },
    readValues: ({ source }) => {
      const { values } = this.#scene;
      if (values === undefined) throw new Error(`${source} is damaged.`);
      return values;
    },
  };

  async receive(message: FromMapping): Promise<void> {
    this.sent.push(message);
    if ('id' in message) {
      let posted: Promise<void> | undefined;
      await respond(this.#handlers, message, answer => {
        posted = this.#post(answer);
      });
      return posted;
    }
    switch (message.type) {
      case 'ready':
        await this.#postAll();
        this.#hasTold();
        return;
      default: {
        const change = this.#changeFor(message);
        if (change === null) return;
        const edit = editMapping(this.text, change);
        if (edit !== null) await this.setText(applyEdits(this.text, [edit]));
      }
    }
  }

  async #postAll(): Promise<void> {
    const { model, stored, checkpoint, script, trusted = true } = this.#scene;
    const source = { place: 'somewhere', state: 'read', message: null } as const;
    await this.#post({
      type: 'sources',
      sources: {
        checkpoint: { ...source, name: 'vgg_16.ckpt', ...checkpoint },
        script: { ...source, name: 'finetune.ts', ...script },
        trusted,
      },
    });
    await this.#post({ type: 'stored', variables: stored });
    if (model.length > 0) await this.#post({ type: 'model', variables: model });
    await this.#postPlan();
  }

  async #postPlan(): Promise<void> {
    const { mapping, problems, note = null } = parseRestoreFile(this.text);
    const patterns = problems.length > 0 ? null : mappingPatterns(mapping);
    await this.#post({ type: 'text', problems, note, patterns });
    const { model, checkpoint, script } = this.#scene;
    const areRead = [checkpoint, script].every(side => side?.state === undefined || side.state === 'read');
    if (problems.length > 0 || !areRead || model.length === 0) return;
    const plan = planRestore(model, this.#planned(), mapping, { nearest: false });
    await this.#post({ type: 'plan', plan: mappingPlan(model, this.#planned(), mapping, plan) });
  }

  #planned(): Parameters<typeof planRestore>[1] {
    return this.#stored as Parameters<typeof planRestore>[1];
  }

  #changeFor(message: FromMapping): MappingChange | null {
    const { variables } = parseRestoreFile(this.text).mapping;
    switch (message.type) {
      case 'setPattern':
        return { what: 'pattern', ...message };
      case 'setRule':
        return { what: 'rule', ...message };
      case 'setSlots':
        return { what: 'restoreSlots', restore: message.restore };
      case 'actOnScope': {
        const { mapping } = parseRestoreFile(this.text);
        const names = this.#scene.model.map(({ name }) => name);
        const plan = planRestore(this.#scene.model, this.#planned(), mapping, { nearest: false });
        const { rows } = mappingPlan(this.#scene.model, this.#planned(), mapping, plan);
        return chooseForScope(message, mapping, names, rows);
      }
      case 'pair': {
        const wanted = this.#scene.model.find(({ name }) => name === message.variable)?.shape ?? [];
        const stored = this.#stored.get(message.source)?.shape ?? [];
        return {
          what: 'choice',
          variable: message.variable,
          choice: choosePair(message.source, stored, wanted),
        };
      }
      case 'act':
        return {
          what: 'choice',
          variable: message.variable,
          choice: chooseAction(variables[message.variable], message.action, false),
        };
      case 'unmatch':
        return {
          what: 'choice',
          variable: message.variable,
          choice: chooseNoSource(variables[message.variable]),
        };
      default:
        return null;
    }
  }
}
