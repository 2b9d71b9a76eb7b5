const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Listens to Ctrl-C and SIGTERM while training: the first one asks to stop, a second one ends the process as usual. */
export class StopSignals {
  #signal: string | null = null;
  readonly #onSignal = (signal: string): void => {
    this.#signal = signal;
    this.dispose();
  };

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
  }

  /** The signal that came, null if none did. */
  get received(): string | null {
    return this.#signal;
  }

  dispose(): void {
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }
}
