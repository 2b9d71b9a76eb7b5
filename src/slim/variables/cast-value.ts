import type { TensorValue } from '../../formats/tensor-value.ts';

/** The elements of a stored tensor as numbers, in row-major order. Integers beyond 2^53 lose their last digits. */
export function numbersOf({ dtype, bytes }: TensorValue): Float64Array {
  const buffer = bytes.slice().buffer;
  switch (dtype) {
    case 'float64':
      return new Float64Array(buffer);
    case 'float32':
      return Float64Array.from(new Float32Array(buffer));
    case 'int32':
      return Float64Array.from(new Int32Array(buffer));
    case 'uint32':
      return Float64Array.from(new Uint32Array(buffer));
    case 'int16':
      return Float64Array.from(new Int16Array(buffer));
    case 'uint16':
      return Float64Array.from(new Uint16Array(buffer));
    case 'int8':
      return Float64Array.from(new Int8Array(buffer));
    case 'uint8':
    case 'bool':
      return Float64Array.from(new Uint8Array(buffer));
    case 'int64':
      return Float64Array.from(new BigInt64Array(buffer), Number);
    case 'uint64':
      return Float64Array.from(new BigUint64Array(buffer), Number);
    case 'float16':
      return Float64Array.from(new Uint16Array(buffer), float16ToNumber);
    case 'bfloat16':
      return bfloat16ToNumbers(new Uint16Array(buffer));
    default:
      throw new TypeError(`A ${dtype} tensor does not hold numbers.`);
  }
}

/** IEEE 754 binary16. */
function float16ToNumber(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The upper half of a float32. */
function bfloat16ToNumbers(halves: Uint16Array): Float64Array {
  const bits = Uint32Array.from(halves, half => half << 16);
  return Float64Array.from(new Float32Array(bits.buffer));
}
