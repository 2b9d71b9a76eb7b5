import type { RunOverrides, TrainingCommand, TrainingHost } from '../../../src/protocol/training-host.ts';

/** A host that gives commands at the steps they are listed for, and notes what it is told. */
export class RecordingHost implements TrainingHost {
  readonly version = 1;
  readonly overrides: RunOverrides;
  readonly told: string[] = [];
  readonly #commands: ReadonlyMap<number, TrainingCommand[]>;
  #step = 0;

  constructor(overrides: RunOverrides, commands: [number, TrainingCommand[]][] = []) {
    this.overrides = overrides;
    this.#commands = new Map(commands);
  }

  onHparams(values: object): void {
    this.told.push(`hparams ${JSON.stringify(values)}`);
  }
  onTrainBegin(info: object): void {
    this.told.push(`begin ${JSON.stringify(info)}`);
  }
  onStep({ step }: { step: number }): void {
    this.#step = step;
    this.told.push(`step ${step}`);
  }
  onTrainEnd({ step, reason }: { step: number; reason: string }): void {
    this.told.push(`end ${step} ${reason}`);
  }
  log(line: string): void {
    this.told.push(line);
  }
  takeCommand(): TrainingCommand | undefined {
    return this.#commands.get(this.#step)?.shift();
  }
  commandArrived(): Promise<void> {
    this.told.push('waiting');
    return Promise.resolve();
  }
}
