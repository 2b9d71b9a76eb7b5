import type * as tf from '@tensorflow/tfjs';
import { zerosInitializer } from '../initializers/zeros.ts';
import { localVariable } from '../variables/make-variable.ts';

/** A local variable of a metric, to which each update adds what the pass's batch counts. */
export class Counter {
  readonly total: tf.Variable;
  readonly #batch: tf.Tensor;

  /** @param batch float32: what this batch counts. */
  constructor(name: string, batch: tf.Tensor) {
    this.total = localVariable(name, { shape: batch.shape, initializer: zerosInitializer() }).value;
    this.#batch = batch;
  }

  add(): void {
    this.total.assign(this.total.add(this.#batch));
  }
}
