/**
 * Throws a RangeError when the scale of a regularizer is negative or no number. TF-Slim also refuses integers, to catch
 * `l2_regularizer(1)` written for `1.`; JavaScript has one kind of number.
 */
export function checkScale(scale: number): void {
  if (!(scale >= 0)) throw new RangeError(`The scale of a regularizer is at least 0, not ${scale}.`);
}
