/**
 * Reads what a run's curves need out of an event's bytes: scalars, how many of the rest there are, and where attempts
 * begin. Unlike `decodeEvent` it makes no objects for what it reads; blobs are passed over.
 */

import { dtypeNumber } from '../../formats/dtype.ts';
import { decodeSessionLog, SessionStatus } from '../../formats/event.ts';
import { decodeTensorProto } from '../../formats/tensor-proto.ts';
import { scalarOf } from '../../formats/tensor-scalar.ts';
import { WireReader, WireType } from '../../formats/wire-format.ts';
import type { TagKind } from '../../protocol/series.ts';
import { TagSeries, kindOfPlugin } from '../series/tag-series.ts';
import { TagTable } from './tag-table.ts';

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

/** Takes in the events of one folder's files; knows nothing of files but their position in the order of names. */
export class EventScan {
  readonly tags = new TagTable<TagSeries>();
  /** Wall time of the first point of any curve; undefined before there is one. */
  firstWallTime: number | undefined;
  newestStep = -Infinity;
  newestWallTime = -Infinity;

  // The event being read.
  #reader = new WireReader(new Uint8Array(0));
  #file = 0;
  #step = 0;
  #wallTime = 0;

  // The summary value being read.
  #tagStart = 0;
  #tagEnd = 0;
  #kind: TagKind | undefined;
  #plugin: string | undefined;
  /** NaN is a value like any other: whether there is one is told apart. */
  #number = 0;
  #hasNumber = false;

  /**
   * Takes in the event `buffer[start, end)` of the file at that position.
   *
   * @throws FormatError when it is no event; of its values, those before the damage were taken in.
   */
  read(buffer: Uint8Array, start: number, end: number, file: number): void {
    if (this.#reader.bytes !== buffer) this.#reader = new WireReader(buffer);
    const reader = this.#reader;
    reader.reset(start, end);
    this.#file = file;
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
    for (const { curve } of this.tags.values()) curve?.startAttempt(this.#file, this.#step, this.#wallTime);
  }

  #readValue(): void {
    const reader = this.#reader;
    const outerEnd = reader.enter();
    this.#tagStart = this.#tagEnd = 0;
    this.#kind = undefined;
    this.#plugin = undefined;
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

  #take(): void {
    const kind = this.#plugin === undefined || this.#plugin === '' ? this.#kind : kindOfPlugin(this.#plugin);
    // hparams put metadata without a value: a tag all the same. A value with neither says nothing.
    if (kind === undefined) return;
    const series = this.tags.at(
      this.#reader.bytes,
      this.#tagStart,
      this.#tagEnd,
      tag => new TagSeries(tag, kind),
    );
    if (series.curve !== null) {
      if (!this.#hasNumber) return;
      series.curve.append(this.#file, this.#step, this.#wallTime, this.#number);
      if (Number.isFinite(this.#wallTime)) this.firstWallTime ??= this.#wallTime;
    }
    series.count++;
    series.newestStep = this.#step;
    series.newestWallTime = this.#wallTime;
    this.newestStep = Math.max(this.newestStep, this.#step);
    this.newestWallTime = Math.max(this.newestWallTime, this.#wallTime);
  }
}
