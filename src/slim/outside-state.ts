import { parseExpressionAt, type AnyNode, type Expression } from 'acorn';
import { full } from 'acorn-walk';

/**
 * What JavaScript code does besides computing tensors, if that is in plain sight: it assigns variables that are not its
 * own, changes arrays that are not, or writes to the console. As a graph, such a function would do so while it is recorded
 * and never again. Comparing records does not find it: a counter that is only counted and compared leaves no trace in them.
 *
 * Seen is the text of the function itself, not what it calls.
 *
 * @returns The first such code; null where there is none.
 */
export function changeOfOutsideState(fn: (...args: never) => unknown): string | null {
  const parsed = parse(fn.toString());
  if (parsed === null) return null;
  const { tree, text } = parsed;
  // What has no name was made here, as far as can be seen.
  const own = new Set<string | null>([null]);
  full(tree, node => {
    for (const pattern of declaredBy(node)) for (const name of namesIn(pattern)) own.add(name);
  });
  const changes: AnyNode[] = [];
  full(tree, node => {
    if (changedBy(node).some(changed => !own.has(rootOf(changed)))) changes.push(node);
  });
  const [first] = changes.sort((a, b) => a.start - b.start);
  return first === undefined ? null : inOneLine(text, first);
}

/** A function's text is an expression, or a method as it stands in an object. null: it is neither, as native code is. */
function parse(source: string): { readonly tree: Expression; readonly text: string } | null {
  for (const text of [`(${source})`, `({${source}})`]) {
    try {
      return { tree: parseExpressionAt(text, 0, { ecmaVersion: 'latest' }), text };
    } catch {
      // The other one, if it is not this one.
    }
  }
  return null;
}

function declaredBy(node: AnyNode): readonly AnyNode[] {
  switch (node.type) {
    case 'VariableDeclarator':
      return [node.id];
    case 'ArrowFunctionExpression':
      return node.params;
    case 'FunctionExpression':
    case 'FunctionDeclaration':
      return [...present(node.id), ...node.params];
    case 'ClassExpression':
    case 'ClassDeclaration':
      return present(node.id);
    case 'CatchClause':
      return present(node.param);
    default:
      return [];
  }
}

function present(node: AnyNode | null | undefined): readonly AnyNode[] {
  return node === null || node === undefined ? [] : [node];
}

/** Names that a pattern such as `{ a, b: [c, ...d] }` declares. */
function namesIn(pattern: AnyNode): readonly string[] {
  return targetsIn(pattern).flatMap(target => (target.type === 'Identifier' ? [target.name] : []));
}

function targetsIn(pattern: AnyNode): readonly AnyNode[] {
  switch (pattern.type) {
    case 'ObjectPattern':
      return pattern.properties.flatMap(each => targetsIn(each.type === 'Property' ? each.value : each));
    case 'ArrayPattern':
      return pattern.elements.flatMap(each => (each === null ? [] : targetsIn(each)));
    case 'AssignmentPattern':
      return targetsIn(pattern.left);
    case 'RestElement':
      return targetsIn(pattern.argument);
    default:
      return [pattern];
  }
}

const CHANGING_METHODS: ReadonlySet<string> = new Set(['push', 'pop', 'shift', 'unshift', 'splice']);

function changedBy(node: AnyNode): readonly AnyNode[] {
  switch (node.type) {
    case 'AssignmentExpression':
      return targetsIn(node.left);
    case 'UpdateExpression':
      return [node.argument];
    case 'UnaryExpression':
      return node.operator === 'delete' ? [node.argument] : [];
    case 'ForInStatement':
    case 'ForOfStatement':
      return node.left.type === 'VariableDeclaration' ? [] : targetsIn(node.left);
    case 'CallExpression':
      return isChanging(node.callee) ? [node.callee] : [];
    default:
      return [];
  }
}

function isChanging(callee: AnyNode): boolean {
  if (callee.type !== 'MemberExpression') return false;
  if (callee.object.type === 'Identifier' && callee.object.name === 'console') return true;
  return callee.property.type === 'Identifier' && CHANGING_METHODS.has(callee.property.name);
}

/** `a` of `a.b[c].d`; null where that is no name. */
function rootOf(node: AnyNode): string | null {
  switch (node.type) {
    case 'Identifier':
      return node.name;
    case 'MemberExpression':
      return rootOf(node.object);
    case 'ThisExpression':
      return 'this';
    default:
      return null;
  }
}

const LONGEST_TEXT = 60;

function inOneLine(text: string, { start, end }: AnyNode): string {
  const line = text.slice(start, end).replaceAll(/\s+/g, ' ');
  return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT)}…` : line;
}
