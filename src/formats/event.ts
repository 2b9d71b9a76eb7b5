/** Event (core/util/event.proto): what each record of an event file holds. */

import { decodeSummary, encodeSummary, type SummaryValue } from './summary.ts';
import { WireReader, WireType, WireWriter } from './wire-format.ts';

/** SessionLog.SessionStatus. */
export const SessionStatus = { unspecified: 0, start: 1, stop: 2, checkpoint: 3 } as const;

export interface SessionLog {
  readonly status: number;
  readonly checkpointPath: string;
  readonly message: string;
}

/** One event. At most one of the optional members but `sourceWriter` is there: they are the message's oneof. */
export interface Event {
  /** Seconds since 1970. */
  readonly wallTime: number;
  /** An int64; beyond 2^53 the nearest double. */
  readonly step: number;
  /** "brain.Event:2": the first record of a file. */
  readonly fileVersion?: string;
  /** A serialized GraphDef. */
  readonly graphDef?: Uint8Array;
  readonly summary?: readonly SummaryValue[];
  readonly logMessage?: { readonly level: number; readonly message: string };
  readonly sessionLog?: SessionLog;
  readonly taggedRunMetadata?: { readonly tag: string; readonly runMetadata: Uint8Array };
  /** A serialized MetaGraphDef. */
  readonly metaGraphDef?: Uint8Array;
  readonly sourceWriter?: string;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Bytes inside of the event (images, tensors, graphs) are views into `bytes`, not copies.
 *
 * @throws FormatError when the bytes are not an Event.
 */
export function decodeEvent(bytes: Uint8Array): Event {
  const reader = new WireReader(bytes);
  const event: Mutable<Event> = { wallTime: 0, step: 0 };
  while (reader.next()) {
    if (reader.is(1, WireType.fixed64)) event.wallTime = reader.double();
    else if (reader.is(2, WireType.varint)) event.step = reader.int64();
    else if (reader.is(3, WireType.bytes)) event.fileVersion = reader.string();
    else if (reader.is(4, WireType.bytes)) event.graphDef = reader.data();
    else if (reader.is(5, WireType.bytes)) event.summary = decodeSummary(reader.message());
    else if (reader.is(6, WireType.bytes)) event.logMessage = decodeLogMessage(reader.message());
    else if (reader.is(7, WireType.bytes)) event.sessionLog = decodeSessionLog(reader.message());
    else if (reader.is(8, WireType.bytes)) event.taggedRunMetadata = decodeRunMetadata(reader.message());
    else if (reader.is(9, WireType.bytes)) event.metaGraphDef = reader.data();
    else if (reader.is(10, WireType.bytes)) event.sourceWriter = decodeSourceWriter(reader.message());
    else reader.skip();
  }
  return event;
}

function decodeLogMessage(reader: WireReader): { level: number; message: string } {
  const log = { level: 0, message: '' };
  while (reader.next()) {
    if (reader.is(1, WireType.varint)) log.level = reader.varint();
    else if (reader.is(2, WireType.bytes)) log.message = reader.string();
    else reader.skip();
  }
  return log;
}

export function decodeSessionLog(reader: WireReader): SessionLog {
  const log: Mutable<SessionLog> = { status: SessionStatus.unspecified, checkpointPath: '', message: '' };
  while (reader.next()) {
    if (reader.is(1, WireType.varint)) log.status = reader.varint();
    else if (reader.is(2, WireType.bytes)) log.checkpointPath = reader.string();
    else if (reader.is(3, WireType.bytes)) log.message = reader.string();
    else reader.skip();
  }
  return log;
}

function decodeRunMetadata(reader: WireReader): { tag: string; runMetadata: Uint8Array } {
  const tagged: { tag: string; runMetadata: Uint8Array } = { tag: '', runMetadata: new Uint8Array(0) };
  while (reader.next()) {
    if (reader.is(1, WireType.bytes)) tagged.tag = reader.string();
    else if (reader.is(2, WireType.bytes)) tagged.runMetadata = reader.data();
    else reader.skip();
  }
  return tagged;
}

function decodeSourceWriter(reader: WireReader): string {
  let writer = '';
  while (reader.next()) {
    if (reader.is(1, WireType.bytes)) writer = reader.string();
    else reader.skip();
  }
  return writer;
}

export function encodeEvent(event: Event): Uint8Array<ArrayBuffer> {
  const writer = new WireWriter();
  const { summary, logMessage, sessionLog, taggedRunMetadata, sourceWriter } = event;
  writer.double(1, event.wallTime);
  if (event.step !== 0) writer.int64(2, event.step);
  if (event.fileVersion !== undefined) writer.string(3, event.fileVersion);
  if (event.graphDef !== undefined) writer.data(4, event.graphDef);
  if (summary !== undefined) {
    writer.message(5, message => {
      encodeSummary(message, summary);
    });
  }
  if (logMessage !== undefined) {
    writer.message(6, message => {
      message.uint32(1, logMessage.level).string(2, logMessage.message);
    });
  }
  if (sessionLog !== undefined) {
    writer.message(7, message => {
      message.uint32(1, sessionLog.status);
      if (sessionLog.checkpointPath !== '') message.string(2, sessionLog.checkpointPath);
      if (sessionLog.message !== '') message.string(3, sessionLog.message);
    });
  }
  if (taggedRunMetadata !== undefined) {
    writer.message(8, message => {
      message.string(1, taggedRunMetadata.tag).data(2, taggedRunMetadata.runMetadata);
    });
  }
  if (event.metaGraphDef !== undefined) writer.data(9, event.metaGraphDef);
  if (sourceWriter !== undefined) {
    writer.message(10, message => {
      message.string(1, sourceWriter);
    });
  }
  return writer.finish();
}
