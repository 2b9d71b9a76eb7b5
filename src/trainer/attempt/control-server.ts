/** The trainer's end of the control socket. */

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  createMessageConnection,
  ErrorCodes,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import {
  CONTROL_VERSION,
  isControlHello,
  unknownMethod,
  type ControlHello,
  type ControlNotifications,
  type ControlQuestion,
  type ControlRequests,
} from '../../protocol/control.ts';
import { messageOf } from '../../protocol/error-message.ts';
import { limitFrames } from '../../runs/limit-frames.ts';
import type { Attempt } from './attempt.ts';

/** What the socket and the command files can ask for. Throws what the one who asked is told. */
export interface TrainerControls {
  stop(): void;
  pause(): void;
  resume(): void;
  save(): Promise<{ path: string; step: number }>;
}

/** A client that does not keep up misses progress, and nothing else. */
const LARGEST_BACKLOG_BYTES = 1 << 16;
const LAST_WORDS_MS = 500;

/** Questions are short. */
const LARGEST_QUESTION_BYTES = 1 << 16;
/** A window has one for each run that it follows. */
const MOST_CLIENTS = 32;
/** Who asks on and takes no answers is hung up on. */
const LARGEST_UNREAD_BYTES = 1 << 24;

interface Client {
  readonly socket: Socket;
  readonly connection: MessageConnection;
  /** Its control version; 0 until it has said one. */
  version: number;
}

export class ControlServer {
  readonly #attempt: Attempt;
  readonly #controls: TrainerControls;
  readonly #server: Server;
  readonly #clients = new Set<Client>();

  private constructor(attempt: Attempt, controls: TrainerControls) {
    this.#attempt = attempt;
    this.#controls = controls;
    this.#server = createServer(socket => {
      this.#welcome(socket);
    });
    this.#server.maxConnections = MOST_CLIENTS;
    attempt.onDidProgress(progress => {
      this.#tell('run/progress', progress, LARGEST_BACKLOG_BYTES);
    });
    attempt.onDidChange(record => {
      this.#tell('run/state', { state: record.state, record });
    });
  }

  /** Rejects when nothing can listen at that address. Never keeps the process alive. */
  static async listen(address: string, attempt: Attempt, controls: TrainerControls): Promise<ControlServer> {
    const control = new ControlServer(attempt, controls);
    control.#server.listen(address);
    await once(control.#server, 'listening');
    control.#server.unref();
    control.#server.on('error', () => undefined); // a client that could not be let in tries again
    return control;
  }

  /** Lets the clients take what was sent, then hangs up. */
  async close(): Promise<void> {
    this.#server.close();
    const closed = [...this.#clients].map(async ({ socket }) => {
      socket.end();
      if (!socket.closed) await once(socket, 'close');
    });
    await Promise.race([Promise.allSettled(closed), delay(LAST_WORDS_MS)]);
    for (const { socket } of this.#clients) socket.destroy();
  }

  #welcome(socket: Socket): void {
    socket.unref();
    limitFrames(socket, LARGEST_QUESTION_BYTES);
    socket.on('data', () => {
      if (socket.writableLength > LARGEST_UNREAD_BYTES) socket.destroy();
    });
    const connection = createMessageConnection(
      new SocketMessageReader(socket),
      new SocketMessageWriter(socket),
    );
    const client: Client = { socket, connection, version: 0 };
    connection.onRequest('run/hello', (hello: unknown): ControlHello => {
      if (isControlHello(hello)) client.version = hello.version;
      return { version: CONTROL_VERSION };
    });
    connection.onRequest(
      (method: string) =>
        new ResponseError(ErrorCodes.MethodNotFound, unknownMethod(method, CONTROL_VERSION, client.version)),
    );
    this.#answer(connection, 'run/status', () => this.#attempt.record);
    this.#answer(connection, 'run/stop', () => {
      this.#controls.stop();
      return null;
    });
    this.#answer(connection, 'run/pause', () => {
      this.#controls.pause();
      return null;
    });
    this.#answer(connection, 'run/resume', () => {
      this.#controls.resume();
      return null;
    });
    this.#answer(connection, 'run/save', () => this.#controls.save());
    connection.onError(() => {
      socket.destroy();
    });
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => {
      this.#clients.delete(client);
      connection.dispose();
    });
    connection.listen();
    this.#clients.add(client);
  }

  #answer<M extends ControlQuestion>(
    connection: MessageConnection,
    method: M,
    answer: () => ControlRequests[M]['result'] | Promise<ControlRequests[M]['result']>,
  ): void {
    connection.onRequest(method, async (): Promise<unknown> => {
      try {
        return await answer();
      } catch (error) {
        return new ResponseError(ErrorCodes.InvalidRequest, messageOf(error));
      }
    });
  }

  #tell<N extends keyof ControlNotifications>(
    method: N,
    params: ControlNotifications[N],
    largestBacklog = Number.POSITIVE_INFINITY,
  ): void {
    for (const { socket, connection } of this.#clients) {
      if (socket.writableLength > largestBacklog) continue;
      connection.sendNotification(method, params).catch(() => socket.destroy());
    }
  }
}
