/** SavedTensorSlices (core/util/saved_tensor_slice.proto): what the entries of a V1 checkpoint hold. */

import { dtypeOfNumber, type DType } from './dtype.ts';
import { FormatError } from './format-error.ts';
import { decodeTensorList } from './tensor-proto.ts';
import { decodeTensorShape } from './tensor-shape.ts';
import { decodeTensorSlice, type TensorSlice } from './tensor-slice.ts';
import type { TensorValue } from './tensor-value.ts';
import { checkMinimumConsumer } from './version-def.ts';
import { WireReader, WireType } from './wire-format.ts';

/** TF_CHECKPOINT_VERSION (core/public/version.h). */
const CHECKPOINT_VERSION = 1;

/** SavedSliceMeta: a tensor of which the file has some or all slices. */
export interface SavedTensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly slices: readonly TensorSlice[];
}

/** The table of contents, under the empty key. Undefined when this is none. @throws FormatError when it is broken. */
export function decodeSavedTensors(bytes: Uint8Array): SavedTensor[] | undefined {
  const reader = new WireReader(bytes);
  let tensors: SavedTensor[] | undefined;
  while (reader.next()) {
    if (reader.is(1, WireType.bytes)) tensors = decodeContents(reader.message());
    else reader.skip();
  }
  return tensors;
}

/** SavedTensorSliceMeta. */
function decodeContents(reader: WireReader): SavedTensor[] {
  const tensors: SavedTensor[] = [];
  while (reader.next()) {
    if (reader.is(1, WireType.bytes)) tensors.push(decodeSavedTensor(reader.message()));
    else if (reader.is(2, WireType.bytes)) checkMinimumConsumer(reader.message(), CHECKPOINT_VERSION);
    else reader.skip();
  }
  return tensors;
}

function decodeSavedTensor(reader: WireReader): SavedTensor {
  const slices: TensorSlice[] = [];
  let name = '';
  let shape: number[] = [];
  let number = 0;
  while (reader.next()) {
    if (reader.is(1, WireType.bytes)) name = reader.string();
    else if (reader.is(2, WireType.bytes)) shape = decodeTensorShape(reader.message());
    else if (reader.is(3, WireType.varint)) number = reader.varint();
    else if (reader.is(4, WireType.bytes)) slices.push(decodeTensorSlice(reader.message()));
    else reader.skip();
  }
  const dtype = dtypeOfNumber(number);
  if (dtype === undefined) throw new FormatError(`${name} has the dtype ${number}, which is not known`);
  return { name, dtype, shape, slices };
}

/**
 * The values of a slice (SavedSlice), whose dtype and shape are not stored with it.
 *
 * @throws FormatError when the entry is of another tensor, or holds more or fewer values than `shape` has.
 */
export function decodeSavedSlice(
  bytes: Uint8Array,
  name: string,
  dtype: DType,
  shape: readonly number[],
): TensorValue {
  const reader = new WireReader(bytes);
  while (reader.next()) {
    if (reader.is(2, WireType.bytes)) return decodeData(reader.message(), name, dtype, shape);
    reader.skip();
  }
  throw new FormatError('its entry holds no data');
}

function decodeData(reader: WireReader, name: string, dtype: DType, shape: readonly number[]): TensorValue {
  while (reader.next()) {
    if (reader.is(1, WireType.bytes)) {
      const stored = reader.string();
      if (stored !== name) throw new FormatError(`its entry holds data of ${stored}`);
    } else if (reader.is(3, WireType.bytes)) return decodeTensorList(reader.message(), dtype, shape);
    else reader.skip();
  }
  throw new FormatError('its entry holds no data');
}
