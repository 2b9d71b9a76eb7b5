/** Chooses what computes, once per process: the native backend when it is there, else the embedded one. */

import { messageOf } from '../protocol/error-message.ts';
import type { BackendInfo } from '../protocol/run.ts';
import { startEmbedded } from './embedded-backend.ts';
import { findNative, loadNative, type NativeCandidate } from './native-backend.ts';
import { loadTensorFlow, locateTensorFlow, type TensorFlow } from './tensorflow-js.ts';

export interface BackendChoice {
  /** Take this backend or fail. Default: native when it is there and loads, otherwise embedded. */
  readonly prefer?: BackendInfo['name'];
  /** Folders whose `node_modules` (or those above) may hold `@tensorflow/tfjs` and `@tensorflow/tfjs-node`. */
  readonly searchFrom: readonly string[];
  /** The TensorFlow.js to set up, for who has imported one. Default: {@link locateTensorFlow}'s. */
  readonly tensorflow?: TensorFlow;
}

/** What this process computes with. */
export interface Compute {
  readonly tensorflow: TensorFlow;
  /** The file of `@tensorflow/tfjs`; undefined when the caller brought its own instance. */
  readonly tensorflowFile?: string;
  readonly info: BackendInfo;
  /** The loaded tfjs-node, when the backend is native. */
  readonly native?: NativeCandidate;
}

/**
 * On `globalThis` and by a well-known symbol, because the trainer and the library that the script imports are two
 * bundles with a copy of this file each.
 */
const COMPUTE = Symbol.for('slim-training.compute');

/**
 * Sets and awaits TensorFlow.js's backend. The first call in a process decides, later ones get its answer.
 *
 * @throws Error when `prefer` names a backend that cannot be had
 */
export async function ensureBackend(choice: BackendChoice): Promise<BackendInfo> {
  return (await ensureCompute(choice)).info;
}

/** As {@link ensureBackend}, for who needs to know all of it. */
export function ensureCompute(choice: BackendChoice): Promise<Compute> {
  const decided = Reflect.get(globalThis, COMPUTE) as Promise<Compute> | undefined;
  if (decided !== undefined) return decided;
  const deciding = decide(choice);
  Reflect.set(globalThis, COMPUTE, deciding);
  deciding.catch(() => Reflect.deleteProperty(globalThis, COMPUTE));
  return deciding;
}

async function decide({ prefer, searchFrom, tensorflow }: BackendChoice): Promise<Compute> {
  if (tensorflow !== undefined) return { tensorflow, ...(await start(tensorflow, searchFrom, prefer)) };
  const location = locateTensorFlow(searchFrom);
  const tf = loadTensorFlow(location);
  const { info, ...native } = await start(tf, searchFrom, prefer);
  return { tensorflow: tf, tensorflowFile: location.file, info: withNote(info, location.note), ...native };
}

type Started = Pick<Compute, 'info' | 'native'>;

async function start(
  tf: TensorFlow,
  searchFrom: readonly string[],
  prefer: BackendChoice['prefer'],
): Promise<Started> {
  if (prefer === 'embedded')
    return { info: withNote(await embedded(tf), 'The embedded backend was asked for') };
  const problems: string[] = [];
  for (const candidate of findNative(searchFrom)) {
    try {
      return { info: await native(tf, candidate), native: candidate };
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  const reason =
    problems.length === 0
      ? 'The native backend, several times faster, is not installed: `slim-train native install` gets it'
      : `The native backend does not work: ${problems.join('; ')}. \`slim-train native install\` repairs it`;
  if (prefer === 'native') throw new Error(`${reason}. Leave out --backend to train with the embedded one.`);
  return { info: withNote(await embedded(tf), reason) };
}

async function native(tf: TensorFlow, candidate: NativeCandidate): Promise<BackendInfo> {
  const libtensorflow = loadNative(tf, candidate).binding.TF_Version;
  await tf.setBackend('tensorflow');
  return { name: 'native', description: `native (libtensorflow ${libtensorflow})`, libtensorflow };
}

async function embedded(tf: TensorFlow): Promise<BackendInfo> {
  const { threads } = await startEmbedded(tf);
  const count = threads === 1 ? '1 thread' : `${threads} threads`;
  return { name: 'embedded', description: `embedded (WebAssembly, ${count})` };
}

function withNote(info: BackendInfo, note: string | undefined): BackendInfo {
  if (note === undefined) return info;
  return { ...info, note: info.note === undefined ? note : `${info.note}. ${note}` };
}
