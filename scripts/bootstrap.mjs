// Runs a script of this folder (TypeScript) after making sure that node_modules is what package-lock.json says.
// Plain JavaScript and nothing but Node, because it has to work in a fresh clone.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

process.chdir(path.dirname(import.meta.dirname ?? '.'));
const [node, , script, ...args] = process.argv;
process.argv = [node, path.resolve(script), ...args]; // as if it had been started itself

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node ${process.versions.node} is too old: 20.19 or newer is needed.`);
  process.exit(1);
}

if (!installed()) {
  console.log('Installing Node packages (npm ci, about half a minute)');
  const npm = process.env.npm_execpath;
  const [program, ...first] = npm ? [process.execPath, npm] : ['npm'];
  const ci = spawnSync(program, [...first, 'ci', '--loglevel=error'], { stdio: 'inherit', shell: !npm });
  if (ci.status !== 0) process.exit(ci.status ?? 1);
}

const { register } = await import('tsx/esm/api');
register();
const { explain } = await import('./explain.ts');
try {
  await import(pathToFileURL(process.argv[1]).href);
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}

/** Compares with the list that npm leaves in node_modules at the end of an install, and not of an interrupted one. */
function installed() {
  try {
    const wanted = Object.entries(packagesIn('package-lock.json')).filter(([name]) => name !== '');
    const present = packagesIn('node_modules/.package-lock.json');
    return wanted.every(([name, { version, optional }]) =>
      present[name] ? present[name].version === version : optional === true,
    );
  } catch {
    return false;
  }
}

function packagesIn(lockfile) {
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
}
