/**
 * ESLint rule for the room of VS Code: a file that imports neither vscode nor what asks and tells through it belongs into
 * another room.
 */

import type { Rule } from 'eslint';

export const knowsVSCode: Rule.RuleModule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    return {
      Program(program) {
        const imports = program.body.some(
          statement =>
            statement.type === 'ImportDeclaration' &&
            /^vscode$|\/vscode\//.test(String(statement.source.value)),
        );
        if (!imports)
          context.report({
            node: program,
            message: 'This file knows nothing of VS Code: catalog/ or protocol/ is its room.',
          });
      },
    };
  },
};
