import { installedTrainingHost } from '../protocol/training-host.ts';

/** Says a line on the run's console. */
export function log(line: string): void {
  const host = installedTrainingHost();
  if (host === undefined) console.log(line);
  else host.log(line);
}
