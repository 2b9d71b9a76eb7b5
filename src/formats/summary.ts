/** Summary and its values (core/framework/summary.proto). */

import { decodeHistogram, encodeHistogram, type HistogramProto } from './histogram.ts';
import { decodeTensorProto, encodeTensorProto } from './tensor-proto.ts';
import type { TensorValue } from './tensor-value.ts';
import { WireType, type WireReader, type WireWriter } from './wire-format.ts';

interface SummaryImage {
  readonly height: number;
  readonly width: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA, 5 digital YUV, 6 BGRA. */
  readonly colorspace: number;
  /** A PNG, JPEG or GIF file. */
  readonly encoded: Uint8Array;
}

interface SummaryAudio {
  readonly sampleRate: number;
  readonly numChannels: number;
  readonly lengthFrames: number;
  readonly encoded: Uint8Array;
  readonly contentType: string;
}

/** Says which TensorBoard plugin shows a tag. Writers may put it on a tag's first value only. */
interface SummaryMetadata {
  readonly pluginName: string;
  readonly pluginContent: Uint8Array;
  readonly displayName: string;
  readonly summaryDescription: string;
  /** 0 unknown, 1 scalar, 2 tensor, 3 blob sequence. */
  readonly dataClass: number;
}

/** One value of a tag. At most one of simpleValue, image, histogram, audio and tensor is there. */
export interface SummaryValue {
  readonly tag: string;
  readonly nodeName?: string;
  readonly metadata?: SummaryMetadata;
  readonly simpleValue?: number;
  readonly image?: SummaryImage;
  readonly histogram?: HistogramProto;
  readonly audio?: SummaryAudio;
  readonly tensor?: TensorValue;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function decodeSummary(reader: WireReader): SummaryValue[] {
  const values: SummaryValue[] = [];
  while (reader.next()) {
    if (reader.is(1, WireType.bytes)) values.push(decodeSummaryValue(reader.message()));
    else reader.skip();
  }
  return values;
}

function decodeSummaryValue(reader: WireReader): SummaryValue {
  const value: Mutable<SummaryValue> = { tag: '' };
  while (reader.next()) {
    if (reader.is(1, WireType.bytes)) value.tag = reader.string();
    else if (reader.is(2, WireType.fixed32)) value.simpleValue = reader.float();
    else if (reader.is(4, WireType.bytes)) value.image = decodeImage(reader.message());
    else if (reader.is(5, WireType.bytes)) value.histogram = decodeHistogram(reader.message());
    else if (reader.is(6, WireType.bytes)) value.audio = decodeAudio(reader.message());
    else if (reader.is(7, WireType.bytes)) value.nodeName = reader.string();
    else if (reader.is(8, WireType.bytes)) value.tensor = decodeTensorProto(reader.message());
    else if (reader.is(9, WireType.bytes)) value.metadata = decodeMetadata(reader.message());
    else reader.skip();
  }
  return value;
}

function decodeImage(reader: WireReader): SummaryImage {
  const image: Mutable<SummaryImage> = { height: 0, width: 0, colorspace: 0, encoded: new Uint8Array(0) };
  while (reader.next()) {
    if (reader.is(1, WireType.varint)) image.height = reader.int64();
    else if (reader.is(2, WireType.varint)) image.width = reader.int64();
    else if (reader.is(3, WireType.varint)) image.colorspace = reader.int64();
    else if (reader.is(4, WireType.bytes)) image.encoded = reader.data();
    else reader.skip();
  }
  return image;
}

function decodeAudio(reader: WireReader): SummaryAudio {
  const audio: Mutable<SummaryAudio> = {
    sampleRate: 0,
    numChannels: 0,
    lengthFrames: 0,
    encoded: new Uint8Array(0),
    contentType: '',
  };
  while (reader.next()) {
    if (reader.is(1, WireType.fixed32)) audio.sampleRate = reader.float();
    else if (reader.is(2, WireType.varint)) audio.numChannels = reader.int64();
    else if (reader.is(3, WireType.varint)) audio.lengthFrames = reader.int64();
    else if (reader.is(4, WireType.bytes)) audio.encoded = reader.data();
    else if (reader.is(5, WireType.bytes)) audio.contentType = reader.string();
    else reader.skip();
  }
  return audio;
}

function decodeMetadata(reader: WireReader): SummaryMetadata {
  const metadata: Mutable<SummaryMetadata> = {
    pluginName: '',
    pluginContent: new Uint8Array(0),
    displayName: '',
    summaryDescription: '',
    dataClass: 0,
  };
  while (reader.next()) {
    if (reader.is(1, WireType.bytes)) Object.assign(metadata, decodePluginData(reader.message()));
    else if (reader.is(2, WireType.bytes)) metadata.displayName = reader.string();
    else if (reader.is(3, WireType.bytes)) metadata.summaryDescription = reader.string();
    else if (reader.is(4, WireType.varint)) metadata.dataClass = reader.varint();
    else reader.skip();
  }
  return metadata;
}

function decodePluginData(reader: WireReader): Pick<SummaryMetadata, 'pluginName' | 'pluginContent'> {
  let pluginName = '';
  let pluginContent: Uint8Array = new Uint8Array(0);
  while (reader.next()) {
    if (reader.is(1, WireType.bytes)) pluginName = reader.string();
    else if (reader.is(2, WireType.bytes)) pluginContent = reader.data();
    else reader.skip();
  }
  return { pluginName, pluginContent };
}

export function encodeSummary(writer: WireWriter, values: readonly SummaryValue[]): void {
  for (const value of values) {
    writer.message(1, message => {
      encodeSummaryValue(message, value);
    });
  }
}

function encodeSummaryValue(writer: WireWriter, value: SummaryValue): void {
  const { simpleValue, image, histogram, audio, tensor, metadata } = value;
  writer.string(1, value.tag);
  if (simpleValue !== undefined) writer.float(2, simpleValue);
  if (image !== undefined) {
    writer.message(4, message => {
      message.int64(1, image.height).int64(2, image.width).int64(3, image.colorspace).data(4, image.encoded);
    });
  }
  if (histogram !== undefined) {
    writer.message(5, message => {
      encodeHistogram(message, histogram);
    });
  }
  if (audio !== undefined) {
    writer.message(6, message => {
      message.float(1, audio.sampleRate).int64(2, audio.numChannels).int64(3, audio.lengthFrames);
      message.data(4, audio.encoded).string(5, audio.contentType);
    });
  }
  if (value.nodeName !== undefined) writer.string(7, value.nodeName);
  if (tensor !== undefined) {
    writer.message(8, message => {
      encodeTensorProto(message, tensor);
    });
  }
  if (metadata !== undefined) {
    writer.message(9, message => {
      encodeMetadata(message, metadata);
    });
  }
}

function encodeMetadata(writer: WireWriter, metadata: SummaryMetadata): void {
  writer.message(1, plugin => {
    plugin.string(1, metadata.pluginName);
    if (metadata.pluginContent.length > 0) plugin.data(2, metadata.pluginContent);
  });
  if (metadata.displayName !== '') writer.string(2, metadata.displayName);
  if (metadata.summaryDescription !== '') writer.string(3, metadata.summaryDescription);
  if (metadata.dataClass !== 0) writer.uint32(4, metadata.dataClass);
}
