/** Tells from its text whether a file is a training script, without running it. */

/** What Node loads, or the trainer after it has taken the types out. */
export const scriptExtensions = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'] as const;

const importsLibrary = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*(['"])slim-training\1/;
const callsTrain = /\btrain\s*\(/;

/** trains: imports the library and calls `train`. imports: a part of a training script, perhaps. */
export type ScriptKind = 'trains' | 'imports' | 'other';

export function scriptKind(text: string): ScriptKind {
  if (!importsLibrary.test(text)) return 'other';
  return callsTrain.test(text) ? 'trains' : 'imports';
}
