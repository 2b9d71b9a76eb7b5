/** A trainer of nothing but loading: `runner.js SCRIPT BACKEND` prints how it went, as JSON, in the last line. */

import { dirname } from 'node:path';
import { ensureBackend } from '../../../src/backends/ensure-backend.ts';
import { loadScript } from '../../../src/trainer/script/load-script.ts';
import { describeScriptError } from '../../../src/trainer/script/script-error.ts';

const [, , script = '', backend] = process.argv;
const prefer = backend === 'native' ? 'native' : 'embedded';
await ensureBackend({ prefer, searchFrom: [dirname(script)] });
try {
  await loadScript(script);
  console.log(JSON.stringify(null));
} catch (error) {
  console.log(JSON.stringify(describeScriptError(error, script)));
}
