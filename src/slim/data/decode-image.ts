import { decode as decodeJpeg } from 'jpeg-js';
import { PNG } from 'pngjs';
import { FormatError } from '../../formats/format-error.ts';
import { messageOf } from '../../protocol/error-message.ts';
import { checkJpegSize, checkPngSize } from './image-size.ts';

/** Pixels of 8 bits, row by row. */
export interface Image {
  readonly height: number;
  readonly width: number;
  /** [height, width, channels] */
  readonly values: Uint8Array;
}

/**
 * Decodes a PNG or JPEG image, told by its first bytes, to grey (1 channel) or red, green and blue (3). It is done in
 * JavaScript on all backends, so that all see the same pixels. Transparency is dropped; grey of colours is
 * TensorFlow's `rgb_to_grayscale`, 0.2989 R + 0.587 G + 0.114 B.
 *
 * @param name names the image in errors.
 * @throws FormatError when it is no such image, damaged, of more than 100 million pixels, or larger by its header than its
 *   bytes can be.
 */
export function decodeImage(bytes: Uint8Array, channels: 1 | 3, name: string): Image {
  const { height, width, data } = decodeRgba(bytes, name);
  const values = new Uint8Array(height * width * channels);
  for (let pixel = 0; pixel < height * width; pixel++) {
    const [red = 0, green = 0, blue = 0] = data.subarray(pixel * 4, pixel * 4 + 3);
    if (channels === 1)
      values[pixel] = red === green && green === blue ? red : 0.2989 * red + 0.587 * green + 0.114 * blue;
    else values.set([red, green, blue], pixel * 3);
  }
  return { height, width, values };
}

function decodeRgba(bytes: Uint8Array, name: string): { height: number; width: number; data: Uint8Array } {
  const isPng = bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47;
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  if (!isPng && !isJpeg) throw new FormatError(`${name} is neither a PNG nor a JPEG image.`);
  try {
    if (isPng) {
      checkPngSize(bytes);
      return PNG.sync.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    }
    checkJpegSize(bytes);
    return decodeJpeg(bytes, { useTArray: true, tolerantDecoding: false });
  } catch (error) {
    const reason = messageOf(error);
    throw new FormatError(`${name} is a damaged image: ${reason}.`, { cause: error });
  }
}
