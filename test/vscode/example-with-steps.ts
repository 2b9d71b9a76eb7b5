import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { copyExample } from '../../scripts/example-workspace.ts';

/** Fills a workspace with the example, but that its script takes so many steps. */
export function exampleWithSteps(steps: number): (workspace: string) => Promise<void> {
  return async workspace => {
    await copyExample(workspace);
    const script = path.join(workspace, 'train.ts');
    const text = await readFile(script, 'utf8');
    await writeFile(script, text.replace('steps: 1000', `steps: ${steps}`));
  };
}
