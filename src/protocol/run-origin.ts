import type { NumberFormat } from './number-format.ts';

/** What a warm-started run began with, as people call it. */
export interface OriginName {
  /** The run that saved the checkpoint, otherwise the checkpoint's folder or file. */
  readonly name: string;
  /** null: the checkpoint's name does not say. */
  readonly step: number | null;
}

/** `digits at step 4,000`. */
export function originWords({ name, step }: OriginName, numbers: NumberFormat): string {
  return step === null ? name : `${name} at step ${numbers.count(step)}`;
}
