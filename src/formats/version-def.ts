/** VersionDef (core/framework/versions.proto): which readers a file is for. */

import { FormatError } from './format-error.ts';
import { WireType, type WireReader } from './wire-format.ts';

/** @throws FormatError when the file asks for a reader newer than `version`. */
export function checkMinimumConsumer(reader: WireReader, version: number): void {
  let minimumConsumer = 0;
  while (reader.next()) {
    if (reader.is(2, WireType.varint)) minimumConsumer = reader.int64();
    else reader.skip();
  }
  if (minimumConsumer > version) {
    throw new FormatError(
      `it asks for a reader of version ${minimumConsumer}; this one has version ${version}`,
    );
  }
}
