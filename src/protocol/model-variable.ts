/** A variable of a model as inspecting its script tells it, before anything is trained. */

export interface ModelVariable {
  /** Full name, `conv1/weights`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** TensorFlow's name of the type. */
  readonly dtype: string;
  readonly trainable: boolean;
  /**
   * model: of a layer. slot: state of an optimizer. globalStep: the step counter. other: what the script made otherwise.
   * A warm start leaves slots and step counter out, unless they are mapped by name.
   */
  readonly role: ModelVariableRole;
  /** What gives the first value, in words; null where it is not known. */
  readonly initializer: string | null;
}

export type ModelVariableRole = 'model' | 'slot' | 'globalStep' | 'other';

/** What a training script would train, and into which folder. */
export interface InspectedModel {
  /** What a checkpoint of it would hold, in the order in which it was made. */
  readonly variables: readonly ModelVariable[];
  /** Its log folder, absolute; null: it keeps nothing. */
  readonly logdir: string | null;
}

export interface InspectedScript extends InspectedModel {
  /** The files that say so, absolute: the script and the modules that it loads, but for those of installed packages. */
  readonly files: readonly string[];
}
