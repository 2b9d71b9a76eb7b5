import { messageOf } from '../../protocol/error-message.ts';
import { hideDivisor, rewriteExactly } from './exact-rewrites.ts';
import type { PlannedOperation } from './exact-rewrites.ts';
import { GraphBuilder } from './graph-builder.ts';
import { savedModel } from './graph-def.ts';
import { completeAttributes } from './op-attributes.ts';
import { resourceUpdates } from './resource-updates.ts';
import type { ResourceUpdate } from './resource-updates.ts';
import { neededOperations, typeOf } from './step-record.ts';
import type { Origin, RecordedOperation, StepRecord } from './step-record.ts';

/** What is fed and fetched by one call of a graph. Names have commas between them. */
interface GraphCall {
  readonly feedNames: string;
  readonly fetchNames: string;
}

/** How a graph's session holds the values of variables. */
export interface EmittedResidents {
  /** The variables, by their places in the record. */
  readonly variables: readonly number[];
  /** Gives them the values that are fed. Fetches one value of no meaning. */
  readonly push: GraphCall;
  /** Fetches their values. */
  readonly pull: GraphCall;
}

/**
 * A recorded step as a graph. Variables are fed with their values and fetched with their new ones, but for those that its
 * session holds, which it updates in place.
 */
export interface EmittedGraph extends GraphCall {
  /** A SavedModel. */
  readonly bytes: Uint8Array;
  /** What is fed, in this order, and its names with commas between them. */
  readonly feeds: readonly Origin[];
  /** The variables whose new values are fetched after the record's outputs, by their places. */
  readonly updated: readonly number[];
  readonly residents: EmittedResidents;
  readonly operations: number;
}

export interface EmitOptions {
  /** Variables that the graph's session is to hold, by their places. */
  readonly resident: ReadonlySet<number>;
  /** Has a step fail, with nothing changed, unless all numbers of the first output are finite. */
  readonly isGuarded: boolean;
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
export function emitGraph(record: StepRecord, options: EmitOptions): EmittedGraph {
  return new GraphEmitter(record, options).emit();
}

class GraphEmitter {
  readonly #record: StepRecord;
  readonly #options: EmitOptions;
  readonly #builder = new GraphBuilder();
  /** Names of placeholders and constants, by what they stand for. */
  readonly #names = new Map<string, string>();
  readonly #feeds: Origin[] = [];
  #copies = 0;

  constructor(record: StepRecord, options: EmitOptions) {
    this.#record = record;
    this.#options = options;
  }

  emit(): EmittedGraph {
    const { resident } = this.#options;
    const { updates, absorbed } = resourceUpdates(this.#record, resident);
    const operations = neededOperations(this.#record).filter(index => !absorbed.has(index));
    for (const index of operations) {
      const operation = this.#record.operations[index];
      if (operation !== undefined) this.#addOperation(index, operation);
    }
    const fetched = this.#record.updates.filter(({ variable }) => !resident.has(variable));
    const roots = [...this.#record.outputs, ...fetched.map(({ value }) => value)];
    const fetches = roots.map((origin, index) => this.#fetchNameOf(origin, `fetch${index}`));
    const inPlace = this.#addUpdates(updates, fetches);
    const residents = this.#addResidents(updates.flatMap(({ variables }) => variables));
    const [first, ...others] = fetches;
    return {
      fetchNames: [...(first === undefined ? [] : [this.#after(inPlace, first)]), ...others].join(','),
      residents,
      bytes: savedModel(this.#builder.nodes),
      feeds: this.#feeds,
      feedNames: this.#feeds.map(origin => `${this.#nameOf(origin)}:0`).join(','),
      updated: fetched.map(({ variable }) => variable),
      operations: operations.length + updates.length,
    };
  }

  /**
   * Variables change after all else is computed: an operation that fails leaves all as it was, and nothing shares the
   * memory of a variable any more, which would have it copied.
   *
   * @returns names of the nodes that have to run
   */
  #addUpdates(updates: readonly ResourceUpdate[], fetches: readonly string[]): string[] {
    const guard = this.#addGuard(fetches[0]);
    if (updates.length === 0) return guard;
    const values = updates.map(update => update.values.map(value => this.#valueNameOf(value)));
    const computed = new Set([...values.flat(), ...fetches].map(name => name.split(':')[0] ?? name));
    const gate = this.#builder.add('gate', 'NoOp', [...[...computed].map(after), ...guard.map(after)], []);
    return updates.map(({ operation, variables, useNesterov }, index) => {
      const [variable = -1] = variables;
      const { dtype } = typeOf(this.#record, { kind: 'variable', index: variable });
      const inputs = [
        ...variables.map(each => this.#handleNameOf(each)),
        ...(values[index] ?? []),
        after(gate),
      ];
      return this.#builder.add(
        `update${index}`,
        operation,
        inputs,
        useNesterov === undefined
          ? [{ name: 'dtype', type: 'type', value: dtype }]
          : [
              { name: 'T', type: 'type', value: dtype },
              { name: 'use_nesterov', type: 'bool', value: useNesterov },
            ],
      );
    });
  }

  #addGuard(output: string | undefined): string[] {
    const [origin] = this.#record.outputs;
    if (!this.#options.isGuarded || output === undefined || origin === undefined) return [];
    const { dtype } = typeOf(this.#record, origin);
    const message = { name: 'message', type: 'string', value: 'the loss or a gradient' };
    const type = { name: 'T', type: 'type', value: dtype };
    return [this.#builder.add('guard', 'CheckNumerics', [output], [type, message])];
  }

  /** What is fetched in a tensor's place, so that nodes which give nothing are run. */
  #after(nodes: readonly string[], name: string): string {
    const [origin] = this.#record.outputs;
    if (nodes.length === 0 || origin === undefined) return name;
    const { dtype } = typeOf(this.#record, origin);
    return `${this.#builder.addSimple('done', 'Identity', [name, ...nodes.map(after)], dtype)}:0`;
  }

  #addResidents(variables: readonly number[]): EmittedResidents {
    const assigned = variables.map(index => {
      const type = typeOf(this.#record, { kind: 'variable', index });
      const inputs = [this.#handleNameOf(index), this.#builder.addPlaceholder(`push${index}`, type)];
      return this.#builder.add(`push${index}/assign`, 'AssignVariableOp', inputs, [
        { name: 'dtype', type: 'type', value: type.dtype },
      ]);
    });
    if (assigned.length > 0) {
      const nothing = this.#builder.addConstant('push/nothing', NOTHING);
      this.#builder.addSimple('push', 'Identity', [nothing, ...assigned.map(after)], NOTHING.dtype);
    }
    return {
      variables,
      push: { feedNames: variables.map(index => `push${index}:0`).join(','), fetchNames: 'push:0' },
      pull: { feedNames: '', fetchNames: variables.map(index => `${this.#readNameOf(index)}:0`).join(',') },
    };
  }

  #addOperation(index: number, recorded: RecordedOperation): void {
    const { name: operation, attributes, inputs: origins, outputs, place } = recorded;
    const inputTypes = origins.map(origin => typeOf(this.#record, origin));
    const inputs = origins.map(origin => this.#nameOf(origin));
    const planned: PlannedOperation = {
      name: `n${index}`,
      operation,
      inputs,
      origins,
      inputTypes,
      attributes,
    };
    if (rewriteExactly(this.#builder, planned)) return;
    try {
      const complete = completeAttributes(
        operation,
        attributes,
        inputTypes.map(({ dtype }) => dtype),
        outputs.map(({ dtype }) => dtype),
      );
      this.#builder.add(planned.name, operation, hideDivisor(this.#builder, planned), complete);
    } catch (error) {
      const reason = messageOf(error);
      throw new Error(`${reason}${place.toString()}`, { cause: error });
    }
  }

  #handleNameOf(variable: number): string {
    const name = `variable${variable}`;
    if (this.#names.has(name)) return name;
    this.#names.set(name, name);
    const { dtype, shape } = typeOf(this.#record, { kind: 'variable', index: variable });
    return this.#builder.add(
      name,
      'VarHandleOp',
      [],
      [
        { name: 'dtype', type: 'type', value: dtype },
        { name: 'shape', type: 'shape', value: shape },
        { name: 'shared_name', type: 'string', value: name },
      ],
    );
  }

  #readNameOf(variable: number): string {
    const name = `read${variable}`;
    if (this.#names.has(name)) return name;
    this.#names.set(name, name);
    const { dtype } = typeOf(this.#record, { kind: 'variable', index: variable });
    const inputs = [this.#handleNameOf(variable)];
    return this.#builder.add(name, 'ReadVariableOp', inputs, [{ name: 'dtype', type: 'type', value: dtype }]);
  }

  #nameOf(origin: Origin): string {
    if (origin.kind === 'variable' && this.#options.resident.has(origin.index))
      return this.#readNameOf(origin.index);
    const name = `${origin.kind}${origin.index}`;
    if (origin.kind === 'operation')
      return origin.output === 0 ? `n${origin.index}` : `n${origin.index}:${origin.output}`;
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    this.#names.set(name, name);
    const constant = origin.kind === 'constant' ? this.#record.constants[origin.index] : undefined;
    if (constant !== undefined && constant.bytes.length <= LARGEST_CONSTANT_BYTES) {
      return this.#builder.addConstant(name, constant);
    }
    this.#feeds.push(origin);
    return this.#builder.addPlaceholder(name, typeOf(this.#record, origin));
  }

  /** What is fetched must not be a placeholder, nor share the memory of a batch, which JavaScript may write to later on. */
  #fetchNameOf(origin: Origin, copyName: string): string {
    const name = this.#nameOf(origin);
    const { dtype } = typeOf(this.#record, origin);
    if (this.#ownerOf(origin).kind === 'input')
      return `${this.#builder.addSimple(copyName, 'DeepCopy', [name], dtype)}:0`;
    if (origin.kind !== 'operation')
      return `${this.#builder.addSimple(copyName, 'Identity', [name], dtype)}:0`;
    return origin.output === 0 ? `${name}:0` : name;
  }

  /** Nor must what a variable is given be in a batch's memory. Other memory TensorFlow copies before it writes to it. */
  #valueNameOf(origin: Origin): string {
    const name = this.#nameOf(origin);
    if (this.#ownerOf(origin).kind !== 'input') return name;
    const { dtype } = typeOf(this.#record, origin);
    return this.#builder.addSimple(`copy${this.#copies++}`, 'DeepCopy', [name], dtype);
  }

  /** Whose memory a value may be in. */
  #ownerOf(origin: Origin): Origin {
    const operation = origin.kind === 'operation' ? this.#record.operations[origin.index] : undefined;
    const [first] = operation?.inputs ?? [];
    const isSharing = operation !== undefined && SHARING.has(operation.name);
    return isSharing && first !== undefined ? this.#ownerOf(first) : origin;
  }
}

const NOTHING = { dtype: 10, shape: [], bytes: new Uint8Array(1), isSplat: false };

/** As an input: a node that has to run before. */
function after(node: string): string {
  return `^${node}`;
}
