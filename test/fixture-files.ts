/** Files that TensorFlow, TensorBoard and TF-Slim wrote, and what they themselves read in them. */

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const FOLDER = resolve(process.env['SLIM_FIXTURES'] ?? join(import.meta.dirname, 'fixtures'));

export function fixturePath(...parts: string[]): string {
  return join(FOLDER, ...parts);
}

export function readFixtureJson(...parts: string[]): unknown {
  return JSON.parse(readFileSync(fixturePath(...parts), 'utf8'));
}
