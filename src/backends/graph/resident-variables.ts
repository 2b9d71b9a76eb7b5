import type { DataId, Variable } from '@tensorflow/tfjs';
import type { NativeBackend, NativeData } from '../native-binding.ts';
import type { EmittedResidents } from './emit-graph.ts';
import type { GraphSession } from './graph-session.ts';
import { StaleStepError } from './stale-step-error.ts';
import type { StepValues } from './step-record.ts';

/** What the backend keeps of a variable, whose handle is asked for when somebody needs it. */
interface Place {
  readonly variable: Variable;
  dataId: DataId | null;
  data: NativeData | null;
  /** Handle of the value; null: only the session has it. */
  handle: number | null;
  /** Whether somebody put another value in the place of the session's. */
  isWritten: boolean;
}

/** A push is a call of TensorFlow and may copy all variables: more than steps in place save if it comes more often. */
const STEPS_A_PUSH = 4;
const FEW_PUSHES = 8;

/** The place that a variable's data belong to: a step may swap those of two variables. */
const owners = new WeakMap<NativeData, Place>();

/**
 * Variables that a session holds and updates in place. TF.js sees their values as ever: the handle of a variable's data is
 * fetched from the session when it is asked for, which copies nothing, and a value that is assigned to a variable is given
 * to the session before its next step.
 */
export class ResidentVariables {
  readonly #backend: NativeBackend;
  readonly #session: GraphSession;
  readonly #names: EmittedResidents;
  readonly #places: readonly Place[];
  #steps = 0;
  #pushes = 0;

  constructor(
    backend: NativeBackend,
    session: GraphSession,
    names: EmittedResidents,
    variables: readonly Variable[],
  ) {
    this.#backend = backend;
    this.#session = session;
    this.#names = names;
    this.#places = variables.map(variable => ({
      variable,
      dataId: null,
      data: null,
      handle: null,
      isWritten: true,
    }));
  }

  /** Whether others give the variables values so often that handing these over costs more than is won. */
  get areRestless(): boolean {
    return this.#pushes > FEW_PUSHES && this.#pushes * STEPS_A_PUSH > this.#steps;
  }

  /**
   * Has the session have the values that the variables have now.
   *
   * @throws StaleStepError when a variable is no more
   */
  push(): void {
    this.#steps++;
    if (this.#places.every(place => this.#isCurrent(place))) return;
    this.#pushes++;
    for (const place of this.#places) this.#attach(place);
    const handles = this.#places.map(({ handle }) => handle ?? -1);
    const { feedNames, fetchNames } = this.#names.push;
    for (const { id } of this.#session.run(handles, feedNames, fetchNames)) {
      this.#backend.binding.deleteTensor(id);
    }
    for (const place of this.#places) place.isWritten = false;
  }

  /** To be called before a step that changes the values: only the session is to have them. */
  letGo(): void {
    for (const place of this.#places) {
      if (place.handle !== null) this.#backend.binding.deleteTensor(place.handle);
      place.handle = null;
    }
  }

  /** To be called before a step that is to change nothing: the variables keep their values, and the session gets others. */
  hold(): void {
    if (this.#places.some(({ handle }) => handle === null)) this.#pull();
    for (const place of this.#places) place.isWritten = true;
  }

  /** The values in the session. */
  values(): StepValues[] {
    return this.#fetch().map(id => {
      const values = this.#backend.binding.tensorDataSync(id);
      this.#backend.binding.deleteTensor(id);
      return values;
    });
  }

  /** Gives the variables their values for good. */
  dispose(): void {
    for (const place of this.#places) this.#detach(place);
  }

  #isCurrent(place: Place): boolean {
    const { variable, dataId, data, isWritten } = place;
    if (variable.isDisposed) throw new StaleStepError(`the variable ${variable.name} was disposed of`);
    return !isWritten && variable.dataId === dataId && data?.refCount === 1 && owners.get(data) === place;
  }

  #attach(place: Place): void {
    const { variable } = place;
    const shared = this.#backend.tensorMap.get(variable.dataId);
    if (shared !== place.data || shared.refCount > 1) this.#detach(place);
    // Somebody who holds a clone is to keep the value of now.
    if (shared.refCount > 1) this.#separate(variable);
    const [handle = -1] = this.#backend.getInputTensorIds([variable]);
    const data = this.#backend.tensorMap.get(variable.dataId);
    Object.assign(place, { dataId: variable.dataId, data, handle });
    owners.set(data, place);
    Object.defineProperty(data, 'id', {
      configurable: true,
      enumerable: true,
      get: () => this.#handleOf(place),
      set: (id: number) => {
        place.handle = id;
        place.isWritten = true;
      },
    });
  }

  #separate(variable: Variable): void {
    const { dtype } = this.#backend.tensorMap.get(variable.dataId);
    const type = { name: 'T', type: this.#backend.binding.TF_ATTR_TYPE, value: dtype };
    const own = this.#backend.executeSingleOutput('Identity', [type], [variable]);
    variable.assign(own);
    own.dispose();
  }

  #detach(place: Place): void {
    const { data } = place;
    if (data === null || owners.get(data) !== place) return;
    const value = this.#handleOf(place);
    Object.defineProperty(data, 'id', { configurable: true, enumerable: true, writable: true, value });
    owners.delete(data);
    place.data = null;
  }

  #handleOf(place: Place): number {
    if (place.handle === null) this.#pull();
    return place.handle ?? -1;
  }

  #pull(): void {
    for (const [index, id] of this.#fetch().entries()) {
      const place = this.#places[index];
      if (place?.handle === null) place.handle = id;
      else this.#backend.binding.deleteTensor(id);
    }
  }

  #fetch(): number[] {
    if (this.#places.length === 0) return [];
    const { feedNames, fetchNames } = this.#names.pull;
    return this.#session.run([], feedNames, fetchNames).map(({ id }) => id);
  }
}
