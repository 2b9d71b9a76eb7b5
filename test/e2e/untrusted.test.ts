import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSession, type Session } from '../vscode/session.ts';
import { takePictureOfFailure } from './failure-screenshot.ts';

let session: Session;
takePictureOfFailure(() => session);

beforeAll(async () => {
  session = await openSession({
    workspaceTrust: true,
    settings: { 'security.workspace.trust.startupPrompt': 'never' },
  });
});

afterAll(async () => {
  await session.close();
});

test('in a folder that is not trusted nothing starts, and the run view says what to do', async () => {
  const { workbench } = session;
  await workbench.openContainer('Training');
  await workbench.page.getByText('Trust this folder to run training.').first().waitFor();
  await workbench.runCommand('Training: Start Training');
  await workbench.page.locator('.monaco-dialog-box, .notification-toast').first().waitFor();
  await workbench.runCommand('Training: Show Dashboard');
  await workbench.webview().getByRole('button', { name: 'Manage Trust' }).waitFor();
  expect(
    await workbench
      .webview()
      .getByRole('button', { name: /Start Training/ })
      .count(),
  ).toBe(0);
  expect(existsSync(path.join(session.workspace, '.slim/runs'))).toBe(false);
});
