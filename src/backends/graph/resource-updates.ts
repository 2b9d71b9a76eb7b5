import { neededOperations, rootsOf, typeOf } from './step-record.ts';
import type { Origin, RecordedOperation, StepRecord } from './step-record.ts';

/** An operation that changes variables in place. */
export interface ResourceUpdate {
  readonly operation:
    'AssignVariableOp' | 'AssignSubVariableOp' | 'AssignAddVariableOp' | 'ResourceApplyMomentum';
  /** Variables that are changed, by their places in the record: its first inputs. */
  readonly variables: readonly number[];
  /** Its other inputs. */
  readonly values: readonly Origin[];
  /** Of `ResourceApplyMomentum`. */
  readonly useNesterov?: boolean;
}

export interface ResourceUpdates {
  readonly updates: readonly ResourceUpdate[];
  /** Operations that the updates do themselves, by their places in the record. */
  readonly absorbed: ReadonlySet<number>;
}

/**
 * The updates of variables as operations in place, with the bits of the recorded operations: the kernels of
 * tensorflow/core/kernels/training_ops.cc and dense_update_functor.h compute them in the same order.
 *
 * @param resident the variables that are to be updated in place, by their places
 */
export function resourceUpdates(record: StepRecord, resident: ReadonlySet<number>): ResourceUpdates {
  return new UpdatePlan(record, resident).make();
}

/** What is added to a variable or taken from it, and the operation that does so. */
interface Change {
  readonly other: Origin;
  readonly place: number;
}

class UpdatePlan {
  readonly #record: StepRecord;
  readonly #updates: StepRecord['updates'];
  readonly #uses = new Map<string, number>();
  readonly #absorbed = new Set<number>();
  readonly #done = new Set<number>();
  readonly #planned: ResourceUpdate[] = [];

  constructor(record: StepRecord, resident: ReadonlySet<number>) {
    this.#record = record;
    this.#updates = record.updates.filter(({ variable }) => resident.has(variable));
    const used = neededOperations(record).flatMap(index => record.operations[index]?.inputs ?? []);
    for (const origin of [...used, ...rootsOf(record)]) {
      this.#uses.set(keyOf(origin), this.#usesOf(origin) + 1);
    }
  }

  make(): ResourceUpdates {
    for (const { variable, value } of this.#updates) this.#planMomentum(variable, value);
    for (const { variable, value } of this.#updates) {
      if (!this.#done.has(variable)) this.#planAssignment(variable, value);
    }
    return { updates: this.#planned, absorbed: this.#absorbed };
  }

  /** `accumulator = accumulator * momentum + gradient`, and what follows from it for the variable. */
  #planMomentum(variable: number, value: Origin): void {
    const difference = this.#changeOf(variable, value, ['Sub']);
    if (difference === null) return;
    for (const slot of this.#updates) {
      const accumulated = this.#accumulationOf(slot.variable, slot.value);
      if (accumulated === null || slot.variable === variable || this.#done.has(slot.variable)) continue;
      const { gradient, momentum, scaled } = accumulated;
      const found =
        this.#plainStep(difference.other, slot.value) ??
        this.#nesterovStep(difference.other, slot.value, gradient, momentum);
      if (found === null || !this.#isSameShape(gradient, value)) continue;
      this.#absorb([difference.place, scaled, ...this.#placesOf(slot.value), ...found.places]);
      this.#done.add(variable).add(slot.variable);
      this.#planned.push({
        operation: 'ResourceApplyMomentum',
        variables: [variable, slot.variable],
        values: [found.rate, gradient, momentum],
        useNesterov: found.useNesterov,
      });
      return;
    }
  }

  #accumulationOf(
    slot: number,
    value: Origin,
  ): { gradient: Origin; momentum: Origin; scaled: number } | null {
    const [scaled, gradient] = this.#inputsOf(value, ['Add', 'AddV2']) ?? [];
    if (scaled === undefined || gradient === undefined) return null;
    const [state, momentum] = this.#inputsOf(scaled, ['Mul'], 1) ?? [];
    if (state?.kind !== 'variable' || state.index !== slot || momentum === undefined) return null;
    return this.#isScalar(momentum) ? { gradient, momentum, scaled: scaled.index } : null;
  }

  /** `accumulator * rate` */
  #plainStep(step: Origin, accumulator: Origin): FoundStep | null {
    const [scaled, rate] = this.#inputsOf(step, ['Mul'], 1) ?? [];
    if (scaled === undefined || rate === undefined || !isSame(scaled, accumulator)) return null;
    if (this.#usesOf(accumulator) !== 2 || !this.#isScalar(rate)) return null;
    return { rate, useNesterov: false, places: this.#placesOf(step) };
  }

  /** `gradient * rate + accumulator * momentum * rate` */
  #nesterovStep(step: Origin, accumulator: Origin, gradient: Origin, momentum: Origin): FoundStep | null {
    const [plain, ahead] = this.#inputsOf(step, ['Add', 'AddV2'], 1) ?? [];
    if (plain === undefined || ahead === undefined) return null;
    const [first, rate] = this.#inputsOf(plain, ['Mul'], 1) ?? [];
    const [kept, sameRate] = this.#inputsOf(ahead, ['Mul'], 1) ?? [];
    if (first === undefined || rate === undefined || kept === undefined || sameRate === undefined)
      return null;
    const [last, sameMomentum] = this.#inputsOf(kept, ['Mul'], 1) ?? [];
    if (last === undefined || sameMomentum === undefined) return null;
    const isStep =
      isSame(first, gradient) &&
      isSame(last, accumulator) &&
      isSame(rate, sameRate) &&
      isSame(momentum, sameMomentum);
    if (!isStep || this.#usesOf(accumulator) !== 2 || !this.#isScalar(rate)) return null;
    return {
      rate,
      useNesterov: true,
      places: [step, plain, ahead, kept].flatMap(each => this.#placesOf(each)),
    };
  }

  #planAssignment(variable: number, value: Origin): void {
    const difference = this.#changeOf(variable, value, ['Sub']);
    const sum = difference ?? this.#changeOf(variable, value, ['Add', 'AddV2']);
    this.#done.add(variable);
    if (sum === null) {
      this.#planned.push({ operation: 'AssignVariableOp', variables: [variable], values: [value] });
      return;
    }
    this.#absorb([sum.place]);
    const operation = difference === null ? 'AssignAddVariableOp' : 'AssignSubVariableOp';
    this.#planned.push({ operation, variables: [variable], values: [sum.other] });
  }

  /** `variable ± other`, which nothing else uses. */
  #changeOf(variable: number, value: Origin, names: readonly string[]): Change | null {
    const [first, other] = this.#inputsOf(value, names, 1) ?? [];
    if (first?.kind !== 'variable' || first.index !== variable || other === undefined) return null;
    return this.#isSameShape(first, other) ? { other, place: value.index } : null;
  }

  /** The two inputs of an operation of one of these names; null where it is another, or is used more often. */
  #inputsOf(origin: Origin, names: readonly string[], uses?: number): readonly Origin[] | null {
    const operation = this.#operationOf(origin);
    if (operation === undefined || !names.includes(operation.name)) return null;
    return uses === undefined || this.#usesOf(origin) === uses ? operation.inputs : null;
  }

  #operationOf(origin: Origin): RecordedOperation | undefined {
    return origin.kind === 'operation' ? this.#record.operations[origin.index] : undefined;
  }

  #placesOf(origin: Origin): number[] {
    return origin.kind === 'operation' ? [origin.index] : [];
  }

  #absorb(places: readonly number[]): void {
    for (const place of places) this.#absorbed.add(place);
  }

  #usesOf(origin: Origin): number {
    return this.#uses.get(keyOf(origin)) ?? 0;
  }

  #isScalar(origin: Origin): boolean {
    return typeOf(this.#record, origin).shape.length === 0;
  }

  #isSameShape(a: Origin, b: Origin): boolean {
    return typeOf(this.#record, a).shape.join() === typeOf(this.#record, b).shape.join();
  }
}

interface FoundStep {
  readonly rate: Origin;
  readonly useNesterov: boolean;
  /** Operations that it is made of. */
  readonly places: readonly number[];
}

function keyOf(origin: Origin): string {
  return `${origin.kind} ${origin.index} ${origin.kind === 'operation' ? origin.output : 0}`;
}

function isSame(a: Origin, b: Origin): boolean {
  return keyOf(a) === keyOf(b);
}
