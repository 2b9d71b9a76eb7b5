/** A checkpoint that is looked at, alone or beside another: reads variables, sums them up, compares them. */

import type { Checkpoint, CheckpointVariable } from '../../formats/checkpoint.ts';
import { errorReason } from '../../formats/error-reason.ts';
import { encodeNpy, hasNpyType } from '../../formats/npy-writer.ts';
import { writeNpz } from '../../formats/npz-writer.ts';
import { TemporaryFile } from '../../formats/temporary-file.ts';
import { hasNumbers } from '../../formats/tensor-numbers.ts';
import { stringElements, type TensorValue } from '../../formats/tensor-value.ts';
import { valueStatistics } from '../../formats/value-statistics.ts';
import {
  LARGE_BYTES,
  type CheckpointListing,
  type ListedVariable,
  type Span,
  type ValuePicture,
  type ValueWindow,
  type VariableChange,
  type VariableId,
  type VariableReport,
} from '../../protocol/checkpoint.ts';
import type { ValueStatistics } from '../../protocol/value-statistics.ts';
import { openListed, type ListedCheckpoint } from './open-listed.ts';
import { bytesInMemory, changeOf } from './value-pair.ts';
import { textOf, valuePicture } from './value-picture.ts';
import { valueWindow } from './value-window.ts';

interface Pair {
  readonly own: TensorValue;
  /** Undefined: nothing is compared with, or the variable there does not fit. */
  readonly other: TensorValue | undefined;
}

export class InspectedCheckpoint {
  readonly #own: ListedCheckpoint;
  readonly #names: readonly string[];
  /** Large variables that may be read. */
  readonly #allowed = new Set<VariableId>();
  readonly #statistics = new Map<VariableId, ValueStatistics>();
  #other: Checkpoint | undefined;
  /** The variable that was asked about last. */
  #kept: { readonly variable: VariableId; readonly pair: Promise<Pair> } | undefined;

  private constructor(own: ListedCheckpoint) {
    this.#own = own;
    this.#names = own.listing.variables.map(({ name }) => name);
  }

  /** @throws FormatError naming the file when it cannot be opened. */
  static async open(path: string): Promise<InspectedCheckpoint> {
    return new InspectedCheckpoint(await openListed(path));
  }

  get listing(): CheckpointListing {
    return this.#own.listing;
  }

  get isCompared(): boolean {
    return this.#other !== undefined;
  }

  /** Compares with another from now on; null: with none. Resolves to the variables that only the other has. */
  async compareWith(path: string | null): Promise<readonly ListedVariable[]> {
    const opened = path === null ? undefined : await openListed(path);
    const before = this.#other;
    this.#other = opened?.checkpoint;
    this.#kept = undefined;
    await before?.close();
    const own = this.#own.checkpoint.variables;
    return opened?.listing.variables.filter(({ name }) => !own.has(name)) ?? [];
  }

  /** A large variable may be read from now on. */
  allow(variable: VariableId): void {
    this.#allowed.add(variable);
  }

  /** Never throws: what is wrong with the variable is what is reported. */
  async report(variable: VariableId): Promise<VariableReport> {
    try {
      const { dtype } = this.#variable(variable);
      const name = this.#name(variable);
      if (dtype !== 'string' && !hasNumbers(dtype)) {
        await this.#own.checkpoint.check(name);
        return { kind: 'opaque' };
      }
      if (this.#isHeldBack(variable)) return { kind: 'large' };
      const value = await this.#own.checkpoint.read(name);
      if (dtype === 'string') return textReport(value);
      const statistics = valueStatistics(value);
      this.#statistics.set(variable, statistics);
      return { kind: 'statistics', statistics };
    } catch (error) {
      return { kind: 'damaged', message: `${errorReason(error)}.` };
    }
  }

  /** Never throws. There is another checkpoint to compare with. */
  async change(variable: VariableId): Promise<VariableChange> {
    try {
      const there = this.#other?.variables.get(this.#name(variable));
      if (there === undefined) return { kind: 'added' };
      if (!fits(this.#variable(variable), there))
        return { kind: 'shape', dtype: there.dtype, shape: there.shape };
      if (this.#isHeldBack(variable)) return { kind: 'large' };
      const { own, other } = await this.#read(variable);
      if (other === undefined) return { kind: 'added' };
      if (own.dtype === 'string') return { kind: 'text', same: Buffer.compare(own.bytes, other.bytes) === 0 };
      return changeOf(own, other, this.#statistics.get(variable) ?? valueStatistics(own));
    } catch (error) {
      return { kind: 'unknown', message: `${errorReason(error)}.` };
    }
  }

  /** The variable's values, so many as can be drawn; it throws what {@link window} throws. */
  async picture(variable: VariableId, channel: number): Promise<ValuePicture> {
    const { own, other } = await this.#values(variable);
    return valuePicture(own, other, channel);
  }

  /** @throws FormatError naming file and variable when it cannot be read; RangeError when it is large and not allowed. */
  async window(variable: VariableId, rows: Span, columns: Span): Promise<ValueWindow> {
    const { own, other } = await this.#values(variable);
    return valueWindow(own, other, rows, columns);
  }

  /**
   * Writes one variable as .npy, or all of which NumPy has a type as .npz. Resolves to the names of those left out.
   *
   * @throws FormatError when one of them is damaged, or the one has no type in NumPy.
   */
  async export(variable: VariableId | null, path: string): Promise<readonly string[]> {
    if (variable === null) return this.#exportAll(path);
    const { header, data } = encodeNpy(await this.#own.checkpoint.read(this.#name(variable)));
    const file = await TemporaryFile.create(path);
    try {
      await file.write(header);
      await file.write(data);
      await file.sync();
      await file.commit();
    } catch (error) {
      await file.discard();
      throw error;
    }
    return [];
  }

  /** Closes the files of both. */
  async close(): Promise<void> {
    await this.#other?.close();
    await this.#own.checkpoint.close();
  }

  async #exportAll(path: string): Promise<readonly string[]> {
    const { checkpoint } = this.#own;
    const included = this.#names.filter(name => {
      const dtype = checkpoint.variables.get(name)?.dtype;
      return dtype !== undefined && hasNpyType(dtype);
    });
    await writeNpz(
      path,
      (async function* () {
        for (const name of included) yield [name, await checkpoint.read(name)] as const;
      })(),
    );
    const written = new Set(included);
    return this.#names.filter(name => !written.has(name));
  }

  /** Those that were asked for last are kept: of one variable much is asked. */
  #values(variable: VariableId): Promise<Pair> {
    if (this.#isHeldBack(variable))
      throw new RangeError(`${this.#name(variable)} is large: it was not asked for.`);
    if (this.#kept?.variable !== variable) this.#kept = { variable, pair: this.#read(variable) };
    return this.#kept.pair;
  }

  async #read(variable: VariableId): Promise<Pair> {
    const name = this.#name(variable);
    const there = this.#other?.variables.get(name);
    const own = await this.#own.checkpoint.read(name);
    const isCompared = there !== undefined && fits(own, there);
    return { own, other: isCompared ? await this.#other?.read(name) : undefined };
  }

  #isHeldBack(variable: VariableId): boolean {
    const { dtype, shape, nbytes } = this.#variable(variable);
    return bytesInMemory(dtype, shape, nbytes) > LARGE_BYTES && !this.#allowed.has(variable);
  }

  #name(variable: VariableId): string {
    const name = this.#names[variable];
    if (name === undefined) throw new RangeError(`There is no variable ${variable}.`);
    return name;
  }

  #variable(variable: VariableId): CheckpointVariable {
    const stored = this.#own.checkpoint.variables.get(this.#name(variable));
    if (stored === undefined) throw new RangeError(`There is no variable ${variable}.`);
    return stored;
  }
}

/** Whether the elements of both can be compared one by one. */
function fits(
  own: Pick<CheckpointVariable, 'dtype' | 'shape'>,
  other: Pick<CheckpointVariable, 'dtype' | 'shape'>,
): boolean {
  const areNumbers = hasNumbers(own.dtype) && hasNumbers(other.dtype);
  return own.shape.join() === other.shape.join() && (areNumbers || own.dtype === other.dtype);
}

function textReport(value: TensorValue): VariableReport {
  const elements = stringElements(value);
  return { kind: 'text', count: elements.length, first: textOf(elements[0] ?? new Uint8Array(0)) };
}
