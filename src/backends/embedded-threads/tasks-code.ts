/** How threads share the tasks of a job, in WebAssembly: whoever is free claims the next. */

import { maxPoolGradTask } from './max-pool-grad-code.ts';
import { ProductFunction, productFunctions } from './products-code.ts';
import {
  add,
  and,
  assembleModule,
  atLeast,
  atomicAdd,
  atomicExchange,
  atomicLoad,
  atomicStore,
  call,
  equal,
  forEach,
  get,
  int,
  leave,
  load,
  notEqual,
  repeatWhile,
  set,
  shiftLeft,
  shiftRight,
  sleepWhile,
  subtract,
  Variables,
  wakeAll,
  when,
  type Code,
  type FunctionCode,
  type Local,
  type MultiplyAdd,
} from './wasm-code.ts';

/**
 * What threads share, in bytes from the beginning of the control block.
 *
 * - `claims`: the number of the job in the upper half, of its next task in the lower: who replaces it by one more has
 *   the task. So a thread that comes late cannot take a task of a job that is over.
 * - `job`: changes with every job, for threads to sleep by.
 * - `done`, `total`: tasks.
 * - `own`: tasks that the caller did.
 */
const Control = { claims: 0, job: 4, done: 8, total: 12, own: 16, description: 32 } as const;

/** What a job does, the first word of its description. What the others are is its own affair. */
export const JobKind = { product: 0, transposedProduct: 1, maxPoolGrad: 2 } as const;

export const JOB_OFFSET = Control.description;
export const OWN_TASKS_OFFSET = Control.own;
export const MOST_JOB_WORDS = 32;
export const CONTROL_BYTES = Control.description + 4 * MOST_JOB_WORDS;

/** More would run into the job's number. */
export const MOST_TASKS = 0xffff;

/** How often the caller looks whether the others are done before it goes to sleep. */
const LOOKS = 2000;

/** The first parameter of all functions here. */
const CONTROL: Local = 0;

export interface TaskExports {
  /** Calls other threads, and does tasks of the job until none is left to claim. */
  readonly share: (control: number, total: number) => void;
  /** Waits until all tasks of the job are done. */
  readonly finish: (control: number, total: number) => void;
  /** Does all tasks of a job. */
  readonly runAlone: (control: number, total: number) => void;
  /** Helps for ever. */
  readonly work: (control: number, thread: number) => void;
}

export function assembleTasks(multiplyAdd: MultiplyAdd): Uint8Array<ArrayBuffer> {
  const functions = [...productFunctions(multiplyAdd), maxPoolGradTask()];
  const kinds = {
    product: ProductFunction.rowsTask,
    transposedProduct: ProductFunction.columnsTask,
    maxPoolGrad: functions.length - 1,
  };
  const task = functions.push(runTask(kinds)) - 1;
  const claim = functions.push(claimTasks(task)) - 1;
  return assembleModule([...functions, share(claim), finish(), runAlone(task), work(claim)]);
}

/** Does a task of the job at hand: `(control, thread, index)`. */
function runTask(functions: Readonly<Record<keyof typeof JobKind, number>>): FunctionCode {
  const job = add(get(CONTROL), int(Control.description));
  const body = (Object.keys(JobKind) as (keyof typeof JobKind)[]).flatMap(name =>
    when(equal(load(job), int(JobKind[name])), call(functions[name], job, get(1), get(2))),
  );
  return { name: 'runTask', parameters: 3, variables: [], body };
}

function count(offset: number): Code {
  return atomicStore(get(CONTROL), offset, add(atomicLoad(get(CONTROL), offset), int(1)));
}

/** Does tasks of the job at hand until none is left to claim: `(control, thread)`. */
function claimTasks(task: number): FunctionCode {
  const variables = new Variables(2);
  const [job, claims] = [variables.int(), variables.int()];
  const thread: Local = 1;
  const total = atomicLoad(get(CONTROL), Control.total);
  const index = and(get(claims), int(MOST_TASKS));
  const exchanged = atomicExchange(get(CONTROL), Control.claims, get(claims), add(get(claims), int(1)));
  const body: Code = [
    ...set(job, shiftRight(atomicLoad(get(CONTROL), Control.claims), int(16))),
    ...repeatWhile(int(1), [
      ...set(claims, atomicLoad(get(CONTROL), Control.claims)),
      ...when(notEqual(shiftRight(get(claims), int(16)), get(job)), leave),
      ...when(atLeast(index, total), leave),
      ...when(equal(exchanged, get(claims)), [
        ...call(task, get(CONTROL), get(thread), index),
        ...when(equal(get(thread), int(0)), count(Control.own)),
        ...when(
          equal(add(atomicAdd(get(CONTROL), Control.done, int(1)), int(1)), total),
          wakeAll(get(CONTROL), Control.done),
        ),
      ]),
    ]),
  ];
  return { name: 'claimTasks', parameters: 2, variables: variables.types, body };
}

function share(claim: number): FunctionCode {
  const variables = new Variables(2);
  const job = variables.int();
  const total: Local = 1;
  const body: Code = [
    ...set(job, add(shiftRight(atomicLoad(get(CONTROL), Control.claims), int(16)), int(1))),
    ...atomicStore(get(CONTROL), Control.total, get(total)),
    ...atomicStore(get(CONTROL), Control.done, int(0)),
    ...atomicStore(get(CONTROL), Control.claims, shiftLeft(get(job), int(16))),
    ...atomicStore(get(CONTROL), Control.job, get(job)),
    ...wakeAll(get(CONTROL), Control.job),
    ...atomicStore(get(CONTROL), Control.own, int(0)),
    ...call(claim, get(CONTROL), int(0)),
  ];
  return { name: 'share', parameters: 2, variables: variables.types, body };
}

function finish(): FunctionCode {
  const variables = new Variables(2);
  const [done, looks] = [variables.int(), variables.int()];
  const total: Local = 1;
  const body: Code = [
    ...set(looks, int(LOOKS)),
    ...repeatWhile(get(looks), [
      ...when(equal(atomicLoad(get(CONTROL), Control.done), get(total)), leave),
      ...set(looks, subtract(get(looks), int(1))),
    ]),
    ...repeatWhile(int(1), [
      ...set(done, atomicLoad(get(CONTROL), Control.done)),
      ...when(equal(get(done), get(total)), leave),
      ...sleepWhile(get(CONTROL), Control.done, get(done)),
    ]),
  ];
  return { name: 'finish', parameters: 2, variables: variables.types, body };
}

function runAlone(task: number): FunctionCode {
  const variables = new Variables(2);
  const index = variables.int();
  const body = forEach(index, get(1), 1, call(task, get(CONTROL), int(0), get(index)));
  return { name: 'runAlone', parameters: 2, variables: variables.types, body };
}

function work(claim: number): FunctionCode {
  const variables = new Variables(2);
  const job = variables.int();
  const body = repeatWhile(int(1), [
    ...set(job, atomicLoad(get(CONTROL), Control.job)),
    ...call(claim, get(CONTROL), get(1)),
    ...sleepWhile(get(CONTROL), Control.job, get(job)),
  ]);
  return { name: 'work', parameters: 2, variables: variables.types, body };
}
