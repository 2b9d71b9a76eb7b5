/** What is known of one tag of one folder: its curve, or where its blobs lie. */

import type { TagKind } from '../../protocol/series.ts';
import { BlobColumns } from './blob-columns.ts';
import { ScalarSeries } from './scalar-series.ts';

export type TagSeries = CurveTag | BlobTag;

class Tag {
  readonly tag: string;
  /** Of TensorBoard, that shows it; '': none is named. */
  readonly plugin: string;
  count = 0;
  newestStep = 0;
  newestWallTime = 0;

  constructor(tag: string, plugin: string) {
    this.tag = tag;
    this.plugin = plugin;
  }

  /** One more value. */
  add(step: number, wallTime: number): void {
    this.count++;
    this.newestStep = step;
    this.newestWallTime = wallTime;
  }
}

/** A tag of scalars. */
export class CurveTag extends Tag {
  readonly kind = 'scalar';
  readonly curve = new ScalarSeries();
}

/** A tag of anything else. */
export class BlobTag extends Tag {
  readonly kind: Exclude<TagKind, 'scalar'>;
  readonly blobs = new BlobColumns();

  constructor(tag: string, kind: Exclude<TagKind, 'scalar'>, plugin: string) {
    super(tag, plugin);
    this.kind = kind;
  }
}
