import { ensurePackaged } from '../../scripts/build.ts';

export async function setup(): Promise<void> {
  await ensurePackaged();
}
