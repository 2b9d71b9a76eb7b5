/** Entry of a mapping editor's worker thread: reads the checkpoint and plans, so that the extension host does not wait. */

import { parentPort } from 'node:worker_threads';
import type { Checkpoint } from '../formats/checkpoint.ts';
import { openCheckpoint } from '../formats/checkpoint-reader.ts';
import type { ModelVariable } from '../protocol/model-variable.ts';
import { exportPython, exportTypeScript } from './export-code.ts';
import type {
  MappingAnswer,
  MappingQuestion,
  MappingResult,
  OpenedCheckpoint,
  PlannedMapping,
} from './mapping-request.ts';
import { mappingPlan } from './mapping-plan.ts';
import { planRestore } from './plan-restore.ts';
import type { RestoreMapping } from './restore-mapping.ts';
import type { RestorePlan } from './restore-plan.ts';
import { sourceStatistics } from './source-statistics.ts';
import { suggestSources } from './suggest-sources.ts';

class MappingWorker {
  #checkpoint: Checkpoint | undefined;
  #model: readonly ModelVariable[] = [];

  async answer(question: MappingQuestion): Promise<MappingAnswer> {
    const { id } = question;
    try {
      return { id, answer: await this.#find(question) };
    } catch (error) {
      return { id, failure: (error as Error).message };
    }
  }

  #find(question: MappingQuestion): MappingResult | Promise<MappingResult> {
    switch (question.type) {
      case 'open':
        return this.#open(question.path);
      case 'model':
        this.#model = question.variables;
        return null;
      case 'plan':
        return this.#planned(question.mapping);
      case 'suggest':
        return this.#suggest(question.variable);
      case 'statistics':
        return sourceStatistics(this.#opened(), question.source, question.arrangement);
      case 'export': {
        const { checkpoint, mapping, language } = question;
        const write = language === 'ts' ? exportTypeScript : exportPython;
        return write({ checkpoint, plan: this.#plan(mapping) });
      }
    }
  }

  async #open(path: string): Promise<OpenedCheckpoint> {
    const before = this.#checkpoint;
    this.#checkpoint = undefined;
    await before?.close();
    const { prefix, format, variables, problems } = (this.#checkpoint = await openCheckpoint(path));
    return {
      prefix,
      format,
      problems,
      variables: Array.from(variables, ([name, { dtype, shape, nbytes }]) => ({
        name,
        dtype,
        shape,
        nbytes,
      })),
    };
  }

  #planned(mapping: RestoreMapping): PlannedMapping {
    const plan = this.#plan(mapping);
    const { variables } = this.#opened();
    return { plan: mappingPlan(this.#model, variables, mapping, plan), leftOut: plan.effects.leftOut };
  }

  #plan(mapping: RestoreMapping): RestorePlan {
    return planRestore(this.#model, this.#opened().variables, mapping, { nearest: false });
  }

  #suggest(name: string): ReturnType<typeof suggestSources> {
    const variable = this.#model.find(each => each.name === name);
    if (variable === undefined) throw new Error(`The model has no variable ${name}.`);
    return suggestSources(variable, this.#opened().variables);
  }

  #opened(): Checkpoint {
    if (this.#checkpoint === undefined) throw new Error('No checkpoint is open.');
    return this.#checkpoint;
  }
}

const port = parentPort;
if (port === null) throw new Error('This is the entry of a worker thread.');
const worker = new MappingWorker();
port.on('message', (question: MappingQuestion) => {
  void worker.answer(question).then(answer => {
    port.postMessage(answer);
  });
});
