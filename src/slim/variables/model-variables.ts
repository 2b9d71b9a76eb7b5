import type { ModelVariable, ModelVariableRole } from '../../protocol/model-variable.ts';
import type { Graph } from '../scope/graph.ts';
import { GraphKeys } from '../scope/graph-keys.ts';
import { getGlobalStep } from './global-step.ts';
import { initializerName } from './make-variable.ts';
import type { SlimVariable } from '../scope/slim-variable.ts';

/** What a graph's variables are, for those who map values to them. Default: all that a checkpoint would hold. */
export function describeVariables(
  graph: Graph,
  variables: readonly SlimVariable[] = graph.collections.get(GraphKeys.GLOBAL_VARIABLES),
): ModelVariable[] {
  const { collections } = graph;
  const slots = new Set(collections.get(GraphKeys.OPTIMIZER_VARIABLES));
  const step = getGlobalStep(graph);
  const ofModel = new Set(collections.get(GraphKeys.MODEL_VARIABLES));
  const roleOf = (variable: SlimVariable): ModelVariableRole => {
    if (slots.has(variable)) return 'slot';
    if (variable === step) return 'globalStep';
    return ofModel.has(variable) ? 'model' : 'other';
  };
  return variables.map(variable => ({
    name: variable.name,
    shape: variable.shape,
    dtype: variable.dtype,
    trainable: variable.trainable,
    role: roleOf(variable),
    initializer: initializerName(variable),
  }));
}
