/**
 * What belongs to a run's log folder. Logs lie in the folder itself, and in the subfolders in which Keras,
 * tf.estimator and their like keep a second writer's: those belong to the same run, and their tags are told apart by
 * the subfolder's name (`validation/epoch_loss`). TensorBoard shows each subfolder as a run of its own named
 * `RUN/validation`, so that the same words lead to the same curve. Any other subfolder is a run of its own here, too.
 */

const PART_FOLDERS: ReadonlySet<string> = new Set(['train', 'validation', 'val', 'eval', 'test']);

/** The folder's own files, not those of a subfolder. */
export const OWN_PART = '';

/** True for a subfolder whose logs belong to the folder above it. tf.estimator names evaluations `eval_NAME`. */
export function isPartFolder(name: string): boolean {
  return PART_FOLDERS.has(name) || name.startsWith('eval_');
}

/** What a tag is called in the run. */
export function tagInRun(part: string, tag: string): string {
  return part === OWN_PART ? tag : `${part}/${tag}`;
}
