/**
 * Reads what a run's series need out of an event's bytes: scalars, where all other values lie, and where attempts begin.
 * Unlike `decodeEvent` it makes no objects for what it reads; blobs are passed over.
 */

import { dtypeNumber } from '../../formats/dtype.ts';
import { decodeSessionLog, SessionStatus } from '../../formats/event.ts';
import { decodeTensorProto } from '../../formats/tensor-proto.ts';
import { scalarOf } from '../../formats/tensor-scalar.ts';
import { WireReader, WireType } from '../../formats/wire-format.ts';
import type { TagKind } from '../../protocol/series.ts';
import type { LogSink } from './log-reader.ts';

const TEXT = new TextDecoder();
const FLOAT32 = dtypeNumber('float32');

/** What fields of a Summary.Value tell of its kind. */
const VALUE_FIELDS: ReadonlyMap<number, TagKind> = new Map([
  [2, 'scalar'],
  [4, 'image'],
  [5, 'histogram'],
  [6, 'other'],
  [8, 'other'],
]);

/** TensorBoard's plugin names -> kinds; a plugin of another name makes a tag `other`. */
const KIND_OF_PLUGIN: ReadonlyMap<string, TagKind> = new Map([
  ['scalars', 'scalar'],
  ['histograms', 'histogram'],
  ['images', 'image'],
  ['text', 'text'],
]);

export class EventScan {
  readonly #sink: LogSink;

  // The event being read.
  #reader = new WireReader(new Uint8Array(0));
  /** What to add to a place in the buffer to have it in the file. */
  #shift = 0;
  #step = 0;
  #wallTime = 0;

  // The summary value being read.
  #valueStart = 0;
  #tagStart = 0;
  #tagEnd = 0;
  #kind: TagKind | undefined;
  #plugin = '';
  /** NaN is a value like any other: whether there is one is told apart. */
  #number = 0;
  #hasNumber = false;

  constructor(sink: LogSink) {
    this.#sink = sink;
  }

  /**
   * Reads the event `buffer[start, end)`, which begins at byte `offset` of the file.
   *
   * @throws FormatError when it is no event; of its values, those before the damage were handed on.
   */
  read(buffer: Uint8Array, start: number, end: number, offset: number): void {
    if (this.#reader.bytes !== buffer) this.#reader = new WireReader(buffer);
    const reader = this.#reader;
    reader.reset(start, end);
    this.#shift = offset - start;
    this.#step = 0;
    this.#wallTime = 0;
    let summaryStart = -1;
    let summaryEnd = -1;
    while (reader.next()) {
      if (reader.is(1, WireType.fixed64)) this.#wallTime = reader.double();
      else if (reader.is(2, WireType.varint)) this.#step = reader.int64();
      else if (reader.is(5, WireType.bytes)) {
        // Step and time may come after it: it is read at the end.
        summaryStart = reader.span();
        summaryEnd = reader.offset;
      } else if (reader.is(7, WireType.bytes)) this.#readSessionLog();
      else reader.skip();
    }
    if (summaryStart >= 0) {
      reader.reset(summaryStart, summaryEnd);
      while (reader.next()) {
        if (reader.is(1, WireType.bytes)) this.#readValue();
        else reader.skip();
      }
    }
  }

  #readSessionLog(): void {
    if (decodeSessionLog(this.#reader.message()).status !== SessionStatus.start) return;
    this.#sink.attempt(this.#step, this.#wallTime);
  }

  #readValue(): void {
    const reader = this.#reader;
    const outerEnd = reader.enter();
    this.#valueStart = reader.offset;
    this.#tagStart = this.#tagEnd = 0;
    this.#kind = undefined;
    this.#plugin = '';
    this.#hasNumber = false;
    while (reader.next()) {
      if (reader.is(1, WireType.bytes)) {
        this.#tagStart = reader.span();
        this.#tagEnd = reader.offset;
      } else if (reader.is(2, WireType.fixed32)) {
        this.#kind = 'scalar';
        this.#setNumber(reader.float());
      } else if (reader.is(8, WireType.bytes)) this.#readTensor();
      else if (reader.is(9, WireType.bytes)) this.#readMetadata();
      else {
        this.#kind = VALUE_FIELDS.get(reader.field) ?? this.#kind;
        reader.skip();
      }
    }
    reader.leave(outerEnd);
    this.#take();
  }

  #setNumber(value: number): void {
    this.#number = value;
    this.#hasNumber = true;
  }

  /** TF2's scalar, a float32 without dimensions, is read in place; what is rarer goes the long way. */
  #readTensor(): void {
    const reader = this.#reader;
    this.#kind ??= 'other';
    const outerEnd = reader.enter();
    const start = reader.offset;
    let isFloatScalar = true;
    let values = 0;
    while (reader.next()) {
      if (reader.is(1, WireType.varint)) isFloatScalar = reader.varint() === FLOAT32 && isFloatScalar;
      else if (reader.is(2, WireType.bytes)) isFloatScalar = reader.span() === reader.offset && isFloatScalar;
      else if (reader.is(5, WireType.fixed32)) {
        values++;
        this.#number = reader.float();
      } else if (reader.is(4, WireType.bytes) || reader.is(5, WireType.bytes)) {
        const tensorEnd = reader.enter();
        isFloatScalar = reader.left === 4 && isFloatScalar;
        values++;
        if (isFloatScalar) this.#number = reader.float();
        reader.leave(tensorEnd);
      } else {
        isFloatScalar = false;
        reader.skip();
      }
    }
    if (isFloatScalar && values === 1) this.#hasNumber = true;
    else this.#readAnyTensor(start, reader.offset);
    reader.leave(outerEnd);
  }

  #readAnyTensor(start: number, end: number): void {
    const value = scalarOf(decodeTensorProto(new WireReader(this.#reader.bytes, start, end)));
    if (value !== undefined) this.#setNumber(value);
  }

  #readMetadata(): void {
    const reader = this.#reader;
    const outerEnd = reader.enter();
    while (reader.next()) {
      if (reader.is(1, WireType.bytes)) this.#readPluginData();
      else reader.skip();
    }
    reader.leave(outerEnd);
  }

  #readPluginData(): void {
    const reader = this.#reader;
    const outerEnd = reader.enter();
    while (reader.next()) {
      if (reader.is(1, WireType.bytes)) this.#plugin = TEXT.decode(reader.data());
      else reader.skip();
    }
    reader.leave(outerEnd);
  }

  /** The value's message ends where the reader is. */
  #take(): void {
    const plugin = this.#plugin;
    // The first value of a tag decides on its kind: its plugin if it names one, else what the value itself is.
    const kind = plugin === '' ? this.#kind : (KIND_OF_PLUGIN.get(plugin) ?? 'other');
    // hparams put metadata without a value: a tag all the same. A value with neither says nothing.
    if (kind === undefined) return;
    const { bytes, offset } = this.#reader;
    const tag = this.#sink.tagAt(bytes, this.#tagStart, this.#tagEnd, kind, plugin);
    if (tag.kind !== 'scalar') {
      const [start, length] = [this.#valueStart + this.#shift, offset - this.#valueStart];
      this.#sink.blob(tag, this.#step, this.#wallTime, start, length);
    } else if (this.#hasNumber) this.#sink.scalar(tag, this.#step, this.#wallTime, this.#number);
  }
}
