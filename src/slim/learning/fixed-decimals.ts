/** As C and Python write `%.Nf`: a tie goes to the even digit, where `toFixed` goes up; `nan` and `inf` in words. */
export function fixedDecimals(value: number, decimals: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const rounded = value.toFixed(decimals);
  const scaled = Math.abs(value) * 10 ** decimals;
  const isTie =
    scaled < 2 ** 52 && scaled - Math.floor(scaled) === 0.5 && scaled / 10 ** decimals === Math.abs(value);
  if (!isTie || Math.floor(scaled) % 2 !== 0) return rounded;
  return ((Math.sign(value) * Math.floor(scaled)) / 10 ** decimals).toFixed(decimals);
}
