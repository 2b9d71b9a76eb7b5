import { messageOf } from '../../protocol/error-message.ts';
import { installedTrainingHost } from '../../protocol/training-host.ts';
import type { TrainingCommand } from '../../protocol/training-host.ts';
import { log } from '../log.ts';
import { StopSignals } from './stop-signals.ts';

type SaveNow = () => Promise<{ path: string; step: number }>;

/** What a running loop is told from outside: by its host, or where there is none, by signals. */
export class RunCommands {
  readonly #host = installedTrainingHost();
  readonly #signals = this.#host === undefined ? new StopSignals() : null;
  readonly #saveNow: SaveNow;

  constructor(saveNow: SaveNow) {
    this.#saveNow = saveNow;
  }

  /** What came since it was asked last, undefined when nothing did. To be asked between two steps. */
  take(): TrainingCommand | undefined {
    const signal = this.#signals?.received ?? null;
    if (signal === null) return this.#host?.takeCommand();
    log(`${signal}: saving, then ending. Once more ends at once.`);
    return { type: 'stop' };
  }

  /** Obeys a command, and those that come while training is paused by it. Whether training ends by them. */
  async endsBy(command: TrainingCommand): Promise<boolean> {
    let isPaused = false;
    for (let next: TrainingCommand | undefined = command; ; next = this.#host?.takeCommand()) {
      if (next === undefined) {
        if (!isPaused) return false;
        await this.#host?.commandArrived();
      } else if (next.type === 'stop') {
        return true;
      } else if (next.type === 'save') {
        await this.#save(next);
      } else {
        isPaused = next.type === 'pause';
      }
    }
  }

  dispose(): void {
    this.#signals?.dispose();
  }

  async #save({ done }: TrainingCommand & { type: 'save' }): Promise<void> {
    try {
      done(await this.#saveNow());
    } catch (error) {
      done({ error: messageOf(error) });
    }
  }
}
