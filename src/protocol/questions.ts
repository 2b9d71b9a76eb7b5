/** Questions by messages that wait for their answers, each by its id. */
export class Questions {
  readonly #waiting = new Map<
    number,
    { resolve: (answer: unknown) => void; reject: (error: Error) => void }
  >();
  #asked = 0;

  /** `send` posts the question with that id. */
  ask<T>(send: (id: number) => void): Promise<T> {
    const id = this.#asked++;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, {
        resolve: answer => {
          resolve(answer as T);
        },
        reject,
      });
      send(id);
    });
  }

  answered(id: number, answer: unknown): void {
    this.#waiting.get(id)?.resolve(answer);
    this.#waiting.delete(id);
  }

  failed(id: number, message: string): void {
    this.#waiting.get(id)?.reject(new Error(message));
    this.#waiting.delete(id);
  }

  /** Who was asked has ended: what was asked is answered by the reason. */
  end(reason: Error): void {
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }

  /** What was asked is void: it is never answered. */
  forget(): void {
    this.#waiting.clear();
  }
}
