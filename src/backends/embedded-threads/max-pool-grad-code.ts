/** The gradient of max pooling in WebAssembly, four channels at once: a task is an image. */

import {
  add,
  addVectors,
  andVectors,
  choose,
  equalInts,
  floatVector,
  forEach,
  get,
  int,
  larger,
  largerFloats,
  load,
  loadVector,
  multiply,
  set,
  smaller,
  splat,
  storeVector,
  subtract,
  Variables,
  zeroVector,
  type Code,
  type FunctionCode,
  type Local,
} from './wasm-code.ts';

/** What describes a gradient, in bytes from the beginning of the job, after its kind. */
export const MaxPoolGradField = {
  /** Pointers to the numbers. */
  x: 4,
  dy: 8,
  dx: 12,
  height: 16,
  width: 20,
  /** Bytes of the channels of a pixel: 16 or a multiple. */
  pixel: 24,
  outHeight: 28,
  outWidth: 32,
  filterHeight: 36,
  filterWidth: 40,
  strideHeight: 44,
  strideWidth: 48,
  top: 52,
  left: 56,
} as const;

const VECTOR_BYTES = 16;

/** Gives each number of `dy` to the first of the largest numbers of its window; NaN is none: `(job, thread, image)`. */
export function maxPoolGradTask(): FunctionCode {
  const variables = new Variables(3);
  const [job, , image] = [0, 1, 2];
  const names = Array.from({ length: 15 }, () => variables.int());
  const [x = 0, dx = 0, dy = 0, at = 0, end = 0, y = 0, column = 0, channel = 0] = names;
  const [top = 0, bottom = 0, left = 0, right = 0, row = 0, place = 0, pixel = 0] = names.slice(8);
  const largest = variables.vector();
  const places = variables.vector();
  const value = variables.vector();
  const field = (name: keyof typeof MaxPoolGradField): Code => load(get(job), MaxPoolGradField[name]);
  const imageBytes = (height: Code, width: Code): Code => multiply(multiply(height, width), get(pixel));

  /** The first of some places of a window that are in the image, and the one after the last. */
  const within = (from: Local, to: Local, index: Local, axis: 'Height' | 'Width'): Code => {
    const begin = subtract(
      multiply(get(index), field(`stride${axis}`)),
      field(axis === 'Height' ? 'top' : 'left'),
    );
    return [
      ...set(to, smaller(add(begin, field(`filter${axis}`)), field(axis === 'Height' ? 'height' : 'width'))),
      ...set(from, larger(begin, int(0))),
    ];
  };
  /** Runs `body` with the bytes from the image to each pixel of the window. */
  const eachPixel = (body: Code): Code => [
    ...set(row, get(top)),
    ...forEach(row, get(bottom), 1, [
      ...set(
        place,
        add(multiply(add(multiply(get(row), field('width')), get(left)), get(pixel)), get(channel)),
      ),
      ...set(end, add(get(place), multiply(subtract(get(right), get(left)), get(pixel)))),
      ...forEach(place, get(end), get(pixel), body),
    ]),
  ];
  const find: Code = [
    ...set(value, loadVector(add(get(x), get(place)))),
    ...set(places, choose(largerFloats(get(value), get(largest)), splat(get(place)), get(places))),
    ...set(largest, choose(largerFloats(get(value), get(largest)), get(value), get(largest))),
  ];
  const give: Code = [
    ...set(at, add(get(dx), get(place))),
    ...storeVector(
      get(at),
      addVectors(loadVector(get(at)), andVectors(get(value), equalInts(get(places), splat(get(place))))),
    ),
  ];
  const window: Code = [
    ...within(left, right, column, 'Width'),
    ...set(channel, int(0)),
    ...forEach(channel, get(pixel), VECTOR_BYTES, [
      ...set(largest, floatVector(-Infinity)),
      ...set(places, splat(int(-1))),
      ...eachPixel(find),
      ...set(value, loadVector(get(dy))),
      ...set(dy, add(get(dy), int(VECTOR_BYTES))),
      ...eachPixel(give),
    ]),
  ];
  const body: Code = [
    ...set(pixel, field('pixel')),
    ...set(end, imageBytes(field('height'), field('width'))),
    ...set(x, add(field('x'), multiply(get(image), get(end)))),
    ...set(dx, add(field('dx'), multiply(get(image), get(end)))),
    ...set(dy, add(field('dy'), multiply(get(image), imageBytes(field('outHeight'), field('outWidth'))))),
    ...set(at, get(dx)),
    ...set(end, add(get(at), get(end))),
    ...forEach(at, get(end), VECTOR_BYTES, storeVector(get(at), zeroVector)),
    ...set(y, int(0)),
    ...forEach(y, field('outHeight'), 1, [
      ...within(top, bottom, y, 'Height'),
      ...set(column, int(0)),
      ...forEach(column, field('outWidth'), 1, window),
    ]),
  ];
  return { name: 'maxPoolGradTask', parameters: 3, variables: variables.types, body };
}
