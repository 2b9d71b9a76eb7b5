/** How alike two names of variables are. The parts of the path are compared, since each of them means something. */

/** 0: nothing in common. 1: the same. */
export function nameSimilarity(a: string, b: string): number {
  return a === b ? 1 : segmentsSimilarity(segmentsOf(a), segmentsOf(b));
}

/** `vgg_16/fc_6/kernel` and PyTorch's `features.0.weight`, cut into their parts; a `:0` is no part of a name. */
export function segmentsOf(name: string): string[] {
  return name
    .replace(/:0$/, '')
    .split(/[/.]/)
    .filter(segment => segment !== '');
}

/** A scope more or less around the same variable, as `vgg_16/`, is a small difference. */
const LEFT_OUT = 0.4;

/** Edit distance on the parts of two paths, where changing a part costs as much as it differs. */
export function segmentsSimilarity(a: readonly string[], b: readonly string[]): number {
  let above = new Float64Array(b.length + 1).map((_, column) => column * LEFT_OUT);
  let current = new Float64Array(b.length + 1);
  for (let row = 1; row <= a.length; row++) {
    current[0] = row * LEFT_OUT;
    for (let column = 1; column <= b.length; column++) {
      const change = 1 - segmentSimilarity(a[row - 1] ?? '', b[column - 1] ?? '');
      current[column] = Math.min(
        (above[column - 1] ?? 0) + change,
        (above[column] ?? 0) + LEFT_OUT,
        (current[column - 1] ?? 0) + LEFT_OUT,
      );
    }
    [above, current] = [current, above];
  }
  const cost = above[b.length] ?? 0;
  return Math.max(0, 1 - cost / Math.max(1, a.length, b.length));
}

/** What other libraries call the same thing. */
const SAME_MEANING: readonly (readonly string[])[] = [
  ['weights', 'weight', 'kernel', 'w'],
  ['biases', 'bias', 'b', 'beta', 'offset'],
  ['gamma', 'scale'],
  ['movingmean', 'runningmean', 'mean'],
  ['movingvariance', 'runningvar', 'variance', 'var'],
  ['batchnorm', 'batchnormalization', 'bn'],
  ['logits', 'predictions', 'head', 'classifier'],
];

const SAME_MEANING_SCORE = 0.85;
/** `fc6` and `fc_6`: but for case and separators they are equal. */
const SAME_LETTERS_SCORE = 0.95;
/** `conv1` and `conv2` have most letters in common, and are different variables. */
const OTHER_NUMBER_SCORE = 0.3;

const known = new Map<string, Map<string, number>>();
/** Names come from files: what is remembered of them must not grow without end. */
const KNOWN_LIMIT = 200_000;
let knownCount = 0;

function segmentSimilarity(a: string, b: string): number {
  if (a === b) return 1;
  let ofA = known.get(a);
  const found = ofA?.get(b);
  if (found !== undefined) return found;
  if (knownCount++ >= KNOWN_LIMIT) {
    known.clear();
    knownCount = 0;
    ofA = undefined;
  }
  const score = compareSegments(a, b);
  if (ofA === undefined) known.set(a, new Map([[b, score]]));
  else ofA.set(b, score);
  return score;
}

function compareSegments(a: string, b: string): number {
  const [plainA, plainB] = [plainSegment(a), plainSegment(b)];
  if (plainA === plainB) return SAME_LETTERS_SCORE;
  if (meaningOf(a) === meaningOf(b)) return SAME_MEANING_SCORE;
  const alike = 1 - editDistance(plainA, plainB) / Math.max(plainA.length, plainB.length);
  const isOtherNumber = numbersIn(a) !== numbersIn(b);
  return isOtherNumber ? Math.min(alike, OTHER_NUMBER_SCORE) : alike;
}

/** The word that stands for all that mean the same; the segment's own letters where there is none. */
export function meaningOf(segment: string): string {
  const plain = plainSegment(segment);
  return meanings.get(plain) ?? plain;
}

const meanings = new Map(SAME_MEANING.flatMap(words => words.map(word => [word, words[0] ?? word])));

function plainSegment(segment: string): string {
  return segment.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function numbersIn(segment: string): string {
  return (segment.match(/\d+/g) ?? []).join(' ');
}

/** Beyond it the letters' order hardly matters, and hostile names would take long. */
const COMPARED_LETTERS = 64;

/** Levenshtein's, with two letters changing places as one change: letters to insert, delete, change or swap. */
function editDistance(longA: string, longB: string): number {
  const [a, b] = [longA.slice(0, COMPARED_LETTERS), longB.slice(0, COMPARED_LETTERS)];
  let beforeThat: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      let least = Math.min(change, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        least = Math.min(least, (beforeThat[column - 2] ?? 0) + 1);
      }
      current.push(least);
    }
    beforeThat = above;
    above = current;
  }
  return above[b.length] ?? 0;
}
