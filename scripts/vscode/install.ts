/** `npm run vscode:install [-- oldest]`: the VS Code of the tests, without running one. */
import { ensureSystemPackages, requirements } from '../system-packages.ts';
import { installVSCode, newestVSCode, oldestVSCode } from './runtime.ts';

const release = process.argv[2] === 'oldest' ? oldestVSCode : newestVSCode;
await ensureSystemPackages([requirements.compiler, requirements.python], console.log);
const runtime = await installVSCode(release, console.log);
console.log(runtime.entry);
