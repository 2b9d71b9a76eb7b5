import type { DashboardRun } from '../../../src/protocol/dashboard.ts';
import type { TagInfo } from '../../../src/protocol/series.ts';

/** Scalar tags, each with the runs (by id) that have it. */
export type TagIndex = ReadonlyMap<string, ReadonlyMap<string, TagInfo>>;

export function indexTags(runs: readonly DashboardRun[]): TagIndex {
  const index = new Map<string, Map<string, TagInfo>>();
  for (const run of runs) {
    for (const info of run.tags) {
      if (info.kind !== 'scalar') continue;
      let infos = index.get(info.tag);
      if (!infos) {
        infos = new Map<string, TagInfo>();
        index.set(info.tag, infos);
      }
      infos.set(run.id, info);
    }
  }
  return index;
}

/** Changes when a tag has new points. */
export function versionOf(info: TagInfo | undefined): string {
  return info ? [info.count, info.newestStep, info.newestValue].join() : '';
}
