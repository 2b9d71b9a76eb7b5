/** Data files as NumPy and TensorFlow write them, read by slim.data: the values are those that Python put in. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as slim from '../../src/slim/index.ts';
import { runPython } from './python-environment.ts';

const INSTALLING_MS = 15 * 60_000;

const DTYPES = ['f2', 'f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'b1'];

interface Written {
  readonly arrays: Record<string, { readonly shape: number[]; readonly values: number[] }>;
  readonly examples: {
    readonly floats: number[];
    readonly label: number;
    readonly raw: number[];
    readonly words: number[];
    readonly name: string;
  }[];
  readonly images: Record<string, { readonly shape: number[]; readonly values: number[] }>;
}

const WRITE = `
import os
import numpy as np, tensorflow as tf
folder, dtypes = input['folder'], input['dtypes']
random = np.random.RandomState(7)
arrays, result = {}, {'arrays': {}, 'examples': [], 'images': {}}
for dtype in dtypes:
  for order in '<>':
    for layout in 'CF':
      name = dtype + ('be' if order == '>' else 'le') + layout
      values = random.randint(0, 2 if dtype == 'b1' else 100, size=(4, 3, 2))
      if dtype[0] == 'f': values = values / 8 - 5
      if dtype[0] == 'i': values = values - 50
      arrays[name] = np.asarray(values, dtype=np.dtype(order + dtype), order=layout)
      np.save(os.path.join(folder, name + '.npy'), arrays[name])
arrays['scalar'] = np.float64(2.5)
arrays['row'] = np.arange(3, dtype=np.float32)
np.save(os.path.join(folder, 'scalar.npy'), arrays['scalar'])
np.savez(os.path.join(folder, 'plain.npz'), **arrays)
np.savez_compressed(os.path.join(folder, 'small.npz'), **arrays)
for name, array in arrays.items():
  result['arrays'][name] = {'shape': list(np.shape(array)), 'values': [float(v) for v in np.ravel(array)]}
np.save(os.path.join(folder, 'large.npy'), np.array([1, 2**40]))
np.save(os.path.join(folder, 'objects.npy'), np.array([{}, []], dtype=object), allow_pickle=True)
np.save(os.path.join(folder, 'text.npy'), np.array(['a', 'b']))

def feature(**kind): return tf.train.Feature(**kind)
for shard in range(2):
  with tf.io.TFRecordWriter(os.path.join(folder, 'digits-%d.tfrecord' % shard)) as writer:
    for index in range(7 + 4 * shard):
      floats = random.randn(6).astype(np.float32)
      raw = random.randint(0, 256, size=4).astype(np.uint8)
      words = random.randint(-5, 5, size=index % 4)
      name = 'Zahl %d \\u00fc' % index
      one = {'floats': [float(v) for v in floats], 'label': int(random.randint(-2**31, 2**31)),
             'raw': raw.tolist(), 'words': words.tolist(), 'name': name}
      result['examples'].append(one)
      image = tf.io.encode_png(raw.reshape(2, 2, 1)).numpy()
      writer.write(tf.train.Example(features=tf.train.Features(feature={
        'floats': feature(float_list=tf.train.FloatList(value=floats)),
        'label': feature(int64_list=tf.train.Int64List(value=[one['label']])),
        'raw': feature(bytes_list=tf.train.BytesList(value=[raw.tobytes()])),
        'png': feature(bytes_list=tf.train.BytesList(value=[image])),
        'words': feature(int64_list=tf.train.Int64List(value=words)),
        'name': feature(bytes_list=tf.train.BytesList(value=[name.encode()])),
      })).SerializeToString())

smooth = np.stack(np.meshgrid(np.arange(24) * 10, np.arange(16) * 15) + [np.full((16, 24), 90)], axis=-1).astype(np.uint8)
for label, (kind, write) in enumerate({'jpeg': lambda i: tf.io.encode_jpeg(i, quality=95, chroma_downsampling=False),
                                       'png': tf.io.encode_png}.items()):
  os.makedirs(os.path.join(folder, 'images', kind))
  for index in range(3):
    encoded = write(np.roll(smooth, index, axis=0)).numpy()
    name = os.path.join('images', kind, '%d.%s' % (index, kind))
    with open(os.path.join(folder, name), 'wb') as file: file.write(encoded)
    # TensorFlow's own default, INTEGER_FAST, rounds more coarsely.
    accurate = lambda: tf.io.decode_jpeg(encoded, channels=3, dct_method='INTEGER_ACCURATE')
    image = (accurate() if kind == 'jpeg' else tf.io.decode_png(encoded, channels=3)).numpy()
    small = tf.image.resize(image, (8, 12)).numpy()
    result['images'][kind + str(index)] = {'shape': list(image.shape), 'values': image.ravel().tolist()}
    result['images'][kind + str(index) + ' resized'] = {'shape': list(small.shape), 'values': small.ravel().tolist()}
`;

let folder: string;
let written: Written;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'interop-data-'));
  written = (await runPython(WRITE, { folder, dtypes: DTYPES })) as Written;
}, INSTALLING_MS);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function plain({ values, shape }: slim.data.ArrayValues): { shape: readonly number[]; values: number[] } {
  return { shape, values: [...values] };
}

describe('NumPy', () => {
  it.each(DTYPES)('arrays of %s, in both byte orders and both layouts', async dtype => {
    for (const name of ['leC', 'leF', 'beC', 'beF'].map(kind => `${dtype}${kind}`)) {
      const read = await slim.data.readNpy(join(folder, `${name}.npy`));
      expect(plain(read), name).toEqual(written.arrays[name]);
    }
  });

  it('scalars', async () => {
    expect(plain(await slim.data.readNpy(join(folder, 'scalar.npy')))).toEqual({ shape: [], values: [2.5] });
  });

  it.each(['plain.npz', 'small.npz'])('archives: %s', async name => {
    const arrays = await slim.data.readNpz(join(folder, name));
    const found = Object.fromEntries(Object.entries(arrays).map(([key, array]) => [key, plain(array)]));
    expect(found).toEqual(written.arrays);
  });

  it('refuses what it cannot compute with', async () => {
    const read = (name: string) => slim.data.readNpy(join(folder, name));
    await expect(read('large.npy')).rejects.toThrow(/large\.npy has the int64 1099511627776 at element 1/);
    await expect(read('objects.npy')).rejects.toThrow(/objects\.npy holds '\|O'/);
    await expect(read('text.npy')).rejects.toThrow(/text\.npy holds '<U1'/);
  });
});

describe('TFRecords of tf.train.Example', () => {
  const FEATURES = {
    floats: { dtype: 'float32', shape: [3, 2] },
    label: { dtype: 'int64', shape: [] },
    raw: { decode: 'raw', shape: [4] },
    png: { decode: 'image', shape: [2, 2, 1] },
    words: { dtype: 'int64', shape: [3], padValue: -9 },
    missing: { dtype: 'float32', shape: [2], defaultValue: 0.5 },
    name: { dtype: 'string', shape: [] },
  } as const;
  const files = (): string[] => [0, 1].map(shard => join(folder, `digits-${shard}.tfrecord`));

  it('hold what TensorFlow wrote', async () => {
    const source = await slim.data.tfRecords(files(), FEATURES, { batchSize: 18, shuffle: false });
    const batch = await source.next();
    if (batch === null) throw new Error('no batch');
    const { examples } = written;
    expect(source.length).toBe(examples.length);
    const numbers = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];
    expect(numbers(batch.floats)).toEqual(examples.flatMap(({ floats }) => floats));
    expect(batch.floats.shape).toEqual([18, 3, 2]);
    expect(numbers(batch.label)).toEqual(examples.map(({ label }) => label));
    expect(batch.label.dtype).toBe('int32');
    expect(numbers(batch.raw)).toEqual(examples.flatMap(({ raw }) => raw));
    expect(numbers(batch.png)).toEqual(examples.flatMap(({ raw }) => raw));
    expect(numbers(batch.words)).toEqual(examples.flatMap(({ words }) => [...words, -9, -9, -9].slice(0, 3)));
    expect(numbers(batch.missing)).toEqual(Array(36).fill(0.5));
    expect(await batch.name.data<'string'>()).toEqual(examples.map(({ name }) => name));
    tf.dispose(batch);
  });

  it('are not taken for what they are not', async () => {
    const read = async (features: Record<string, slim.data.ExampleFeature>): Promise<unknown> =>
      (await slim.data.tfRecords(files(), features, { shuffle: false })).next();
    await expect(read({ floats: { dtype: 'float32', shape: [5] } })).rejects.toThrow(
      /^The example at offset 0 of .*digits-0\.tfrecord: floats has 6 values where 5 are expected/,
    );
    await expect(read({ floats: { dtype: 'int64', shape: [6] } })).rejects.toThrow(
      'a list of float, not of int64',
    );
    await expect(read({ nothing: { dtype: 'int64', shape: [] } })).rejects.toThrow(
      'it has no feature nothing',
    );
    await expect(read({ words: { dtype: 'int64', shape: [2] } })).rejects.toThrow(
      'words has 0 values where 2',
    );
  });
});

describe('image folders', () => {
  async function imagesOf(
    options: slim.data.ImageFolderOptions,
  ): Promise<{ images: number[][]; labels: number[] }> {
    const source = await slim.data.imageFolder(join(folder, 'images'), {
      ...options,
      batchSize: 6,
      shuffle: false,
    });
    expect(source.classNames).toEqual(['jpeg', 'png']);
    const batch = await source.next();
    if (batch === null) throw new Error('no batch');
    const size = batch.images.size / 6;
    const flat = [...batch.images.dataSync()];
    const images = Array.from({ length: 6 }, (_, at) => flat.slice(at * size, (at + 1) * size));
    const labels = [...batch.labels.dataSync()];
    tf.dispose(batch);
    return { images, labels };
  }

  const largest = (found: number[] | undefined, expected: number[] | undefined): number =>
    Math.max(...(expected ?? [NaN]).map((value, at) => Math.abs(value - (found?.[at] ?? NaN))));

  it('have the pixels that TensorFlow decodes: PNG exactly, JPEG but for its rounding', async () => {
    const { images, labels } = await imagesOf({});
    expect(labels).toEqual([0, 0, 0, 1, 1, 1]);
    for (const index of [0, 1, 2]) {
      expect(images[3 + index]).toEqual(written.images[`png${index}`]?.values);
      expect(largest(images[index], written.images[`jpeg${index}`]?.values)).toBeLessThanOrEqual(3);
    }
  });

  it('are resized as tf.image.resize does it', async () => {
    const { images } = await imagesOf({ size: [8, 12] });
    for (const index of [0, 1, 2]) {
      expect(largest(images[3 + index], written.images[`png${index} resized`]?.values)).toBeLessThan(1e-3);
    }
  });
});
