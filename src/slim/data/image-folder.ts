import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { decodeImage, type Image } from './decode-image.ts';
import { filePath, type FileName } from './file-path.ts';
import { IndexedSource, type BatchOptions, type Examples } from './indexed-source.ts';
import { readBytes } from './read-bytes.ts';

export interface ImageFolderOptions extends BatchOptions {
  /** Height and width that images are resized to, bilinearly. Default: those of the first one; another is an error. */
  readonly size?: readonly [height: number, width: number];
  /** 3: red, green and blue. 1: grey. Default: 3. */
  readonly channels?: 1 | 3;
}

/** Images and the numbers of their classes. */
export interface LabelledImages extends tf.TensorContainerObject {
  /** float32 [batch, height, width, channels], from 0 to 255. */
  readonly images: tf.Tensor4D;
  /** int32 [batch]: the place of the class in `classNames`. */
  readonly labels: tf.Tensor1D;
}

export interface ImageFolderSource extends IndexedSource<LabelledImages> {
  /** The subfolders, sorted. */
  readonly classNames: readonly string[];
}

interface ImageFile {
  readonly path: string;
  readonly label: number;
}

const IMAGE = /\.(png|jpe?g)$/i;

/**
 * PNG and JPEG images of a folder, whose subfolders are the classes. Images are read and decoded when their batch is asked
 * for; {@link worker} does that beside the steps.
 *
 * @throws Error when the folder has no subfolder with images; FormatError naming an image that is damaged, or of another
 * size than the first when no `size` is given.
 */
export async function imageFolder(
  folder: FileName,
  options: ImageFolderOptions = {},
): Promise<ImageFolderSource> {
  const path = filePath(folder);
  const entries = await readdir(path, { withFileTypes: true });
  const classNames = entries
    .filter(entry => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
  const files = (
    await Promise.all(classNames.map((name, label) => imagesIn(join(path, name), label)))
  ).flat();
  const [first] = files;
  if (first === undefined) {
    throw new Error(
      `${path} has no subfolder with images: it needs one for each class, with .png or .jpg files.`,
    );
  }
  const channels = options.channels ?? 3;
  const size = options.size ?? sizeOf(await readImage(first, channels));
  const examples = new ImageFiles(files, size, channels, options.size !== undefined);
  return Object.assign(new IndexedSource(examples, options), { classNames });
}

async function imagesIn(folder: string, label: number): Promise<ImageFile[]> {
  const names = (await readdir(folder)).filter(name => IMAGE.test(name)).toSorted();
  return names.map(name => ({ path: join(folder, name), label }));
}

async function readImage({ path }: ImageFile, channels: 1 | 3): Promise<Image> {
  return decodeImage(await readBytes(path), channels, path);
}

function sizeOf({ height, width }: Image): readonly [number, number] {
  return [height, width];
}

class ImageFiles implements Examples<LabelledImages> {
  readonly length: number;
  readonly #files: readonly ImageFile[];
  readonly #size: readonly [number, number];
  readonly #channels: 1 | 3;
  readonly #isResized: boolean;

  constructor(
    files: readonly ImageFile[],
    size: readonly [number, number],
    channels: 1 | 3,
    isResized: boolean,
  ) {
    this.length = files.length;
    this.#files = files;
    this.#size = size;
    this.#channels = channels;
    this.#isResized = isResized;
  }

  async gather(rows: Int32Array): Promise<LabelledImages> {
    const [height, width] = this.#size;
    const rowSize = height * width * this.#channels;
    const pixels = new Float32Array(rows.length * rowSize);
    const files = Array.from(rows, row => this.#files[row]).filter(file => file !== undefined);
    await Promise.all(
      files.map(async (file, at) => {
        pixels.set(this.#fitted(await readImage(file, this.#channels), file.path), at * rowSize);
      }),
    );
    return {
      images: tf.tensor4d(pixels, [rows.length, height, width, this.#channels]),
      labels: tf.tensor1d(
        Int32Array.from(files, ({ label }) => label),
        'int32',
      ),
    };
  }

  #fitted(image: Image, path: string): ArrayLike<number> {
    const [height, width] = this.#size;
    if (image.height === height && image.width === width) return image.values;
    if (!this.#isResized) {
      throw new RangeError(
        `${path} has ${image.height} x ${image.width} pixels, the first image ${height} x ${width}: give imageFolder a size.`,
      );
    }
    return tf.tidy(() => {
      const pixels = tf.tensor3d(Float32Array.from(image.values), [
        image.height,
        image.width,
        this.#channels,
      ]);
      return tf.image.resizeBilinear(pixels, [height, width], false, true).dataSync();
    });
  }
}
