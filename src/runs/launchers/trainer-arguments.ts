/** What `slim-train` is called with, to run what was specified. */

import { overrideArguments } from '../../protocol/run-overrides.ts';
import type { RunSpec } from '../../protocol/run-spec.ts';

/** @param folder the run folder that the trainer is to keep */
export function trainerArguments(spec: RunSpec, folder: string): string[] {
  // One argument each, so that a value that begins with a dash stays a value.
  const common = [`--run-folder=${folder}`, ...(spec.name === undefined ? [] : [`--name=${spec.name}`])];
  switch (spec.kind) {
    case 'script': {
      const backend = spec.backend === undefined ? [] : [`--backend=${spec.backend}`];
      return ['run', spec.script, ...common, ...backend, ...overrideArguments(spec.overrides)];
    }
    case 'command': {
      const logdir = spec.logdir === null ? [] : [`--logdir=${spec.logdir}`];
      return ['exec', ...common, ...logdir, '--', ...spec.argv];
    }
  }
}
