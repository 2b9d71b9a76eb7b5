/**
 * The environment for a program that is not part of the `npm run` that started us: without what npm, an outer VS Code
 * or a test runner has put there for its own children. What the user has set for npm (a registry, a proxy) stays.
 */
export function childEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const foreign =
    /^(npm_(lifecycle|package|command|execpath|node_execpath|config_(ignore_scripts|omit_lockfile))|VSCODE_|ELECTRON_|VITEST|NODE_OPTIONS|NODE_ENV|TEST$|INIT_CWD)/i;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(kept), ...extra };
}
