import type { RecordedConstant, RecordedOperation, Origin, StepRecord, TensorType } from './step-record.ts';
import { neededOperations, typeOf } from './step-record.ts';

/** Operations that give their first input, bit by bit, where it has the shape and type of the output. */
const PASSING_ON = new Set(['Reshape', 'Cast', 'Identity', 'BroadcastTo', 'Slice', 'Pad', 'PadV2', 'Tile']);

/**
 * A record of fewer operations that gives the same bits: TF.js reshapes and casts to what a tensor is already, makes a
 * constant anew for each use, and computes things twice. In a small network that is half of the nodes of a graph, each of
 * which costs more than a microsecond a step; TensorFlow's own optimizer may not touch them, as it would change bits.
 */
export function simplifyRecord(record: StepRecord): StepRecord {
  return new Simplifier(record).simplify();
}

class Simplifier {
  readonly #record: StepRecord;
  readonly #constants: RecordedConstant[] = [];
  readonly #constantPlaces = new Map<string, number>();
  readonly #operations: RecordedOperation[];
  /** What an operation's output is the same as, by the operation's place. */
  readonly #sameAs = new Map<number, Origin>();
  /** The first of the operations that do the same, by what they do. */
  readonly #firsts = new Map<string, number>();

  constructor(record: StepRecord) {
    this.#record = record;
    this.#operations = [...record.operations];
  }

  simplify(): StepRecord {
    for (const index of neededOperations(this.#record)) this.#visit(index);
    return {
      ...this.#record,
      operations: this.#operations,
      constants: this.#constants,
      outputs: this.#record.outputs.map(origin => this.#simplified(origin)),
      updates: this.#record.updates.map(update => ({ ...update, value: this.#simplified(update.value) })),
    };
  }

  #visit(index: number): void {
    const recorded = this.#record.operations[index];
    if (recorded === undefined) return;
    const operation = { ...recorded, inputs: recorded.inputs.map(origin => this.#simplified(origin)) };
    this.#operations[index] = operation;
    const same = this.#passedOn(recorded, operation) ?? this.#reshapedConstant(operation);
    if (same !== null) this.#sameAs.set(index, same);
    else this.#findFirst(index, operation);
  }

  #passedOn(recorded: RecordedOperation, { inputs }: RecordedOperation): Origin | null {
    const [from, to] = [recorded.inputs[0], recorded.outputs[0]];
    const [first] = inputs;
    if (from === undefined || to === undefined || first === undefined) return null;
    const isPassing = PASSING_ON.has(recorded.name) || (recorded.name === 'AddN' && inputs.length === 1);
    return isPassing && isSameType(typeOf(this.#record, from), to) ? first : null;
  }

  #reshapedConstant({ name, inputs, outputs }: RecordedOperation): Origin | null {
    const [first] = inputs;
    const [type] = outputs;
    const constant = first?.kind === 'constant' ? this.#constants[first.index] : undefined;
    if (name !== 'Reshape' || constant === undefined || type === undefined) return null;
    return this.#unique({ ...constant, shape: type.shape });
  }

  #findFirst(index: number, { name, attributes, inputs }: RecordedOperation): void {
    const key = JSON.stringify([name, attributes, inputs]);
    const first = this.#firsts.get(key);
    if (first === undefined) this.#firsts.set(key, index);
    else this.#sameAs.set(index, { kind: 'operation', index: first, output: 0 });
  }

  #simplified(origin: Origin): Origin {
    if (origin.kind === 'constant') {
      const constant = this.#record.constants[origin.index];
      return constant === undefined ? origin : this.#unique(constant);
    }
    const same = origin.kind === 'operation' ? this.#sameAs.get(origin.index) : undefined;
    if (same === undefined || origin.kind !== 'operation') return origin;
    return same.kind === 'operation' && origin.output !== 0 ? { ...same, output: origin.output } : same;
  }

  #unique(constant: RecordedConstant): Origin {
    const { dtype, shape, isSplat, bytes } = constant;
    const key = `${dtype} ${shape.join()} ${isSplat} ${Buffer.from(bytes).toString('latin1')}`;
    const known = this.#constantPlaces.get(key);
    if (known !== undefined) return { kind: 'constant', index: known };
    this.#constantPlaces.set(key, this.#constants.length);
    this.#constants.push(constant);
    return { kind: 'constant', index: this.#constants.length - 1 };
  }
}

function isSameType(a: TensorType, b: TensorType): boolean {
  return (
    a.dtype === b.dtype &&
    a.shape.length === b.shape.length &&
    a.shape.every((size, i) => size === b.shape[i])
  );
}
