/** The watching end of a trainer's control socket. */

import { connect, type Socket } from 'node:net';
import {
  createMessageConnection,
  Emitter,
  ErrorCodes,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
  type Event,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { isObject } from '../protocol/checks.ts';
import {
  CONTROL_VERSION,
  controlAnswers,
  isControlHello,
  unknownMethod,
  type ControlQuestion,
  type ControlRequests,
} from '../protocol/control.ts';
import type { RunProgress } from '../protocol/run.ts';
import { isRunProgress } from '../protocol/run-record-checks.ts';
import { limitFrames } from './limit-frames.ts';
import { MAX_RECORD_BYTES } from './run-record.ts';

const DEFAULT_TIMEOUT_MS = 5000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2000;

interface Connected {
  readonly rpc: MessageConnection;
  /** The trainer's control version, once it has said it. */
  readonly version: Promise<number>;
}

/** Connects by itself, and again when the connection is lost, until it is disposed. */
export class ControlClient {
  readonly #address: string;
  readonly #connected = new Emitter<Connected>();
  readonly #disconnected = new Emitter<undefined>();
  readonly #progress = new Emitter<RunProgress>();
  readonly #record = new Emitter<unknown>();
  readonly #problem = new Emitter<string>();
  readonly #disposed = new AbortController();
  #socket: Socket | undefined;
  #connection: Connected | undefined;
  #retry: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;

  constructor(address: string) {
    this.#address = address;
    this.#connect();
  }

  get onConnected(): Event<unknown> {
    return this.#connected.event;
  }

  get onDisconnected(): Event<unknown> {
    return this.#disconnected.event;
  }

  get onProgress(): Event<RunProgress> {
    return this.#progress.event;
  }

  /** The state changed: the record as the run sent it, not yet looked at. */
  get onRecord(): Event<unknown> {
    return this.#record.event;
  }

  /** The run said something that is not understood here. */
  get onProblem(): Event<string> {
    return this.#problem.event;
  }

  /** Waits for the connection, too. Throws an error that says what was asked and why there is no answer. */
  async request<M extends ControlQuestion>(
    method: M,
    timeoutMs = DEFAULT_TIMEOUT_MS,
  ): Promise<ControlRequests[M]['result']> {
    const expired = new AbortController();
    const timer = setTimeout(() => {
      expired.abort(new Error(`The run did not answer ${method} within ${timeoutMs / 1000} s.`));
    }, timeoutMs);
    const given = AbortSignal.any([expired.signal, this.#disposed.signal]);
    try {
      return await withAbort(given, this.#ask(method, given));
    } finally {
      clearTimeout(timer);
    }
  }

  /** What waits for an answer has none. */
  dispose(): void {
    this.#disposed.abort(new Error('The run is no longer followed: nobody waits for its answer.'));
    clearTimeout(this.#retry);
    this.#connection?.rpc.dispose();
    this.#connection = undefined;
    this.#socket?.destroy();
  }

  async #ask<M extends ControlQuestion>(
    method: M,
    given: AbortSignal,
  ): Promise<ControlRequests[M]['result']> {
    const { rpc, version } = await this.#whenConnected(given);
    let answer: unknown;
    try {
      answer = await rpc.sendRequest(method);
    } catch (error) {
      throw new Error(await whyNot(method, error, version), { cause: error });
    }
    if (controlAnswers[method](answer)) return answer;
    throw new Error(`The run answered ${method} with what is no answer to it.`);
  }

  #whenConnected(given: AbortSignal): Promise<Connected> {
    given.throwIfAborted();
    if (this.#connection !== undefined) return Promise.resolve(this.#connection);
    return new Promise(resolve => {
      const listener = this.#connected.event(connection => {
        listener.dispose();
        resolve(connection);
      });
      given.addEventListener('abort', () => {
        listener.dispose();
      });
    });
  }

  #connect(): void {
    const socket = connect(this.#address);
    this.#socket = socket;
    socket.on('error', () => undefined); // 'close' follows
    socket.on('connect', () => {
      this.#retryMs = FIRST_RETRY_MS;
      this.#listen(socket);
    });
    socket.on('close', () => {
      this.#lost();
    });
  }

  #listen(socket: Socket): void {
    // A record is the largest that a run sends.
    limitFrames(socket, MAX_RECORD_BYTES);
    const rpc = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
    rpc.onError(() => {
      socket.destroy();
    });
    rpc.onNotification('run/progress', (progress: unknown) => {
      if (isRunProgress(progress)) this.#progress.fire(progress);
      else this.#problem.fire('The progress that the run sent is not understood here.');
    });
    rpc.onNotification('run/state', (state: unknown) => {
      this.#record.fire(isObject(state) ? state['record'] : undefined);
    });
    rpc.listen();
    this.#connection = { rpc, version: greet(rpc) };
    this.#connected.fire(this.#connection);
  }

  #lost(): void {
    if (this.#disposed.signal.aborted) return;
    const wasConnected = this.#connection !== undefined;
    this.#connection?.rpc.dispose();
    this.#connection = undefined;
    this.#retry = setTimeout(() => {
      this.#connect();
    }, this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
    if (wasConnected) this.#disconnected.fire(undefined);
  }
}

async function whyNot(method: string, error: unknown, version: Promise<number>): Promise<string> {
  if (!(error instanceof ResponseError) || error.code === ErrorCodes.PendingResponseRejected)
    return `The connection to the run was lost before it answered ${method}.`;
  return error.code === ErrorCodes.MethodNotFound
    ? unknownMethod(method, await version, CONTROL_VERSION)
    : error.message;
}

/** The trainer's control version; 0 from one that does not know the greeting. */
async function greet(rpc: MessageConnection): Promise<number> {
  const answer: unknown = await rpc.sendRequest('run/hello', { version: CONTROL_VERSION }).catch(() => null);
  return isControlHello(answer) ? answer.version : 0;
}

function withAbort<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  });
}
