import type * as tf from '@tensorflow/tfjs';
import { Collections } from './collections.ts';
import { ScopeNames } from './scope-names.ts';
import type { SummaryRequest } from './summary-request.ts';
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
  readonly #bindings = new Map<UpdateOp, () => void>();
  readonly #uses = new Map<string, number>();

  constructor(options: PassOptions) {
    this.kind = options.kind;
    this.isTraining = options.isTraining;
    this.step = options.step;
    this.summaries = options.summaries ?? null;
  }

  /** Which use of `key` in this pass this is, from 0 on. */
  nextUse(key: string): number {
    const use = this.#uses.get(key) ?? 0;
    this.#uses.set(key, use + 1);
    return use;
  }

  bind(op: UpdateOp, update: () => void): void {
    this.#bindings.set(op, update);
  }

  boundTo(op: UpdateOp): (() => void) | undefined {
    return this.#bindings.get(op);
  }

  get hasUpdates(): boolean {
    return this.#bindings.size > 0;
  }
}
