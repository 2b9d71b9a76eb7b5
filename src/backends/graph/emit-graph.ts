import { hideDivisor, rewriteExactly } from './exact-rewrites.ts';
import type { PlannedOperation } from './exact-rewrites.ts';
import { GraphBuilder } from './graph-builder.ts';
import { savedModel } from './graph-def.ts';
import { completeAttributes } from './op-attributes.ts';
import { neededOperations, rootsOf, typeOf } from './step-record.ts';
import type { Origin, RecordedOperation, StepRecord } from './step-record.ts';

/** A recorded step as a graph. Variables are fed with their values and fetched with their new ones. */
export interface EmittedGraph {
  /** A SavedModel. */
  readonly bytes: Uint8Array;
  /** What is fed, in this order, and its names with commas between them. */
  readonly feeds: readonly Origin[];
  readonly feedNames: string;
  /** What is fetched: the record's outputs, then its updates. */
  readonly fetchNames: string;
  readonly operations: number;
}

/** Constants that are larger are fed: the SavedModel passes through memory that TensorFlow does not give back. */
const LARGEST_CONSTANT_BYTES = 16 * 1024;

/** Operations whose output may share the memory of their first input. */
const SHARING = new Set([
  'Identity',
  'Reshape',
  'ExpandDims',
  'Squeeze',
  'Slice',
  'StridedSlice',
  'SplitV',
  'Split',
  'Unpack',
  'Cast',
]);

/** @throws Error that names the operation, and the user's line, when there is one that cannot be in a graph. */
export function emitGraph(record: StepRecord): EmittedGraph {
  return new GraphEmitter(record).emit();
}

class GraphEmitter {
  private readonly record: StepRecord;
  private readonly builder = new GraphBuilder();
  /** Names of placeholders and constants, by what they stand for. */
  private readonly names = new Map<string, string>();
  private readonly feeds: Origin[] = [];

  constructor(record: StepRecord) {
    this.record = record;
  }

  emit(): EmittedGraph {
    const needed = neededOperations(this.record);
    for (const index of needed) {
      const operation = this.record.operations[index];
      if (operation !== undefined) this.addOperation(index, operation);
    }
    const fetches = rootsOf(this.record).map((origin, index) => this.fetchNameOf(origin, `fetch${index}`));
    return {
      bytes: savedModel(this.builder.nodes),
      feeds: this.feeds,
      feedNames: this.feeds.map(origin => `${this.nameOf(origin)}:0`).join(','),
      fetchNames: fetches.join(','),
      operations: needed.length,
    };
  }

  private addOperation(index: number, recorded: RecordedOperation): void {
    const { name: operation, attributes, inputs: origins, outputs, place } = recorded;
    const inputTypes = origins.map(origin => typeOf(this.record, origin));
    const inputs = origins.map(origin => this.nameOf(origin));
    const planned: PlannedOperation = {
      name: `n${index}`,
      operation,
      inputs,
      origins,
      inputTypes,
      attributes,
    };
    if (rewriteExactly(this.builder, planned)) return;
    try {
      const complete = completeAttributes(
        operation,
        attributes,
        inputTypes.map(({ dtype }) => dtype),
        outputs.map(({ dtype }) => dtype),
      );
      this.builder.add(planned.name, operation, hideDivisor(this.builder, planned), complete);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${reason}${place.toString()}`, { cause: error });
    }
  }

  private nameOf(origin: Origin): string {
    const name = `${origin.kind}${origin.index}`;
    if (origin.kind === 'operation')
      return origin.output === 0 ? `n${origin.index}` : `n${origin.index}:${origin.output}`;
    const known = this.names.get(name);
    if (known !== undefined) return known;
    this.names.set(name, name);
    const constant = origin.kind === 'constant' ? this.record.constants[origin.index] : undefined;
    if (constant !== undefined && constant.bytes.length <= LARGEST_CONSTANT_BYTES) {
      return this.builder.addConstant(name, constant);
    }
    this.feeds.push(origin);
    return this.builder.addPlaceholder(name, typeOf(this.record, origin));
  }

  /** What is fetched must not be a placeholder, nor share the memory of a batch, which JavaScript may write to later on. */
  private fetchNameOf(origin: Origin, copyName: string): string {
    const name = this.nameOf(origin);
    const { dtype } = typeOf(this.record, origin);
    if (this.sharesInput(origin)) return `${this.builder.addSimple(copyName, 'DeepCopy', [name], dtype)}:0`;
    if (origin.kind !== 'operation')
      return `${this.builder.addSimple(copyName, 'Identity', [name], dtype)}:0`;
    return origin.output === 0 ? `${name}:0` : name;
  }

  private sharesInput(origin: Origin): boolean {
    if (origin.kind === 'input') return true;
    const operation = origin.kind === 'operation' ? this.record.operations[origin.index] : undefined;
    const [first] = operation?.inputs ?? [];
    return (
      operation !== undefined && first !== undefined && SHARING.has(operation.name) && this.sharesInput(first)
    );
  }
}
