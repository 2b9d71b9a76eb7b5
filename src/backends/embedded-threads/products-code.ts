/**
 * Products of matrices in WebAssembly, cut into tasks that threads take one by one.
 *
 * One factor, `a`, is never laid out as a matrix: its number at (row, column) lies at `a + rowOffsets[row] +
 * segmentOffsets[column / segment] + 4 * (column % segment)`. For a plain matrix there is one segment. For a convolution a
 * row is a place of the filter, and a segment is what the filter sees there that lies together in the image, which so need
 * not be copied for every tap (an implicit "im2col").
 *
 * A tile of 4 rows by 8 columns of the product is summed in registers, in one order, whatever thread does it.
 */

import {
  add,
  addFloats,
  addVectors,
  and,
  atLeast,
  call,
  divide,
  equal,
  forEach,
  get,
  increase,
  int,
  less,
  load,
  loadFloat,
  loadSplat,
  loadVector,
  multiply,
  notEqual,
  remainder,
  repeatWhile,
  set,
  shiftLeft,
  shiftRight,
  shuffle,
  smaller,
  storeFloat,
  storeVector,
  subtract,
  Variables,
  when,
  zeroVector,
  type Code,
  type FunctionCode,
  type Local,
  type MultiplyAdd,
} from './wasm-code.ts';

export const TILE_ROWS = 4;
export const TILE_COLUMNS = 8;
const VECTORS = TILE_COLUMNS / 4;
const PANEL_BYTES = TILE_COLUMNS * 4;
export const TILE_BYTES = TILE_ROWS * PANEL_BYTES;
/** Rows that are summed up before the next strip of columns, so that they stay in the processor's nearest cache. */
const ROWS_AT_ONCE = 128;

/** What describes a product, in bytes from the beginning of the job, after its kind. What is a pointer says so. */
export const ProductField = {
  /** Pointers to the numbers. */
  a: 4,
  b: 8,
  c: 12,
  /** Rows of `a`, columns of `b`. */
  rows: 16,
  width: 20,
  /** Pointer to bytes from `a`. */
  rowOffsets: 24,
  /** Pointer to bytes from `a`, and how many there are. */
  segmentOffsets: 28,
  segments: 32,
  /** Columns of `a` in each segment. */
  segment: 36,
  /** Pointer to bytes from `b`, one for every segment. */
  bOffsets: 40,
  /** Bytes from one row of `b` to the next, and from one column to the next. One of them is 4. */
  bRow: 44,
  bColumn: 48,
  /** Rows (or, of a transposed `a`, strips of 4 columns) in each task. */
  rowsPerTask: 52,
  /** Pointer to where threads keep what is theirs, and bytes of each. */
  scratch: 56,
  scratchBytes: 60,
} as const;

type Field = keyof typeof ProductField;

/** The first parameter of all functions that see the job. */
const JOB: Local = 0;

function field(name: Field): Code {
  return load(get(JOB), ProductField[name]);
}

/** Numbers of the functions in the module, of which these come first. The last two do a task. */
export const ProductFunction = { pack: 0, store: 1, rowsTask: 2, columnsTask: 3 } as const;

export function productFunctions(multiplyAdd: MultiplyAdd): FunctionCode[] {
  return [pack(), store(), rowsTask(multiplyAdd), columnsTask(multiplyAdd)];
}

/**
 * Copies 8 columns of `b`, from `first` on, so that those of a row lie together and rows follow each other; columns
 * beyond the last repeat it: `(job, first, to)`.
 */
function pack(): FunctionCode {
  const variables = new Variables(3);
  const [first, to] = [1, 2];
  const [segment, from, end, lane] = [variables.int(), variables.int(), variables.int(), variables.int()];
  const columns = Array.from({ length: TILE_COLUMNS }, () => variables.int());
  const quads = Array.from({ length: TILE_COLUMNS }, () => variables.vector());
  const halves = Array.from({ length: TILE_COLUMNS }, () => variables.vector());
  const lastColumn = subtract(field('width'), int(1));
  const column = (index: number): Local => columns[index] ?? 0;
  const advance = (bytes: Code): Code => columns.flatMap(each => increase(each, bytes));

  /** Rows lie together: two vectors of each. */
  const wholeRows: Code = repeatWhile(less(get(from), get(end)), [
    ...storeVector(get(to), loadVector(get(column(0)))),
    ...storeVector(get(to), loadVector(get(column(0)), 16), 16),
    ...increase(column(0), field('bRow')),
    ...increase(to, int(PANEL_BYTES)),
    ...increase(from, int(1)),
  ]);

  const byNumber: Code = [
    ...columns.flatMap((each, index) => storeFloat(add(get(to), int(index * 4)), loadFloat(get(each)))),
    ...advance(field('bRow')),
    ...increase(to, int(PANEL_BYTES)),
    ...increase(from, int(1)),
  ];

  /** Columns lie together: four rows of each, transposed four by four. */
  const transposed: Code = [
    ...quads.flatMap((quad, index) => set(quad, loadVector(get(column(index))))),
    ...[0, 4].flatMap(at => transposeQuads(quads.slice(at, at + 4), halves.slice(at, at + 4))),
    ...[0, 1, 2, 3].flatMap(row =>
      [0, 4].flatMap(at => storeVector(get(to), get(quads[at + row] ?? 0), row * PANEL_BYTES + at * 4)),
    ),
    ...advance(int(16)),
    ...increase(to, int(4 * PANEL_BYTES)),
    ...increase(from, int(4)),
  ];

  const isFull = atLeast(field('width'), add(get(first), int(TILE_COLUMNS)));
  const segmentBody: Code = [
    ...set(lane, add(field('b'), load(add(field('bOffsets'), shiftLeft(get(segment), int(2)))))),
    ...columns.flatMap((each, index) => {
      const at = smaller(add(get(first), int(index)), lastColumn);
      return set(each, add(get(lane), multiply(at, field('bColumn'))));
    }),
    ...set(from, int(0)),
    ...set(end, field('segment')),
    ...when(and(equal(field('bColumn'), int(4)), isFull), wholeRows, [
      ...when(equal(field('bRow'), int(4)), [
        ...set(end, and(field('segment'), int(-4))),
        ...when(get(end), repeatWhile(less(get(from), get(end)), transposed)),
        ...set(end, field('segment')),
      ]),
      ...when(less(get(from), get(end)), repeatWhile(less(get(from), get(end)), byNumber)),
    ]),
  ];
  const body: Code = [...set(segment, int(0)), ...forEach(segment, field('segments'), 1, segmentBody)];
  return { name: 'pack', parameters: 3, variables: variables.types, body };
}

function transposeQuads(quads: readonly Local[], halves: readonly Local[]): Code {
  const [a = 0, b = 0, c = 0, d = 0] = quads;
  const [ab = 0, cd = 0, ab2 = 0, cd2 = 0] = halves;
  return [
    ...set(ab, shuffle(get(a), get(b), [0, 4, 1, 5])),
    ...set(ab2, shuffle(get(a), get(b), [2, 6, 3, 7])),
    ...set(cd, shuffle(get(c), get(d), [0, 4, 1, 5])),
    ...set(cd2, shuffle(get(c), get(d), [2, 6, 3, 7])),
    ...set(a, shuffle(get(ab), get(cd), [0, 1, 4, 5])),
    ...set(b, shuffle(get(ab), get(cd), [2, 3, 6, 7])),
    ...set(c, shuffle(get(ab2), get(cd2), [0, 1, 4, 5])),
    ...set(d, shuffle(get(ab2), get(cd2), [2, 3, 6, 7])),
  ];
}

/**
 * Writes a tile, of which only some rows and columns are part of the product, or adds it to what is there:
 * `(job, tile, to, rows, columns, adds)`.
 */
function store(): FunctionCode {
  const variables = new Variables(6);
  const [tile, to, rows, columns, adds] = [1, 2, 3, 4, 5];
  const [row, column, from, place] = [variables.int(), variables.int(), variables.int(), variables.int()];
  const copy: Code = [
    ...set(from, add(get(tile), add(multiply(get(row), int(PANEL_BYTES)), shiftLeft(get(column), int(2))))),
    ...set(place, add(get(to), shiftLeft(add(multiply(get(row), field('width')), get(column)), int(2)))),
    ...when(
      get(adds),
      storeFloat(get(place), addFloats(loadFloat(get(place)), loadFloat(get(from)))),
      storeFloat(get(place), loadFloat(get(from))),
    ),
  ];
  const body: Code = [
    ...set(row, int(0)),
    ...forEach(row, get(rows), 1, [...set(column, int(0)), ...forEach(column, get(columns), 1, copy)]),
  ];
  return { name: 'store', parameters: 6, variables: variables.types, body };
}

/** The registers of a tile. */
class Tile {
  readonly sums: readonly (readonly Local[])[];
  readonly #b: readonly Local[];
  readonly #number: Local;
  readonly #multiplyAdd: MultiplyAdd;

  constructor(variables: Variables, multiplyAdd: MultiplyAdd) {
    const vectors = (): Local[] => Array.from({ length: VECTORS }, () => variables.vector());
    this.sums = Array.from({ length: TILE_ROWS }, vectors);
    this.#b = vectors();
    this.#number = variables.vector();
    this.#multiplyAdd = multiplyAdd;
  }

  clear(): Code {
    return this.sums.flat().flatMap(sum => set(sum, zeroVector));
  }

  /** Adds the product of a number of each row by 8 numbers of `b`. */
  accumulate(number: (row: number) => Code, b: Code, bOffset: number): Code {
    return [
      ...this.#b.flatMap((vector, index) => set(vector, loadVector(b, bOffset + index * 16))),
      ...this.sums.flatMap((sums, row) => [
        ...set(this.#number, number(row)),
        ...sums.flatMap((sum, index) =>
          set(sum, this.#multiplyAdd(get(this.#number), get(this.#b[index] ?? 0), get(sum))),
        ),
      ]),
    ];
  }

  /** Writes all of it: the rows of `c` are `stride` apart. `at` is a variable to use. */
  write(at: Local, to: Code, stride: Code, adds: boolean): Code {
    const value = (sum: Local, index: number): Code =>
      adds ? addVectors(loadVector(get(at), index * 16), get(sum)) : get(sum);
    return [
      ...set(at, to),
      ...this.sums.flatMap((sums, row) => [
        ...(row === 0 ? [] : increase(at, stride)),
        ...sums.flatMap((sum, index) => storeVector(get(at), value(sum, index), index * 16)),
      ]),
    ];
  }
}

/**
 * Some rows of `a * b`, in 8 columns, which are packed first: `(job, thread, index)`. Task 0 is of the first rows and first
 * columns, task 1 of the first rows and next columns.
 */
function rowsTask(multiplyAdd: MultiplyAdd): FunctionCode {
  const variables = new Variables(3);
  const [thread, index] = [1, 2];
  const names = Array.from({ length: 14 }, () => variables.int());
  const [panels = 0, column = 0, row = 0, lastRow = 0, scratch = 0, packed = 0, b = 0] = names;
  const [segment = 0, offset = 0, end = 0, to = 0, at = 0, valid = 0, width = 0] = names.slice(7);
  const starts = Array.from({ length: TILE_ROWS }, () => variables.int());
  const pointers = Array.from({ length: TILE_ROWS }, () => variables.int());
  const tile = new Tile(variables, multiplyAdd);
  const pointer = (tileRow: number): Local => pointers[tileRow] ?? 0;

  // Not unrolled: V8 then runs out of registers, and is a third slower.
  const one: Code = [
    ...tile.accumulate(tileRow => loadSplat(get(pointer(tileRow)), 0), get(b), 0),
    ...pointers.flatMap(each => increase(each, int(4))),
    ...increase(b, int(PANEL_BYTES)),
  ];
  const segmentBody: Code = [
    ...set(offset, load(add(field('segmentOffsets'), shiftLeft(get(segment), int(2))))),
    ...pointers.flatMap((each, tileRow) => set(each, add(get(starts[tileRow] ?? 0), get(offset)))),
    ...set(end, add(get(pointer(0)), shiftLeft(field('segment'), int(2)))),
    ...repeatWhile(less(get(pointer(0)), get(end)), one),
  ];
  const start = (tileRow: number): Code => {
    const of = smaller(add(get(row), int(tileRow)), get(lastRow));
    return add(field('a'), load(add(field('rowOffsets'), shiftLeft(of, int(2)))));
  };
  const tileBody: Code = [
    ...starts.flatMap((each, tileRow) => set(each, start(tileRow))),
    ...set(b, get(packed)),
    ...tile.clear(),
    ...set(segment, int(0)),
    ...forEach(segment, field('segments'), 1, segmentBody),
    ...set(to, add(field('c'), shiftLeft(add(multiply(get(row), field('width')), get(column)), int(2)))),
    ...set(valid, smaller(subtract(add(get(lastRow), int(1)), get(row)), int(TILE_ROWS))),
    ...when(
      and(equal(get(valid), int(TILE_ROWS)), equal(get(width), int(TILE_COLUMNS))),
      tile.write(at, get(to), shiftLeft(field('width'), int(2)), false),
      [
        ...tile.write(at, get(scratch), int(PANEL_BYTES), false),
        ...call(ProductFunction.store, get(JOB), get(scratch), get(to), get(valid), get(width), int(0)),
      ],
    ),
  ];
  const body: Code = [
    ...set(panels, shiftRight(add(field('width'), int(TILE_COLUMNS - 1)), int(3))),
    ...set(column, multiply(remainder(get(index), get(panels)), int(TILE_COLUMNS))),
    ...set(width, smaller(subtract(field('width'), get(column)), int(TILE_COLUMNS))),
    ...set(row, multiply(divide(get(index), get(panels)), field('rowsPerTask'))),
    ...set(lastRow, subtract(smaller(add(get(row), field('rowsPerTask')), field('rows')), int(1))),
    ...set(scratch, add(field('scratch'), multiply(get(thread), field('scratchBytes')))),
    ...set(packed, add(get(scratch), int(TILE_BYTES))),
    ...call(ProductFunction.pack, get(JOB), get(column), get(packed)),
    ...forEach(row, add(get(lastRow), int(1)), TILE_ROWS, tileBody),
  ];
  return { name: 'rowsTask', parameters: 3, variables: variables.types, body };
}

/** Some rows of `transpose(a) * b`, 4 of them a strip: `(job, thread, index)`. The rows of `b` lie together. */
function columnsTask(multiplyAdd: MultiplyAdd): FunctionCode {
  const variables = new Variables(3);
  const [thread, index] = [1, 2];
  const names = Array.from({ length: 19 }, () => variables.int());
  const [scratch = 0, stripsPerSegment = 0, strip = 0, firstStrip = 0, endStrip = 0, begin = 0, endRow = 0] =
    names;
  const [from = 0, a = 0, b = 0, offsets = 0, endOffsets = 0, column = 0, width = 0] = names.slice(7);
  const [to = 0, at = 0, valid = 0, first = 0, segment = 0] = names.slice(14);
  const tile = new Tile(variables, multiplyAdd);

  const one: Code = [
    ...set(a, add(get(from), load(get(offsets)))),
    ...tile.accumulate(row => loadSplat(get(a), row * 4), get(b), 0),
    ...increase(b, field('bRow')),
    ...increase(offsets, int(4)),
  ];
  const tileBody: Code = [
    ...tile.clear(),
    ...set(offsets, add(field('rowOffsets'), shiftLeft(get(begin), int(2)))),
    ...set(endOffsets, add(field('rowOffsets'), shiftLeft(get(endRow), int(2)))),
    ...set(b, add(field('b'), add(multiply(get(begin), field('bRow')), shiftLeft(get(column), int(2))))),
    ...repeatWhile(less(get(offsets), get(endOffsets)), one),
    ...set(width, smaller(subtract(field('width'), get(column)), int(TILE_COLUMNS))),
    ...set(
      to,
      add(
        field('c'),
        shiftLeft(
          add(
            multiply(add(multiply(get(segment), field('segment')), get(first)), field('width')),
            get(column),
          ),
          int(2),
        ),
      ),
    ),
    ...when(
      and(equal(get(valid), int(TILE_ROWS)), equal(get(width), int(TILE_COLUMNS))),
      when(
        get(begin),
        tile.write(at, get(to), shiftLeft(field('width'), int(2)), true),
        tile.write(at, get(to), shiftLeft(field('width'), int(2)), false),
      ),
      [
        ...tile.write(at, get(scratch), int(PANEL_BYTES), false),
        ...call(
          ProductFunction.store,
          get(JOB),
          get(scratch),
          get(to),
          get(valid),
          get(width),
          notEqual(get(begin), int(0)),
        ),
      ],
    ),
  ];
  const stripBody: Code = [
    ...set(segment, divide(get(strip), get(stripsPerSegment))),
    ...set(first, multiply(remainder(get(strip), get(stripsPerSegment)), int(TILE_ROWS))),
    ...set(valid, smaller(subtract(field('segment'), get(first)), int(TILE_ROWS))),
    ...set(
      from,
      add(
        add(field('a'), load(add(field('segmentOffsets'), shiftLeft(get(segment), int(2))))),
        shiftLeft(get(first), int(2)),
      ),
    ),
    ...set(column, int(0)),
    ...forEach(column, field('width'), TILE_COLUMNS, tileBody),
  ];
  const body: Code = [
    ...set(scratch, add(field('scratch'), multiply(get(thread), field('scratchBytes')))),
    ...set(stripsPerSegment, shiftRight(add(field('segment'), int(TILE_ROWS - 1)), int(2))),
    ...set(firstStrip, multiply(get(index), field('rowsPerTask'))),
    ...set(
      endStrip,
      smaller(add(get(firstStrip), field('rowsPerTask')), multiply(get(stripsPerSegment), field('segments'))),
    ),
    ...set(begin, int(0)),
    ...forEach(begin, field('rows'), ROWS_AT_ONCE, [
      ...set(endRow, smaller(add(get(begin), int(ROWS_AT_ONCE)), field('rows'))),
      ...set(strip, get(firstStrip)),
      ...forEach(strip, get(endStrip), 1, stripBody),
    ]),
  ];
  return { name: 'columnsTask', parameters: 3, variables: variables.types, body };
}
