import { installedTrainingHost } from '../../protocol/training-host.ts';
import type { TrainingCommand } from '../../protocol/training-host.ts';
import { log } from '../log.ts';
import { StopSignals } from './stop-signals.ts';

type SaveNow = () => Promise<{ path: string; step: number }>;

/** What a running loop is told from outside: by its host, or where there is none, by signals. */
export class RunCommands {
  private readonly host = installedTrainingHost();
  private readonly signals = this.host === undefined ? new StopSignals() : null;
  private readonly saveNow: SaveNow;

  constructor(saveNow: SaveNow) {
    this.saveNow = saveNow;
  }

  /** Obeys what came, waits while paused, and says whether to stop. To be asked between two steps. */
  async shouldStop(): Promise<boolean> {
    const signal = this.signals?.received ?? null;
    if (signal !== null) {
      log(`${signal}: saving, then ending. Once more ends at once.`);
      return true;
    }
    return this.host !== undefined && this.obey(this.host);
  }

  dispose(): void {
    this.signals?.dispose();
  }

  private async obey(host: NonNullable<ReturnType<typeof installedTrainingHost>>): Promise<boolean> {
    let isPaused = false;
    for (;;) {
      const command = host.takeCommand();
      if (command === undefined) {
        if (!isPaused) return false;
        await host.commandArrived();
      } else if (command.type === 'stop') {
        return true;
      } else if (command.type === 'save') {
        await this.save(command);
      } else {
        isPaused = command.type === 'pause';
      }
    }
  }

  private async save({ done }: TrainingCommand & { type: 'save' }): Promise<void> {
    try {
      done(await this.saveNow());
    } catch (error) {
      done({ error: error instanceof Error ? error.message : String(error) });
    }
  }
}
