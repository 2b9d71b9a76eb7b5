/** One size for all spatial dimensions, or one for each. */
export type SpatialSize = number | readonly number[];

/** How windows treat the border: TensorFlow's `SAME` pads with zeros, `VALID` does not. */
export type Padding = 'SAME' | 'VALID';

/**
 * One positive integer for each of `n` spatial dimensions.
 *
 * Source: `n_positive_integers` of tf_slim/layers/utils.py.
 *
 * @throws RangeError naming the option.
 */
export function spatialSizes(option: string, n: number, size: SpatialSize): number[] {
  const sizes = typeof size === 'number' ? Array.from({ length: n }, () => size) : [...size];
  if (sizes.length !== n || sizes.some(value => !Number.isInteger(value) || value < 1)) {
    throw new RangeError(
      `${option} must be a positive integer, or ${n} of them; got ${typeof size === 'number' ? size : `[${size.join(', ')}]`}.`,
    );
  }
  return sizes;
}

/** The size that a convolution with this stride would take to `size`. Source: `deconv_output_length` of Keras. */
export function transposedSize(size: number, kernel: number, stride: number, padding: Padding): number {
  return size * stride + (padding === 'VALID' ? Math.max(kernel - stride, 0) : 0);
}

/** TF.js's word for a padding. */
export function tfjsPadding(padding: Padding): 'same' | 'valid' {
  return padding === 'SAME' ? 'same' : 'valid';
}
