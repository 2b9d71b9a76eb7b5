/** Writes TensorFlow's GraphDef as a SavedModel: graph.proto, node_def.proto, attr_value.proto, tensor.proto, saved_model.proto. */

import { WireWriter } from '../../formats/wire-format.ts';
import type { NodeAttribute } from './op-attributes.ts';
import type { TensorType } from './step-record.ts';

export interface GraphNode {
  readonly name: string;
  readonly operation: string;
  /** Names of tensors: `node`, or `node:1` for another than the first output. */
  readonly inputs: readonly string[];
  readonly attributes: readonly NodeAttribute[];
}

/** Values for a `tensor` attribute. */
interface TensorContent extends TensorType {
  /** Little-endian, row-major: of all elements, or of one when they are all the same. */
  readonly bytes: Uint8Array;
  readonly isSplat: boolean;
}

export const SERVING_TAG = 'serve';

/** `GraphDef.versions.producer`: TensorFlow 2.15's, beyond which nothing changed that is written here. */
const PRODUCER = 1645;

export function savedModel(nodes: readonly GraphNode[]): Uint8Array {
  return new WireWriter()
    .int64(1, 1)
    .message(2, metaGraph => {
      metaGraph
        .message(1, info => info.string(4, SERVING_TAG))
        .message(2, graph => {
          for (const node of nodes)
            graph.message(1, writer => {
              writeNode(writer, node);
            });
          graph.message(4, versions => versions.int64(1, PRODUCER));
        });
    })
    .finish();
}

function writeNode(writer: WireWriter, { name, operation, inputs, attributes }: GraphNode): void {
  writer.string(1, name).string(2, operation);
  for (const input of inputs) writer.string(3, input);
  for (const attribute of attributes) {
    writer.message(5, entry => {
      entry.string(1, attribute.name).message(2, value => {
        writeValue(value, attribute);
      });
    });
  }
}

/** AttrValue: each type has a field of its own. */
function writeValue(writer: WireWriter, { name, type, value }: NodeAttribute): void {
  switch (type) {
    case 'string':
      writer.string(2, String(value));
      return;
    case 'int':
      writer.int64(3, Number(value));
      return;
    case 'float':
      writer.float(4, Number(value));
      return;
    case 'bool':
      writer.bool(5, Boolean(value));
      return;
    case 'type':
      writer.int64(6, Number(value));
      return;
    case 'shape':
      writer.message(7, shape => {
        writeShape(shape, value as readonly number[]);
      });
      return;
    case 'tensor':
      writer.message(8, tensor => {
        writeTensor(tensor, value as TensorContent);
      });
      return;
    default:
      writer.message(1, list => {
        writeList(list, name, type, value as readonly unknown[]);
      });
  }
}

/** AttrValue.ListValue. */
function writeList(writer: WireWriter, name: string, type: string, values: readonly unknown[]): void {
  for (const value of values) {
    switch (type) {
      case 'list(int)':
        writer.int64(3, Number(value));
        break;
      case 'list(float)':
        writer.float(4, Number(value));
        break;
      case 'list(bool)':
        writer.bool(5, Boolean(value));
        break;
      case 'list(type)':
        writer.int64(6, Number(value));
        break;
      case 'list(shape)':
        writer.message(7, shape => {
          writeShape(shape, value as readonly number[]);
        });
        break;
      default:
        throw new Error(`its attribute ${name} is of a type that cannot be written: ${type}`);
    }
  }
}

function writeShape(writer: WireWriter, shape: readonly number[]): void {
  for (const size of shape) writer.message(2, dimension => dimension.int64(1, size));
}

/** Field of TensorProto for a single value that stands for all, by `TF_DataType`: float_val, int_val, bool_val. */
const SPLAT_FIELD: Readonly<Record<number, number>> = { 1: 5, 3: 7, 10: 11 };

function writeTensor(writer: WireWriter, { dtype, shape, bytes, isSplat }: TensorContent): void {
  writer.int64(1, dtype).message(2, proto => {
    writeShape(proto, shape);
  });
  const field = SPLAT_FIELD[dtype];
  if (!isSplat) writer.data(4, bytes);
  else if (field === undefined) throw new Error(`a constant of TF_DataType ${dtype} cannot be written`);
  else if (dtype === 1) writer.data(field, bytes);
  else writer.int64(field, dtype === 3 ? new DataView(bytes.buffer).getInt32(0, true) : (bytes[0] ?? 0));
}
