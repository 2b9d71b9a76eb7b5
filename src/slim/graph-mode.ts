import * as tf from '@tensorflow/tfjs';
import { userLineOf } from '../backends/graph/source-line.ts';
import { StepRunner } from '../backends/graph/step-runner.ts';
import type { StepMode, StepRunnerSettings } from '../backends/graph/step-runner.ts';
import { installedTrainingHost } from '../protocol/training-host.ts';
import { log } from './log.ts';
import { changeOfOutsideState } from './outside-state.ts';

const VERIFY_EVERY_N_STEPS = 1000;

export interface GraphModeOptions {
  readonly graphMode?: boolean;
  readonly verifyGraphEveryNSteps?: number | null;
}

/** Graph mode as the options say; whoever started the run may have switched it off. */
export function graphModeOf(options: GraphModeOptions): StepRunnerSettings {
  const { graphMode = true, verifyGraphEveryNSteps = VERIFY_EVERY_N_STEPS } = options;
  const isEnabled = graphMode && installedTrainingHost()?.overrides.eager !== true;
  return { isEnabled, verifyEveryNSteps: verifyGraphEveryNSteps };
}

/** Runs training steps, and says on the console and in the run's record how. */
export function trainingStepRunner<P>(obstacle: string | null): StepRunner<P> {
  return new StepRunner(tf, graphModeOf({}), obstacle, mode => {
    log(describe('Training steps', mode));
    installedTrainingHost()?.onMode?.(mode);
  });
}

/** Runs evaluation steps. Only what keeps them from being graphs is said. */
export function evaluationStepRunner<P>(options: GraphModeOptions, obstacle: string | null): StepRunner<P> {
  const settings = graphModeOf(options);
  return new StepRunner(tf, settings, obstacle, mode => {
    const isExpected = mode.mode === 'graph' || !settings.isEnabled || tf.getBackend() !== 'tensorflow';
    if (!isExpected) log(describe('Evaluation steps', mode));
  });
}

/**
 * Why a step that runs a function of the user's cannot be a graph, as far as the function's text says.
 *
 * @param name how the user knows it, such as "transformGradsFn"
 */
export function graphObstacleIn(fn: (...args: never) => unknown, name: string): string | null {
  const change = changeOfOutsideState(fn);
  if (change === null) return null;
  return `${name}${userLineOf(new Error().stack)} changes what is outside of it (${change})`;
}

function describe(steps: string, { mode, reason }: StepMode): string {
  return mode === 'graph'
    ? `${steps} run in graph mode: ${reason}.`
    : `${steps} run in eager mode, operation by operation: ${reason}.`;
}
