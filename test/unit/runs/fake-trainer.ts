/** The trainer's end of a control socket that says what a test wants: one of another version, or one gone wrong. */

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import {
  createMessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';

/** What it answers, by method. What is not there it does not know. */
export type Answers = Readonly<Record<string, (params: unknown) => unknown>>;

export class FakeTrainer {
  readonly #server: Server;
  readonly #clients = new Map<Socket, MessageConnection>();

  private constructor(answers: Answers) {
    this.#server = createServer(socket => {
      const rpc = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
      for (const [method, answer] of Object.entries(answers)) rpc.onRequest(method, answer);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#clients.delete(socket);
        rpc.dispose();
      });
      this.#clients.set(socket, rpc);
      rpc.listen();
    });
  }

  static async listen(address: string, answers: Answers): Promise<FakeTrainer> {
    const trainer = new FakeTrainer(answers);
    trainer.#server.listen(address);
    await once(trainer.#server, 'listening');
    return trainer;
  }

  async tell(method: string, params: unknown): Promise<void> {
    await Promise.all([...this.#clients.values()].map(rpc => rpc.sendNotification(method, params)));
  }

  hangUp(): void {
    for (const socket of this.#clients.keys()) socket.destroy();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.hangUp();
    await once(this.#server, 'close');
  }
}
