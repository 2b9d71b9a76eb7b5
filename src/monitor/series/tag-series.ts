/** What is known of one tag of one folder: its kind, how many values it had, and, of a scalar, its curve. */

import type { TagKind } from '../../protocol/series.ts';
import { ScalarSeries } from './scalar-series.ts';

export class TagSeries {
  readonly tag: string;
  readonly kind: TagKind;
  /** Of a scalar: its curve. */
  readonly curve: ScalarSeries | null;
  count = 0;
  newestStep = 0;
  newestWallTime = 0;

  constructor(tag: string, kind: TagKind) {
    this.tag = tag;
    this.kind = kind;
    this.curve = kind === 'scalar' ? new ScalarSeries() : null;
  }
}

/** TensorBoard's plugin names -> kinds; a plugin of another name makes a tag `other`. */
const KIND_OF_PLUGIN: ReadonlyMap<string, TagKind> = new Map([
  ['scalars', 'scalar'],
  ['histograms', 'histogram'],
  ['images', 'image'],
  ['text', 'text'],
]);

/** The first value of a tag decides on its kind: its plugin if it names one, else what the value itself is. */
export function kindOfPlugin(pluginName: string): TagKind {
  return KIND_OF_PLUGIN.get(pluginName) ?? 'other';
}
