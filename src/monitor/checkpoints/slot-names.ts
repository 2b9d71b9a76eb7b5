/** Which variables are the state that an optimizer keeps for others: told by their names and shapes. */

export interface NamedShape {
  readonly path: string;
  readonly shape: readonly number[];
}

export interface Slot {
  /** Path of the variable that it belongs to. */
  readonly of: string;
  /** `Momentum`, `Adam m`. */
  readonly name: string;
}

/** Where an object graph's keys have an optimizer's slots: `layer/kernel/.OPTIMIZER_SLOT/optimizer/m`. */
const MARKER = '.OPTIMIZER_SLOT';

/**
 * TF1 puts a slot's name behind the variable's (`conv1/weights/Momentum`); Keras the optimizer's before it, too
 * (`Adam/conv1/kernel/m`). The shapes are the same.
 */
export function slotsOf(variables: readonly NamedShape[]): (Slot | null)[] {
  const shapes = new Map(variables.map(({ path, shape }) => [path, shape.join()]));
  return variables.map(({ path, shape }) => {
    const parts = path.split('/');
    const marker = parts.indexOf(MARKER);
    if (marker > 0) return { of: parts.slice(0, marker).join('/'), name: parts.slice(marker + 1).join(' ') };
    for (let start = 0; start < parts.length - 1; start++) {
      const of = parts.slice(start, -1).join('/');
      if (shapes.get(of) !== shape.join()) continue;
      return { of, name: [...parts.slice(0, start), ...parts.slice(-1)].join(' ') };
    }
    return null;
  });
}
