/** The watching end of a trainer's control socket. */

import { connect, type Socket } from 'node:net';
import {
  createMessageConnection,
  Emitter,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
  type Event,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import type { ControlMethod, ControlNotifications, ControlRequests } from '../protocol/control.ts';

const DEFAULT_TIMEOUT_MS = 5000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2000;

/** Connects by itself, and again when the connection is lost, until it is disposed. */
export class ControlClient {
  readonly #address: string;
  readonly #connected = new Emitter<MessageConnection>();
  readonly #disconnected = new Emitter<undefined>();
  readonly #progress = new Emitter<ControlNotifications['run/progress']>();
  readonly #state = new Emitter<ControlNotifications['run/state']>();
  readonly #checkpoint = new Emitter<ControlNotifications['run/checkpoint']>();
  #socket: Socket | undefined;
  #connection: MessageConnection | undefined;
  #retry: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;
  #disposed = false;

  constructor(address: string) {
    this.#address = address;
    this.#connect();
  }

  get isConnected(): boolean {
    return this.#connection !== undefined;
  }

  get onConnected(): Event<unknown> {
    return this.#connected.event;
  }

  get onDisconnected(): Event<unknown> {
    return this.#disconnected.event;
  }

  get onProgress(): Event<ControlNotifications['run/progress']> {
    return this.#progress.event;
  }

  get onState(): Event<ControlNotifications['run/state']> {
    return this.#state.event;
  }

  get onCheckpoint(): Event<ControlNotifications['run/checkpoint']> {
    return this.#checkpoint.event;
  }

  /** Waits for the connection, too. Throws an error that says what was asked and why there is no answer. */
  async request<M extends ControlMethod>(
    method: M,
    timeoutMs = DEFAULT_TIMEOUT_MS,
  ): Promise<ControlRequests[M]['result']> {
    const expired = new AbortController();
    const timer = setTimeout(() => {
      expired.abort(new Error(`The run did not answer ${method} within ${timeoutMs / 1000} s.`));
    }, timeoutMs);
    try {
      const connection = await withAbort(this.#whenConnected(), expired.signal);
      return await withAbort(connection.sendRequest<ControlRequests[M]['result']>(method), expired.signal);
    } catch (error) {
      if (error instanceof ResponseError) throw new Error(error.message, { cause: error });
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#retry);
    this.#connection?.dispose();
    this.#connection = undefined;
    this.#socket?.destroy();
  }

  #whenConnected(): Promise<MessageConnection> {
    if (this.#connection !== undefined) return Promise.resolve(this.#connection);
    return new Promise(resolve => {
      const listener = this.#connected.event(connection => {
        listener.dispose();
        resolve(connection);
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
    const connection = createMessageConnection(
      new SocketMessageReader(socket),
      new SocketMessageWriter(socket),
    );
    connection.onError(() => {
      socket.destroy();
    });
    connection.onNotification('run/progress', (progress: ControlNotifications['run/progress']) => {
      this.#progress.fire(progress);
    });
    connection.onNotification('run/state', (state: ControlNotifications['run/state']) => {
      this.#state.fire(state);
    });
    connection.onNotification('run/checkpoint', (checkpoint: ControlNotifications['run/checkpoint']) => {
      this.#checkpoint.fire(checkpoint);
    });
    connection.listen();
    this.#connection = connection;
    this.#connected.fire(connection);
  }

  #lost(): void {
    if (this.#disposed) return;
    const wasConnected = this.#connection !== undefined;
    this.#connection?.dispose();
    this.#connection = undefined;
    this.#retry = setTimeout(() => {
      this.#connect();
    }, this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
    if (wasConnected) this.#disconnected.fire(undefined);
  }
}

function withAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
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
