import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';
import { knowsVSCode } from '../../../../scripts/lint/knows-vscode.ts';
import { roomArrows, type RoomArrows } from '../../../../scripts/lint/room-arrows.ts';
import tseslint from 'typescript-eslint';

const arrows: RoomArrows = {
  house: '/house/src',
  rooms: { ground: [], upper: ['ground'] },
  outside: ['/house/package.json'],
  packages: [{ name: 'vscode', rooms: ['upper'], message: 'Only upper/ knows VS Code.' }],
};

function complaints(file: string, code: string, houses: readonly RoomArrows[] = [arrows]): string[] {
  const linter = new Linter({ cwd: '/house' });
  const messages = linter.verify(
    code,
    {
      files: ['**/*.ts'],
      languageOptions: { parser: tseslint.parser },
      plugins: { house: { rules: { 'room-arrows': roomArrows, 'knows-vscode': knowsVSCode } } },
      rules: {
        'house/room-arrows': ['error', ...houses],
        ...(file.includes('/upper/ui') ? { 'house/knows-vscode': 'error' } : {}),
      },
    },
    file,
  );
  return messages.map(({ message }) => message);
}

describe('room-arrows', () => {
  it.each([
    `import { a } from '../upper/a.ts';`,
    `import type { A } from '../upper/a.ts';`,
    `export { a } from '../upper/a.ts';`,
    `export * from '../upper/a.ts';`,
    `const a = await import('../upper/a.ts');`,
    `let a: import('../upper/a.ts').A;`,
    `import { a } from '../root.ts';`,
    `import { a } from '../../elsewhere/a.ts';`,
  ])('refuses an arrow that runs up: %s', code => {
    expect(complaints('/house/src/ground/file.ts', code)).toEqual(['ground/ may import from: ground.']);
  });

  it.each([
    `import { a } from './a.ts';`,
    `import { a } from '../ground/deep/a.ts';`,
    `const a = await import('../ground/a.ts');`,
    `import manifest from '../../package.json';`,
    `import { basename } from 'node:path';`,
    `import * as vscode from 'vscode';`,
  ])('allows one that runs down: %s', code => {
    expect(complaints('/house/src/upper/file.ts', code)).toEqual([]);
  });

  it('keeps a package to the rooms that may know it', () => {
    expect(complaints('/house/src/ground/file.ts', `import type { Uri } from 'vscode';`)).toEqual([
      'Only upper/ knows VS Code.',
    ]);
  });

  it('judges a house within a house by its own rooms', () => {
    const inner: RoomArrows = {
      house: '/house/src/upper',
      rooms: { shelf: [], table: ['shelf'] },
      outside: ['/house/src', '/house/src/upper/door.ts'],
      packages: [],
    };
    const file = '/house/src/upper/shelf/file.ts';
    expect(complaints(file, `const a = await import('../table/a.ts');`, [arrows, inner])).toEqual([
      'shelf/ may import from: shelf.',
    ]);
    expect(complaints(file, `import { a } from '../door.ts';`, [arrows, inner])).toEqual([]);
    expect(complaints(file, `import { a } from '../../ground/a.ts';`, [arrows, inner])).toEqual([]);
  });

  it('lets what stands in no room import from all', () => {
    expect(complaints('/house/src/root.ts', `import { a } from './upper/a.ts';`)).toEqual([]);
  });
});

describe('knows-vscode', () => {
  it('wants an import of vscode, be it of types only', () => {
    const file = '/house/src/upper/ui/file.ts';
    expect(complaints(file, `import type { Uri } from 'vscode';`)).toEqual([]);
    expect(complaints(file, `import { tell } from './vscode/tell.ts';`)).toEqual([]);
    expect(complaints(file, `export const a = 1;`)).toEqual([
      'This file knows nothing of VS Code: catalog/ or protocol/ is its room.',
    ]);
  });
});
