/** ESLint rule for the room of VS Code: a file that does not import vscode belongs into another room. */

import type { Rule } from 'eslint';

export const knowsVSCode: Rule.RuleModule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    return {
      Program(program) {
        const imports = program.body.some(
          statement => statement.type === 'ImportDeclaration' && statement.source.value === 'vscode',
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
