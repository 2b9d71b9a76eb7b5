import * as tf from '@tensorflow/tfjs';
import { Collections } from './collections.ts';
import { refuseBareVariables } from './bare-variables.ts';
import { currentContext, inContext } from './graph.ts';
import type { Graph } from './graph.ts';
import { ScopeNames } from './scope-names.ts';
import type { SummaryRequest } from './summaries/summary-request.ts';
import type { UpdateOp } from './update-op.ts';

/** build makes variables, step trains, evaluation measures. */
export type PassKind = 'build' | 'step' | 'evaluation';

export interface PassOptions {
  readonly kind: PassKind;
  readonly isTraining: boolean;
  /** int32 scalar: what randomness in this pass is seeded by, besides graph and op. */
  readonly step: tf.Scalar;
  /** Where summaries that are asked for go. Default: null, they are not computed. */
  readonly summaries?: SummaryRequest[] | null;
}

/** A layer's activation function, and what it was applied to. */
export interface Activation {
  readonly activationFn: (inputs: tf.Tensor) => tf.Tensor;
  readonly inputs: tf.Tensor;
}

/** One run of the user's function on one batch. All that it registers, save variables and update ops' identities, ends with it. */
export class Pass {
  readonly graph: Graph;
  readonly kind: PassKind;
  readonly isTraining: boolean;
  readonly step: tf.Scalar;
  readonly summaries: SummaryRequest[] | null;
  readonly scopeNames = new ScopeNames();
  readonly collections = new Collections();
  /** Variables asked for so far: asking twice takes `reuse`. */
  readonly requested = new Set<string>();
  /** Names of tensors of this pass: of losses, for `getLosses(scope)`; of outputs, for collections. */
  readonly tensorNames = new WeakMap<tf.Tensor, string>();
  /** What layers made their outputs of: summaries of activations count by it. */
  readonly activations = new WeakMap<tf.Tensor, Activation>();
  private readonly bindings = new Map<UpdateOp, () => void>();
  private readonly uses = new Map<string, number>();

  constructor(graph: Graph, options: PassOptions) {
    this.graph = graph;
    this.kind = options.kind;
    this.isTraining = options.isTraining;
    this.step = options.step;
    this.summaries = options.summaries ?? null;
  }

  /** Which use of `key` in this pass this is, from 0 on. */
  nextUse(key: string): number {
    const use = this.uses.get(key) ?? 0;
    this.uses.set(key, use + 1);
    return use;
  }

  bind(op: UpdateOp, update: () => void): void {
    this.bindings.set(op, update);
  }

  boundTo(op: UpdateOp): (() => void) | undefined {
    return this.bindings.get(op);
  }

  get hasUpdates(): boolean {
    return this.bindings.size > 0;
  }
}

/** The pass that the running code belongs to, null outside of one. */
export function currentPass(): Pass | null {
  return currentContext().pass;
}

/** Whether layers behave as in training: `is_training`'s default. True outside a pass, as in TF-Slim. */
export function isTraining(): boolean {
  return currentPass()?.isTraining ?? true;
}

/**
 * Runs `fn` as a pass over `graph`, from the scope's top, in the scope of names of its own.
 * Synchronous, because gradients are: a pass that returns a promise is refused by its caller.
 */
export function runInPass<T>(pass: Pass, fn: () => T): T {
  if (currentPass() !== null)
    throw new Error(
      'A pass cannot begin inside another: defineLoss, defineMetrics and train stand outside of the functions given to them.',
    );
  return inContext({ graph: pass.graph, pass, variableScope: '', reuse: false, nameScope: '' }, () =>
    refuseBareVariables(fn),
  );
}

/**
 * Keeps what the innermost `tf.tidy` around it has made so far, so that update ops can compute with the pass's tensors
 * after the gradients' own tidy ended. Returns what to dispose then.
 */
export function holdTensors(): tf.Tensor[] {
  const held: tf.Tensor[] = [];
  for (const tensor of tf.engine().state.activeScope.track) {
    if (!tensor.kept && !tensor.isDisposed) held.push(tf.keep(tensor));
  }
  return held;
}
