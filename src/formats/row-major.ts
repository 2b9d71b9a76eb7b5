import { elementCount } from './tensor-value.ts';

/** The elements of an array whose first index runs fastest (Fortran, MATLAB), in the order in which the last one does. */
export function rowMajor(data: Uint8Array, shape: readonly number[], elementSize: number): Uint8Array {
  // What has at most one dimension larger than 1 is the same in both orders.
  if (shape.filter(size => size !== 1).length < 2) return data;
  const wordSize = elementSize % 4 === 0 ? 4 : elementSize;
  const from = wordsOf(data.byteOffset % wordSize === 0 ? data : data.slice(), wordSize);
  const ordered = new Uint8Array(data.length);
  copyReordered(from, wordsOf(ordered, wordSize), shape, elementSize / wordSize);
  return ordered;
}

type Words = Uint8Array | Uint16Array | Uint32Array;

/** Never as floats: copying those may change what kind of NaN they are. */
function wordsOf(bytes: Uint8Array, wordSize: number): Words {
  const length = bytes.length / wordSize;
  if (wordSize === 4) return new Uint32Array(bytes.buffer, bytes.byteOffset, length);
  return wordSize === 2 ? new Uint16Array(bytes.buffer, bytes.byteOffset, length) : bytes;
}

function copyReordered(from: Words, to: Words, shape: readonly number[], wordsPerElement: number): void {
  const strides = shape.map((_, axis) => elementCount(shape.slice(0, axis)) * wordsPerElement);
  const index = shape.map(() => 0);
  let source = 0;
  for (let target = 0; target < to.length; target += wordsPerElement) {
    for (let word = 0; word < wordsPerElement; word++) to[target + word] = from[source + word] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      const stride = strides[axis] ?? 0;
      if (next < (shape[axis] ?? 0)) {
        index[axis] = next;
        source += stride;
        break;
      }
      index[axis] = 0;
      source -= (next - 1) * stride;
    }
  }
}
