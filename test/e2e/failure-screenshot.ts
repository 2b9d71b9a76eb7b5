import path from 'node:path';
import { afterEach } from 'vitest';
import { resultFolder } from '../../scripts/test-counts.ts';
import type { Session } from '../vscode/session.ts';

/** When a test fails, leaves a picture of the window in `.cache/test-results/`. */
export function takePictureOfFailure(session: () => Session): void {
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    const file = path.join(resultFolder, `${task.name.replaceAll(/\W+/g, '-')}.png`);
    await session().workbench.page.screenshot({ path: file });
    console.log(`How it looked: ${file}`);
  });
}
