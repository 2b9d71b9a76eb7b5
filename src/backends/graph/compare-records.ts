import type { NativeAttribute } from '../native-binding.ts';
import { isSameConstant } from './constant.ts';
import { neededOperations, rootsOf, typeOf } from './step-record.ts';
import type { Origin, RecordedOperation, StepRecord } from './step-record.ts';

/**
 * How two records of one step, of different batches, differ: what JavaScript decided anew, so that a graph of one of them
 * would not do what the step does. What neither outputs nor updates need is not looked at.
 *
 * @returns null when they are the same; otherwise one reason, with the user's line.
 */
export function differenceOf(a: StepRecord, b: StepRecord): string | null {
  if (a.outputs.length !== b.outputs.length) {
    return `the step reads ${a.outputs.length} values at one time and ${b.outputs.length} at another`;
  }
  if (a.variables.length !== b.variables.length || !a.variables.every((each, i) => each === b.variables[i])) {
    return 'variables were made or disposed of between steps';
  }
  const updated = (record: StepRecord): string => record.updates.map(({ variable }) => variable).join();
  if (updated(a) !== updated(b)) return 'the step does not assign the same variables each time';
  return new Comparison(a, b).difference();
}

class Comparison {
  readonly #a: StepRecord;
  readonly #b: StepRecord;
  readonly #neededOfA: readonly number[];
  readonly #neededOfB: readonly number[];
  /** Places among the operations that are needed. */
  readonly #placesInA: ReadonlyMap<number, number>;
  readonly #placesInB: ReadonlyMap<number, number>;

  constructor(a: StepRecord, b: StepRecord) {
    this.#a = a;
    this.#b = b;
    this.#neededOfA = neededOperations(a);
    this.#neededOfB = neededOperations(b);
    this.#placesInA = new Map(this.#neededOfA.map((index, place) => [index, place]));
    this.#placesInB = new Map(this.#neededOfB.map((index, place) => [index, place]));
  }

  difference(): string | null {
    for (const [place, index] of this.#neededOfA.entries()) {
      const other = this.#neededOfB[place];
      const difference = this.#ofOperations(
        this.#a.operations[index],
        other === undefined ? undefined : this.#b.operations[other],
      );
      if (difference !== null) return difference;
    }
    if (this.#neededOfA.length < this.#neededOfB.length)
      return this.#ofOperations(undefined, this.#lastOfB());
    return this.#ofOrigins(rootsOf(this.#a), rootsOf(this.#b), 'the step');
  }

  #lastOfB(): RecordedOperation | undefined {
    return this.#b.operations[this.#neededOfB[this.#neededOfA.length] ?? -1];
  }

  #ofOperations(a: RecordedOperation | undefined, b: RecordedOperation | undefined): string | null {
    const place = (a ?? b)?.place.toString() ?? '';
    if (a?.name !== b?.name) {
      return `the step takes different ways: ${a?.name ?? 'nothing'} at one time and ${b?.name ?? 'nothing'} at another${place}`;
    }
    if (a === undefined || b === undefined) return null;
    if (attributesOf(a.attributes) !== attributesOf(b.attributes)) {
      return `an attribute of ${a.name} changes from step to step${place}`;
    }
    return this.#ofOrigins(a.inputs, b.inputs, `${a.name}${place}`);
  }

  #ofOrigins(a: readonly Origin[], b: readonly Origin[], user: string): string | null {
    for (const [position, origin] of a.entries()) {
      const other = b[position];
      const difference =
        other === undefined ? `${user} has fewer inputs` : this.#ofOrigin(origin, other, user);
      if (difference !== null) return difference;
    }
    return a.length === b.length ? null : `${user} has more inputs at another time`;
  }

  #ofOrigin(a: Origin, b: Origin, user: string): string | null {
    const isOtherPlace =
      a.kind === 'operation' && b.kind === 'operation'
        ? this.#placesInA.get(a.index) !== this.#placesInB.get(b.index) || a.output !== b.output
        : a.kind !== b.kind || ((a.kind === 'input' || a.kind === 'variable') && a.index !== b.index);
    if (isOtherPlace) return `${user} takes its inputs from elsewhere at another time`;
    const shapes = [typeOf(this.#a, a), typeOf(this.#b, b)].map(
      ({ shape, dtype }) => `${shape.join()} ${dtype}`,
    );
    if (shapes[0] !== shapes[1]) return `an input of ${user} changes its shape or type`;
    return a.kind === 'constant'
      ? this.#ofConstants(a, b)
      : a.kind === 'captured'
        ? this.#ofCaptured(a, b)
        : null;
  }

  #ofConstants(a: Origin, b: Origin): string | null {
    const one = this.#a.constants[a.index];
    const another = this.#b.constants[b.index];
    if (one === undefined || another === undefined || isSameConstant(one, another)) return null;
    return `a value that JavaScript makes changes from step to step, of shape [${one.shape.join(', ')}]${one.place.toString()}`;
  }

  #ofCaptured(a: Origin, b: Origin): string | null {
    const one = this.#a.captured[a.index];
    if (one?.data === this.#b.captured[b.index]?.data) return null;
    return `a tensor from outside of the step is another one each time${one?.place.toString() ?? ''}`;
  }
}

function attributesOf(attributes: readonly NativeAttribute[]): string {
  return JSON.stringify(attributes.map(({ name, value }) => [name, value]));
}
