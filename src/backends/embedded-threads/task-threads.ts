import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { LoadedTfjsWasm } from '../tfjs-wasm-module.ts';
import {
  assembleTasks,
  CONTROL_BYTES,
  JOB_OFFSET,
  JobKind,
  MOST_JOB_WORDS,
  MOST_TASKS,
  OWN_TASKS_OFFSET,
  type TaskExports,
} from './tasks-code.ts';
import { fusedMultiplyAdd, multiplyThenAdd } from './wasm-code.ts';

/** More are rarely there, and of less and less use: the rest of a step runs on one. */
const MOST_THREADS = 8;

/** Jobs. */
const LONGEST_PAUSE = 64;

/** All that a thread does: it sleeps in WebAssembly until there is a job. */
const WORKER = `
const { code, memory, control, thread } = require('node:worker_threads').workerData;
new WebAssembly.Instance(code, { env: { memory } }).exports.work(control, thread);
`;

/**
 * Threads that share the tasks of a job with the one that calls, on the memory of the WebAssembly module. They are
 * started by the first job that is worth it, and hold no process back from ending.
 */
export class TaskThreads {
  readonly memory: WebAssembly.Memory;
  /** With the one that calls. */
  readonly count = Math.min(MOST_THREADS, availableParallelism());
  readonly #module: LoadedTfjsWasm['module'];
  readonly #code: WebAssembly.Module;
  readonly #exports: TaskExports;
  readonly #control: number;
  #started = false;
  /** Jobs to do alone before the next that is shared, and how many after one that would have been faster alone. */
  #jobsAlone = 0;
  #pause = 1;

  constructor({ module, memory }: LoadedTfjsWasm) {
    this.memory = memory;
    this.#module = module;
    const fused = assembleTasks(fusedMultiplyAdd);
    const code = WebAssembly.validate(fused) ? fused : assembleTasks(multiplyThenAdd);
    this.#code = new WebAssembly.Module(code);
    const instance = new WebAssembly.Instance(this.#code, { env: { memory } });
    this.#exports = instance.exports as unknown as TaskExports;
    this.#control = module._malloc(CONTROL_BYTES);
    new Uint8Array(memory.buffer).fill(0, this.#control, this.#control + CONTROL_BYTES);
  }

  /**
   * Does all tasks of a job.
   *
   * @param fields where the words of its description lie, in bytes, and what they are
   * @param alone no other thread is to help, because waking it would take longer
   */
  run<Field extends string>(
    kind: keyof typeof JobKind,
    fields: Readonly<Record<Field, number>>,
    values: Readonly<Record<NoInfer<Field>, number>>,
    { tasks, alone }: { readonly tasks: number; readonly alone: boolean },
  ): void {
    if (tasks > MOST_TASKS) throw new RangeError(`A job of ${tasks} tasks: ${MOST_TASKS} are possible.`);
    const words = new Int32Array(this.memory.buffer, this.#control + JOB_OFFSET, MOST_JOB_WORDS);
    words[0] = JobKind[kind];
    for (const name of Object.keys(fields) as Field[]) words[fields[name] / 4] = values[name];
    if (alone || tasks === 1) this.#exports.runAlone(this.#control, tasks);
    else if (this.#jobsAlone > 0) {
      this.#jobsAlone--;
      this.#exports.runAlone(this.#control, tasks);
    } else this.#share(tasks);
  }

  /**
   * Where others take the processor, a thread that waits for its turn in the middle of a task holds up the job. So when
   * one took longer than it would have taken alone, the next ones are done alone: 1, then 2, then 4...
   */
  #share(tasks: number): void {
    this.#start();
    const began = performance.now();
    this.#exports.share(this.#control, tasks);
    const worked = performance.now() - began;
    this.#exports.finish(this.#control, tasks);
    const took = performance.now() - began;
    const own = new Int32Array(this.memory.buffer, this.#control + OWN_TASKS_OFFSET, 1)[0] ?? 0;
    const hasHelped = own === 0 || took < (worked * tasks) / own;
    this.#pause = hasHelped ? 1 : Math.min(LONGEST_PAUSE, 2 * this.#pause);
    if (!hasHelped) this.#jobsAlone = this.#pause;
  }

  /** Calls `use` with the address of so many bytes, which are freed afterwards. */
  withMemory<T>(bytes: number, use: (address: number) => T): T {
    const address = this.#module._malloc(bytes);
    try {
      return use(address);
    } finally {
      this.#module._free(address);
    }
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    for (let thread = 1; thread < this.count; thread++) {
      const worker = new Worker(WORKER, {
        eval: true,
        name: 'slim-training embedded backend',
        workerData: { code: this.#code, memory: this.memory, control: this.#control, thread },
        // Not the hooks by which the main thread finds its modules.
        execArgv: [],
      });
      worker.unref();
    }
  }
}
