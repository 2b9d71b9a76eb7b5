import { getDefaultGraph } from '../scope/graph.ts';
import type { Graph } from '../scope/graph.ts';
import { GraphKeys } from '../scope/graph-keys.ts';
import { variable } from './make-variable.ts';
import type { SlimVariable } from '../scope/slim-variable.ts';

/** The variable that counts gradient steps, int64 `global_step`; null when the graph has none. */
export function getGlobalStep(graph: Graph = getDefaultGraph()): SlimVariable | null {
  const [step, another] = graph.collections.get(GraphKeys.GLOBAL_STEP);
  if (another !== undefined) throw new Error('Multiple variables in the global_step collection.');
  const found = step ?? graph.variables.get('global_step');
  if (found === undefined) return null;
  assertGlobalStep(found);
  return found;
}

/** Makes it. Throws when the graph has one. */
export function createGlobalStep(graph: Graph = getDefaultGraph()): SlimVariable {
  if (getGlobalStep(graph) !== null) throw new Error('"global_step" already exists.');
  return graph.asDefault(() =>
    variable('global_step', {
      shape: [],
      dtype: 'int64',
      trainable: false,
      collections: [GraphKeys.GLOBAL_VARIABLES, GraphKeys.GLOBAL_STEP],
    }),
  );
}

export function getOrCreateGlobalStep(graph: Graph = getDefaultGraph()): SlimVariable {
  return getGlobalStep(graph) ?? createGlobalStep(graph);
}

/** Throws unless `step` is an integer scalar. */
export function assertGlobalStep(step: SlimVariable): void {
  if (step.dtype !== 'int64' && step.dtype !== 'int32') {
    throw new TypeError(`Existing "global_step" does not have integer type: ${step.dtype}.`);
  }
  if (step.shape.length !== 0) {
    throw new TypeError(`Existing "global_step" is not scalar: [${step.shape.join(', ')}].`);
  }
}

/** The count as a number. */
export function readGlobalStep(step: SlimVariable): number {
  const [value = 0] = step.value.dataSync();
  return value;
}
