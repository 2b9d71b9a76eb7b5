/**
 * TF2's object graph, TrackableObjectGraph (core/protobuf/trackable_object_graph.proto): which object of the program each
 * key of a checkpoint belongs to. Keys are made by python/checkpoint/trackable_view.py and util.py.
 */

import { WireType, WireReader } from './wire-format.ts';

/** The entry of a checkpoint that holds the graph. */
export const OBJECT_GRAPH_KEY = '_CHECKPOINTABLE_OBJECT_GRAPH';

const VALUE_SUFFIX = /\/\.ATTRIBUTES\/(?<attribute>[^/]+)$/;

/** tf.Variable's own name for variables that nobody named. */
const NAMELESS = /^Variable(?:_\d+)?$/;

/** Checkpoint key -> full name of the variable. @throws FormatError when the bytes are no object graph. */
export function decodeFullNames(graph: Uint8Array): Map<string, string> {
  const names = new Map<string, string>();
  const reader = new WireReader(graph);
  while (reader.next()) {
    if (reader.is(1, WireType.bytes)) readNode(reader.message(), names);
    else reader.skip();
  }
  return names;
}

function readNode(reader: WireReader, names: Map<string, string>): void {
  while (reader.next()) {
    if (reader.is(2, WireType.bytes)) readAttribute(reader.message(), names);
    else reader.skip();
  }
}

/** SerializedTensor. */
function readAttribute(reader: WireReader, names: Map<string, string>): void {
  let fullName = '';
  let key = '';
  while (reader.next()) {
    if (reader.is(2, WireType.bytes)) fullName = reader.string();
    else if (reader.is(3, WireType.bytes)) key = reader.string();
    else reader.skip();
  }
  if (fullName !== '') names.set(key, fullName);
}

/** A name for people for each key. Two keys never get the same one. */
export function readableNamesOf(
  keys: Iterable<string>,
  fullNames: ReadonlyMap<string, string>,
): Map<string, string> {
  const uses = new Map<string, number>();
  for (const name of fullNames.values()) uses.set(name, (uses.get(name) ?? 0) + 1);
  const readable = new Map<string, string>();
  const taken = new Set<string>();
  for (const key of keys) {
    const fullName = fullNames.get(key);
    const isTelling = fullName !== undefined && uses.get(fullName) === 1 && !NAMELESS.test(fullName);
    const wanted = isTelling ? fullName : objectPath(key);
    const name = taken.has(wanted) ? key : wanted;
    taken.add(name);
    readable.set(key, name);
  }
  return readable;
}

/** The path of objects in a key. The attribute is named where it is not the usual one. */
function objectPath(key: string): string {
  const attribute = VALUE_SUFFIX.exec(key)?.groups?.['attribute'];
  if (attribute === undefined) return key;
  const path = key.replace(VALUE_SUFFIX, '').split('/').map(unescapeName).join('/');
  return attribute === 'VARIABLE_VALUE' ? path : `${path}/${unescapeName(attribute)}`;
}

/** trackable_utils.escape_local_name: a period is doubled, a slash becomes `.S`. What begins with one dot is a marker. */
function unescapeName(name: string): string {
  return name.replace(/\.\.|\.S/g, escaped => (escaped === '..' ? '.' : '/'));
}
