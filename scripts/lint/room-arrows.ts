/**
 * ESLint rule: a file of a room, that is a folder of `house`, imports from the rooms that its own may know, by whatever
 * syntax: `import`, `export from`, `import()`, `import('...').Type`. Its options are the houses.
 */

import type { Rule } from 'eslint';
import path from 'node:path';

export interface RoomArrows {
  /** The folder of the rooms, absolute. */
  readonly house: string;
  /** Room -> the rooms that it may import from. */
  readonly rooms: Readonly<Record<string, readonly string[]>>;
  /** What all of them may import besides: files, and folders outside the house, absolute. */
  readonly outside: readonly string[];
  /** Packages that only some rooms may know, and what to say to the others. */
  readonly packages: readonly {
    readonly name: string;
    readonly rooms: readonly string[];
    readonly message: string;
  }[];
}

export const roomArrows: Rule.RuleModule = {
  meta: { type: 'problem', schema: { type: 'array', items: { type: 'object' } } },
  create(context) {
    const houses = context.options as readonly RoomArrows[];
    const check = (node: Rule.Node): void => {
      for (const arrows of houses) checkIn(arrows, node);
    };
    const checkIn = (arrows: RoomArrows, node: Rule.Node): void => {
      const room = roomOf(arrows.house, context.filename);
      const allowed = room === undefined ? undefined : arrows.rooms[room];
      if (room === undefined || allowed === undefined) return;
      const specifier = specifierOf(node);
      const message =
        specifier === undefined
          ? undefined
          : specifier.startsWith('.')
            ? complaintOfFile(
                path.resolve(path.dirname(context.filename), specifier),
                [room, ...allowed],
                arrows,
              )
            : complaintOfPackage(specifier, room, arrows);
      if (message !== undefined) context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    };
  },
};

function specifierOf(node: Rule.Node): string | undefined {
  const source = 'source' in node ? node.source : undefined;
  return source?.type === 'Literal' && typeof source.value === 'string' ? source.value : undefined;
}

function complaintOfFile(
  file: string,
  allowed: readonly string[],
  { house, outside }: RoomArrows,
): string | undefined {
  if (outside.includes(file)) return undefined;
  const isInside = file.startsWith(house + path.sep);
  if (!isInside && outside.some(each => file.startsWith(each + path.sep))) return undefined;
  const room = roomOf(house, file);
  if (room !== undefined && allowed.includes(room)) return undefined;
  return `${allowed[0] ?? ''}/ may import from: ${allowed.join(', ')}.`;
}

function complaintOfPackage(specifier: string, room: string, { packages }: RoomArrows): string | undefined {
  const known = packages.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`));
  return known === undefined || known.rooms.includes(room) ? undefined : known.message;
}

/** undefined: in none. */
function roomOf(house: string, file: string): string | undefined {
  const [room, ...rest] = path.relative(house, file).split(path.sep);
  return room === '..' || rest.length === 0 ? undefined : room;
}
