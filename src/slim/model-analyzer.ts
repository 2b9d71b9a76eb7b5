/** `slim.modelAnalyzer`: how large a model is. */

import * as tf from '@tensorflow/tfjs';
import { dtypeSize } from '../formats/dtype.ts';
import type { Loss } from './define-loss.ts';
import { log } from './log.ts';
import { Pass } from './scope/pass.ts';
import { runInPass } from './scope/running-pass.ts';
import type { SlimVariable } from './scope/slim-variable.ts';

export interface AnalyzerOptions {
  /** Say each of them on the console. Default: false. */
  readonly printInfo?: boolean;
}

/** A type and a size: `(float32 1x8x8x1024)`. Source: `tensor_description` of tf_slim/model_analyzer.py. */
export function tensorDescription({
  dtype,
  shape,
}: {
  readonly dtype: string;
  readonly shape: readonly number[];
}): string {
  return `(${dtype} ${shape.join('x')})`;
}

/**
 * The number of elements of variables, and of their bytes in a checkpoint.
 *
 * Source: `analyze_vars` of tf_slim/model_analyzer.py.
 */
export function analyzeVars(
  variables: readonly SlimVariable[],
  { printInfo = false }: AnalyzerOptions = {},
): { readonly totalSize: number; readonly totalBytes: number } {
  const analyzed = variables.map(variable => {
    const size = sizeOf(variable.shape);
    return { variable, size, bytes: size * (dtypeSize(variable.dtype) ?? 0) };
  });
  const totalSize = analyzed.reduce((sum, { size }) => sum + size, 0);
  const totalBytes = analyzed.reduce((sum, { bytes }) => sum + bytes, 0);
  if (printInfo) {
    const lines = analyzed.map(
      ({ variable, size, bytes }) =>
        `${variable.name}:0 ${tensorDescription(variable)} [${size}, bytes: ${bytes}]`,
    );
    const totals = [`Total size of variables: ${totalSize}`, `Total bytes of variables: ${totalBytes}`];
    [...heading('Variables: name (type shape) [size]'), ...lines, ...totals].forEach(log);
  }
  return { totalSize, totalBytes };
}

/**
 * The number of elements that all operations of a loss give, on a batch that is looked at and not taken; its gradients and the
 * optimizer are not counted. Operations are TF.js's kernels, in the order in which they run.
 *
 * Source: `analyze_ops` of tf_slim/model_analyzer.py, which takes a graph.
 *
 * @throws Error when the data are at their end.
 */
export async function analyzeOps<B extends tf.TensorContainer>(
  loss: Loss<B>,
  { printInfo = false }: AnalyzerOptions = {},
): Promise<number> {
  const kernels = await kernelsOf(loss);
  const analyzed = kernels.map(({ name, outputShapes }) => {
    const size = outputShapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
    return { name, outputShapes, size };
  });
  if (printInfo) {
    const lines = analyzed.map(({ name, outputShapes, size }) => {
      const shapes = outputShapes.map(shape => `(${shape.join('x')})`);
      return `${name}\t-> ${shapes.join(', ')} [${size}]`;
    });
    [...heading('Operations: name -> (shapes) [size]'), ...lines].forEach(log);
  }
  return analyzed.reduce((sum, { size }) => sum + size, 0);
}

type Profile = Awaited<ReturnType<typeof tf.profile>>;

async function kernelsOf<B extends tf.TensorContainer>(loss: Loss<B>): Promise<Profile['kernels']> {
  const batch = await loss.data.peek();
  if (batch === null) throw new Error('The data are at their end: there is no batch to analyze the loss on.');
  try {
    const { kernels } = await tf.profile(() =>
      tf.tidy(() => {
        const pass = new Pass({ kind: 'build', isTraining: true, step: tf.scalar(0, 'int32') });
        runInPass(loss.graph, pass, () => loss.compute(batch));
        return [];
      }),
    );
    return kernels;
  } finally {
    tf.dispose(batch);
  }
}

function heading(columns: string): string[] {
  return ['---------', columns, '---------'];
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
