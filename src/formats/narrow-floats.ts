/** Floats of 16 and 8 bits, which JavaScript (in the oldest Node that runs this) has no arrays for. */

/** The bits of a float: a sign, then its exponent, then its fraction. */
interface FloatLayout {
  readonly exponentBits: number;
  readonly fractionBits: number;
  readonly bias: number;
  /**
   * ieee: the highest exponent is for infinities and NaN. noInfinity: only the highest code of either sign is NaN.
   * noNegativeZero: only what would be -0 is NaN.
   */
  readonly special: 'ieee' | 'noInfinity' | 'noNegativeZero';
}

function numberOf(code: number, { exponentBits, fractionBits, bias, special }: FloatLayout): number {
  const sign = code >> (exponentBits + fractionBits) === 0 ? 1 : -1;
  const highest = 2 ** exponentBits - 1;
  const exponent = (code >> fractionBits) & highest;
  const fraction = code & (2 ** fractionBits - 1);
  if (special === 'ieee' && exponent === highest) return fraction === 0 ? sign * Infinity : NaN;
  if (special === 'noInfinity' && exponent === highest && fraction === 2 ** fractionBits - 1) return NaN;
  if (special === 'noNegativeZero' && sign === -1 && exponent === 0 && fraction === 0) return NaN;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias - fractionBits);
  return sign * (2 ** fractionBits + fraction) * 2 ** (exponent - bias - fractionBits);
}

/** As ml_dtypes has them, which TensorFlow takes them from. */
const LAYOUTS = {
  /** IEEE 754 binary16. */
  float16: { exponentBits: 5, fractionBits: 10, bias: 15, special: 'ieee' },
  /** The upper half of a float32. */
  bfloat16: { exponentBits: 8, fractionBits: 7, bias: 127, special: 'ieee' },
  float8_e5m2: { exponentBits: 5, fractionBits: 2, bias: 15, special: 'ieee' },
  float8_e4m3fn: { exponentBits: 4, fractionBits: 3, bias: 7, special: 'noInfinity' },
  float8_e4m3fnuz: { exponentBits: 4, fractionBits: 3, bias: 8, special: 'noNegativeZero' },
  float8_e4m3b11fnuz: { exponentBits: 4, fractionBits: 3, bias: 11, special: 'noNegativeZero' },
  float8_e5m2fnuz: { exponentBits: 5, fractionBits: 2, bias: 16, special: 'noNegativeZero' },
} as const satisfies Readonly<Record<string, FloatLayout>>;

export type NarrowFloat = keyof typeof LAYOUTS;

export function isNarrowFloat(dtype: string): dtype is NarrowFloat {
  return Object.hasOwn(LAYOUTS, dtype);
}

const tables = new Map<NarrowFloat, Float64Array>();

/** The number of each code. */
export function narrowFloatNumbers(dtype: NarrowFloat): Float64Array {
  const known = tables.get(dtype);
  if (known !== undefined) return known;
  const layout: FloatLayout = LAYOUTS[dtype];
  const codes = 2 ** (1 + layout.exponentBits + layout.fractionBits);
  const table = Float64Array.from({ length: codes }, (_, code) => numberOf(code, layout));
  tables.set(dtype, table);
  return table;
}
