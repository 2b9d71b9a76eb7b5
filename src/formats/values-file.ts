/** A file of named arrays that is no checkpoint of TensorFlow, behind the interface that checkpoints have. */

import type { Checkpoint, CheckpointFormat, CheckpointVariable } from './checkpoint.ts';
import { FormatError } from './format-error.ts';
import { inNameOrder } from './name-order.ts';
import type { TensorValue } from './tensor-value.ts';

export interface StoredArray extends CheckpointVariable {
  /** Reads its values from the file. @throws FormatError naming file and array when they are damaged. */
  readonly read: () => Promise<TensorValue>;
}

export interface ValuesFileContents {
  readonly format: CheckpointFormat;
  readonly arrays: Iterable<readonly [string, StoredArray]>;
  /** See {@link Checkpoint}. Default: none. */
  readonly problems?: readonly string[];
  readonly close: () => Promise<void>;
}

export class ValuesFile implements Checkpoint {
  readonly prefix: string;
  readonly format: CheckpointFormat;
  readonly problems: readonly string[];
  readonly variables: ReadonlyMap<string, StoredArray>;
  readonly close: () => Promise<void>;

  constructor(path: string, { format, arrays, problems = [], close }: ValuesFileContents) {
    this.prefix = path;
    this.format = format;
    this.problems = problems;
    this.variables = inNameOrder(arrays);
    this.close = close;
  }

  async read(name: string): Promise<TensorValue> {
    const array = this.variables.get(name);
    if (array === undefined) throw new FormatError(`${this.prefix} has no array ${name}.`);
    return array.read();
  }

  async check(name: string): Promise<void> {
    await this.read(name);
  }

  async verify(): Promise<void> {
    const [problem] = this.problems;
    if (problem !== undefined) throw new FormatError(problem);
    for (const name of this.variables.keys()) await this.check(name);
  }

  readableNames(): Promise<ReadonlyMap<string, string>> {
    return Promise.resolve(new Map([...this.variables.keys()].map(name => [name, name])));
  }
}

/** The array of a file that has one without a name is called as the file is. */
export function arrayNameOf(path: string): string {
  return (/([^/\\]*?)(?:\.[^./\\]*)?$/.exec(path)?.[1] ?? '') || path;
}
