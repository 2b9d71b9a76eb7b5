import type { NativeAttribute } from '../native-binding.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { Origin, TensorType } from './step-record.ts';

/** An operation that is about to be added to a graph as the node `name`. */
export interface PlannedOperation {
  readonly name: string;
  readonly operation: string;
  readonly inputs: readonly string[];
  readonly origins: readonly Origin[];
  readonly inputTypes: readonly TensorType[];
  readonly attributes: readonly NativeAttribute[];
}

/** Adds other nodes in an operation's place, the last of them under its name; false: it may stay as it is. */
type Rewrite = (builder: GraphBuilder, planned: PlannedOperation) => boolean;

/** Operations that give other bits in a graph than eagerly, and what gives the same. */
const REWRITES: Readonly<Record<string, Rewrite>> = {
  AddN: addN,
  FusedBatchNormV3: normalizeByAverages,
  Softmax: softmax,
};

export function rewriteExactly(builder: GraphBuilder, planned: PlannedOperation): boolean {
  return (
    Object.hasOwn(REWRITES, planned.operation) && REWRITES[planned.operation]?.(builder, planned) === true
  );
}

/** Divisions by a constant, which the graph optimizer makes products with its reciprocal, preserved nodes or not. */
export function hideDivisor(
  builder: GraphBuilder,
  { name, operation, inputs, origins, inputTypes }: PlannedOperation,
): readonly string[] {
  const [dividend, divisor] = inputs;
  const type = inputTypes[1];
  if (!['RealDiv', 'Div'].includes(operation) || origins[1]?.kind !== 'constant') return inputs;
  if (dividend === undefined || divisor === undefined || type === undefined) return inputs;
  return [dividend, builder.addHidden(`${name}/divisor`, divisor, type)];
}

/**
 * In a graph AddN begins with whichever input it may overwrite. Eagerly it may overwrite none, and sums in the order of
 * tensorflow/core/kernels/aggregate_ops.h: what is over a multiple of eight, then eights that are summed by themselves.
 */
function addN(builder: GraphBuilder, { name, inputs, inputTypes }: PlannedOperation): boolean {
  const dtype = inputTypes[0]?.dtype;
  if (dtype === undefined || inputs.length < 3) return false;
  let added = 0;
  const total = inputs.length - 1;
  const sum = (terms: readonly string[]): string =>
    terms.reduce((left, right) => {
      added++;
      return builder.addSimple(added === total ? name : `${name}/sum${added}`, 'AddV2', [left, right], dtype);
    });
  const over = inputs.length % 8;
  const first = inputs.length <= 9 ? inputs.length : over < 2 ? 8 + over : over;
  const eights: string[][] = [];
  for (let at = first; at < inputs.length; at += 8) eights.push(inputs.slice(at, at + 8));
  const start = sum(inputs.slice(0, first));
  eights.reduce((left, eight) => sum([left, sum(eight)]), start);
  return true;
}

/** In a graph oneDNN computes it; eagerly, Eigen by tensorflow/core/kernels/softmax_op_functor.h. */
function softmax(builder: GraphBuilder, { name, inputs, inputTypes }: PlannedOperation): boolean {
  const [logits] = inputs;
  const [type] = inputTypes;
  if (logits === undefined || type?.dtype !== 1) return false;
  const axis = builder.addConstant(`${name}/axis`, {
    dtype: 3,
    shape: [1],
    bytes: new Uint8Array(Int32Array.of(type.shape.length - 1).buffer),
    isSplat: false,
  });
  const reduce = (operation: string, input: string): string =>
    builder.add(
      `${name}/${operation}`,
      operation,
      [input, axis],
      [
        { name: 'T', type: 'type', value: 1 },
        { name: 'Tidx', type: 'type', value: 3 },
        { name: 'keep_dims', type: 'bool', value: true },
      ],
    );
  const shifted = builder.addSimple(`${name}/shifted`, 'Sub', [logits, reduce('Max', logits)], 1);
  const exponentials = builder.addSimple(`${name}/exp`, 'Exp', [shifted], 1);
  const scale = builder.addSimple(`${name}/scale`, 'Reciprocal', [reduce('Sum', exponentials)], 1);
  builder.addSimple(name, 'Mul', [exponentials, scale], 1);
  return true;
}

/** As softmax: tensorflow/core/kernels/fused_batch_norm_op.cc, `FusedBatchNorm<CPUDevice, T, U, false>`. */
function normalizeByAverages(
  builder: GraphBuilder,
  { name, inputs, inputTypes, attributes }: PlannedOperation,
): boolean {
  const [x, scale, offset, mean, variance] = inputs;
  const valueOf = (attribute: string): unknown => attributes.find(each => each.name === attribute)?.value;
  if (x === undefined || scale === undefined || offset === undefined || mean === undefined) return false;
  if (variance === undefined || inputTypes[0]?.dtype !== 1) return false;
  if (valueOf('is_training') !== false || valueOf('data_format') !== 'NHWC') return false;
  const epsilon = builder.addConstant(`${name}/epsilon`, {
    dtype: 1,
    shape: [],
    bytes: new Uint8Array(Float32Array.of(Number(valueOf('epsilon'))).buffer),
    isSplat: false,
  });
  const op = (part: string, operation: string, ...operands: string[]): string =>
    builder.addSimple(`${name}/${part}`, operation, operands, 1);
  const deviation = op('rsqrt', 'Rsqrt', op('shifted', 'AddV2', variance, epsilon));
  const centered = op('centered', 'Sub', x, mean);
  const scaled = op('scaled', 'Mul', centered, op('factor', 'Mul', deviation, scale));
  builder.addSimple(name, 'AddV2', [scaled, offset], 1);
  return true;
}
