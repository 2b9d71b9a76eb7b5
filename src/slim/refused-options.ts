/**
 * Refuses parameters of TF-Slim's that belong to TensorFlow 1's sessions, clusters or graphs, for those who carry them over.
 *
 * @param refused By its name in camelCase, what there is instead.
 * @throws TypeError that says so.
 */
export function refuseOptions(
  caller: string,
  options: object,
  refused: Readonly<Record<string, string>>,
): void {
  for (const name of Object.keys(options)) {
    const instead = refused[name];
    if (instead !== undefined) throw new TypeError(`${caller} does not take ${name}: ${instead}.`);
  }
}
