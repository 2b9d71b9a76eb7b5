/** Entry of a mapping editor's worker thread: reads the checkpoint and plans, so that the extension host does not wait. */

import type { Checkpoint } from '../formats/checkpoint.ts';
import { openCheckpoint } from '../formats/checkpoint-reader.ts';
import type { ModelVariable } from '../protocol/model-variable.ts';
import type { Handlers } from '../protocol/requests.ts';
import { exportPython, exportTypeScript } from './export-code.ts';
import { ThreadHost } from '../threads/thread-host.ts';
import type { MappingRequests, OpenedCheckpoint, PlannedMapping } from './mapping-request.ts';
import { mappingPlan } from './mapping-plan.ts';
import { planRestore } from './plan-restore.ts';
import type { RestoreMapping } from './restore-mapping.ts';
import type { RestorePlan } from './restore-plan.ts';
import { sourceStatistics } from './source-statistics.ts';
import { suggestSources } from './suggest-sources.ts';

class MappingWorker {
  #checkpoint: Checkpoint | undefined;
  #model: readonly ModelVariable[] = [];

  readonly handlers: Handlers<MappingRequests> = {
    open: ({ path }) => this.#open(path),
    model: ({ variables }) => {
      this.#model = variables;
      return null;
    },
    plan: ({ mapping }) => this.#planned(mapping),
    suggest: ({ variable }) => this.#suggest(variable),
    statistics: ({ source, arrangement }) => sourceStatistics(this.#opened(), source, arrangement),
    export: ({ checkpoint, mapping, language }) => {
      const write = language === 'ts' ? exportTypeScript : exportPython;
      return write({ checkpoint, plan: this.#plan(mapping) });
    },
  };

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

new ThreadHost<MappingRequests>().serve(new MappingWorker().handlers);
