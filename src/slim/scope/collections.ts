import type { ItemOf } from './graph-keys.ts';

/** Named lists: what TensorFlow's graphs call collections. */
export class Collections {
  readonly #lists = new Map<string, unknown[]>();

  add<K extends string>(name: K, item: ItemOf<K>): void {
    const list = this.#lists.get(name);
    if (list === undefined) this.#lists.set(name, [item]);
    else list.push(item);
  }

  /** In the order of adding; a copy. */
  get<K extends string>(name: K): ItemOf<K>[] {
    return [...(this.#lists.get(name) ?? [])] as ItemOf<K>[];
  }

  has<K extends string>(name: K, item: ItemOf<K>): boolean {
    return this.#lists.get(name)?.includes(item) ?? false;
  }

  get names(): readonly string[] {
    return [...this.#lists.keys()];
  }
}
