import type { ListedVariable, ValuePicture } from '../../src/protocol/checkpoint.ts';
import type { NumberFormat } from '../../src/protocol/number-format.ts';

/** `[5,5,1,32]`. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(',')}]`;
}

const SHORT_DTYPES: Readonly<Record<string, string>> = {
  float64: 'f64',
  float32: 'f32',
  float16: 'f16',
  bfloat16: 'bf16',
  int64: 'i64',
  int32: 'i32',
  int16: 'i16',
  int8: 'i8',
  uint64: 'u64',
  uint32: 'u32',
  uint16: 'u16',
  uint8: 'u8',
  complex64: 'c64',
  complex128: 'c128',
  string: 'str',
};

/** As short as it can be told: a column of its own is 40 pixels wide. */
export function shortDtype(dtype: string): string {
  return SHORT_DTYPES[dtype] ?? dtype.replace(/^float8_/, 'f8 ');
}

/** What a picture of the variable shows: `32 kernels of 5×5, one input channel`. */
export function pictureWords(
  { dtype, shape }: ListedVariable,
  picture: ValuePicture | undefined,
  numbers: NumberFormat,
): string {
  const type = dtype.startsWith('complex') ? `${dtype}, drawn by absolute value` : dtype;
  switch (picture?.kind) {
    case 'kernels': {
      const { kernels, height, width, channels } = picture;
      const inputs = channels === 1 ? 'one input channel' : `${numbers.count(channels)} input channels`;
      return `${numbers.count(kernels)} kernels of ${height}×${width}, ${inputs}`;
    }
    case 'map':
      return `${numbers.count(picture.rows)} rows of ${numbers.count(picture.columns)}, ${type}`;
    case 'bars':
      return `${numbers.count(picture.count)} values, ${type}`;
    case 'text':
      return picture.count === 1 ? 'one string' : `${numbers.count(picture.count)} strings`;
    case 'empty':
      return `${type}, no values`;
    default:
      return `${type} ${shapeText(shape)}`;
  }
}
