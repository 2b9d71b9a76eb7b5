/**
 * The WebAssembly module of `@tensorflow/tfjs-backend-wasm`, loaded without the JavaScript that Emscripten made for it,
 * which leaves listeners that change what Node does about uncaught errors, and does without threads in Node.
 *
 * Of the package's files it takes the one whose memory is shared: threads of ours work on tensors where they lie. The
 * backend's own kernels run on the one thread that calls them, as fast as in the others.
 */

import { readFile } from 'node:fs/promises';

const PAGE_BYTES = 65_536;
const INITIAL_PAGES = 256;
/** The whole of what 32 bits can address. */
const MOST_PAGES = 65_536;
/** Memory grows by a fifth, but not by more than this beyond what is needed. */
const LARGEST_RESERVE = 96 * 1024 * 1024;

/** The module takes larger ones, but for negative. Some kilobytes are for what it asks for besides. */
const LARGEST_BLOCK = 2 ** 31 - 1024 * 1024;

type Export = (...parameters: readonly unknown[]) => number;
type Exports = Readonly<Record<string, Export>>;

/** What the package's backend uses of its module. */
interface TfjsWasmModule {
  readonly HEAPU8: Uint8Array;
  readonly _malloc: (bytes: number) => number;
  readonly _free: (address: number) => void;
  readonly cwrap: (
    name: string,
    returns: string | null,
    parameters?: readonly string[],
  ) => (...values: readonly unknown[]) => number;
  readonly tfjs: Readonly<Record<string, Export>>;
}

export interface LoadedTfjsWasm {
  readonly module: TfjsWasmModule;
  readonly memory: WebAssembly.Memory;
}

/** @param file the package's `tfjs-backend-wasm-threaded-simd.wasm` */
export async function loadTfjsWasm(file: string): Promise<LoadedTfjsWasm> {
  const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MOST_PAGES, shared: true });
  const exports: Record<string, Export> = {};
  const imports = { env: environment(memory, exports), wasi_snapshot_preview1: output(memory) };
  const { instance } = await instantiate(file, imports);
  Object.assign(exports, instance.exports);
  exported(exports, '__wasm_call_ctors')();
  return { module: asBackendWants(memory, exports), memory };
}

async function instantiate(file: string, imports: Parameters<typeof WebAssembly.instantiate>[1]) {
  try {
    return await WebAssembly.instantiate(await readFile(file), imports);
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('SIMD'))) throw error;
    throw new Error(
      'The embedded backend computes with SIMD in WebAssembly, which this processor does not have (x64: SSE4.1, which is ' +
        'there since 2008). Train on another machine.',
      { cause: error },
    );
  }
}

function exported(exports: Exports, name: string): Export {
  const found = exports[name];
  if (found === undefined)
    throw new Error(`The WebAssembly module of TensorFlow.js has no function ${name}.`);
  return found;
}

/** What the module calls. What is only for Emscripten's own threads and for programs that end is never called. */
function environment(memory: WebAssembly.Memory, exports: Exports): WebAssembly.ImportedModule {
  const fail = (what: string) => (): never => {
    throw new WebAssembly.RuntimeError(`The WebAssembly module of TensorFlow.js ${what}.`);
  };
  const nothing = (): number => 0;
  const noThreads = fail('asked for a thread');
  return {
    memory,
    abort: fail('stopped itself'),
    exit: fail('ended'),
    emscripten_get_now: () => performance.now(),
    emscripten_num_logical_cores: () => 1,
    emscripten_check_blocking_allowed: nothing,
    emscripten_memcpy_big: (to: number, from: number, bytes: number) => {
      new Uint8Array(memory.buffer).copyWithin(to >>> 0, from >>> 0, (from >>> 0) + (bytes >>> 0));
    },
    emscripten_get_heap_max: () => (MOST_PAGES - 1) * PAGE_BYTES,
    emscripten_resize_heap: (bytes: number) => (grow(memory, bytes >>> 0) ? 1 : 0),
    __emscripten_init_main_thread_js: (thread: number) => {
      exported(exports, '_emscripten_thread_init')(thread, 1, 1, 1);
      exported(exports, '_emscripten_tls_init')();
    },
    _emscripten_default_pthread_stack_size: () => PAGE_BYTES,
    _emscripten_notify_task_queue: nothing,
    _emscripten_set_offscreencanvas_size: nothing,
    emscripten_receive_on_main_thread_js: noThreads,
    emscripten_unwind_to_js_event_loop: noThreads,
    __pthread_create_js: noThreads,
    __emscripten_thread_cleanup: noThreads,
  };
}

/** As far as there is memory, by more than is asked for, so that it happens rarely. */
function grow(memory: WebAssembly.Memory, bytes: number): boolean {
  const present = memory.buffer.byteLength;
  const largest = (MOST_PAGES - 1) * PAGE_BYTES;
  if (bytes > largest) return false;
  for (const share of [0.2, 0.1, 0.05, 0]) {
    const reserved = Math.min(present * (1 + share), bytes + LARGEST_RESERVE);
    const wanted = Math.min(largest, Math.max(bytes, reserved));
    try {
      memory.grow(Math.ceil((wanted - present) / PAGE_BYTES));
      return true;
    } catch {
      // There is less: less is tried.
    }
  }
  return false;
}

/** WASI's files. The module has nothing to read, and writes only why it stops itself. */
function output(memory: WebAssembly.Memory): WebAssembly.ImportedModule {
  return {
    fd_close: () => 0,
    fd_seek: () => 70,
    fd_write: (file: number, vectors: number, count: number, written: number) => {
      const words = new Uint32Array(memory.buffer);
      let total = 0;
      for (let index = 0; index < count; index++) {
        const at = (vectors >>> 2) + 2 * index;
        const [begin = 0, bytes = 0] = [words[at], words[at + 1]];
        // A copy, because a stream takes no shared memory.
        const text = new Uint8Array(memory.buffer).slice(begin, begin + bytes);
        (file === 1 ? process.stdout : process.stderr).write(text);
        total += bytes;
      }
      words[written >>> 2] = total;
      return 0;
    },
  };
}

function asBackendWants(memory: WebAssembly.Memory, exports: Exports): TfjsWasmModule {
  let bytes = new Uint8Array(memory.buffer);
  const plain = (name: string): Export => exported(exports, name);
  const save = plain('stackSave');
  const restore = plain('stackRestore');
  const allocate = plain('stackAlloc');
  const allocateForGood = plain('malloc');
  return {
    /** Anew when memory has grown. */
    get HEAPU8() {
      if (bytes.byteLength !== memory.buffer.byteLength) bytes = new Uint8Array(memory.buffer);
      return bytes;
    },
    _malloc(wanted) {
      const address = wanted < LARGEST_BLOCK ? allocateForGood(wanted) >>> 0 : 0;
      // The backend would take it for an address.
      if (address === 0)
        throw new RangeError(
          `There is no memory for a tensor of ${wanted} bytes: WebAssembly has 4 GB in all, and 2 GB for one.`,
        );
      return address;
    },
    _free: plain('free'),
    cwrap(name, _returns, parameters = []) {
      const call = plain(name);
      if (!parameters.includes('array')) return call;
      return (...values) => {
        const stack = save();
        const numbers = values.map(value => {
          if (!(value instanceof Uint8Array)) return value;
          const address = allocate(value.length);
          this.HEAPU8.set(value, address);
          return address;
        });
        const result = call(...numbers);
        restore(stack);
        return result;
      };
    },
    tfjs: {
      init: plain('init'),
      initWithThreadsCount: plain('init_with_threads_count'),
      getThreadsCount: plain('get_threads_count'),
      registerTensor: plain('register_tensor'),
      disposeData: plain('dispose_data'),
      dispose: plain('dispose'),
    },
  };
}
