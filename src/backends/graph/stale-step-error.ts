/** JavaScript does something else than when the step was recorded. */
export class StaleStepError extends Error {
  override readonly name = 'StaleStepError';
}
