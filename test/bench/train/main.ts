/**
 * `npm run bench:train`: what a training step costs with `slim.learning.train`, against TF-Slim's own and against bare
 * TensorFlow.js, side by side and in turns. Prints a line of JSON for each; a ratio above 1 means that we are faster.
 */

import { ensureBuilt } from '../../../scripts/build.ts';
import { measureDigits } from './digits.ts';
import { parseOptions } from './options.ts';
import { jsonLine, markdownTable, type Result } from './result.ts';
import { measureSteps } from './steps.ts';

const options = parseOptions(process.argv.slice(2));
await ensureBuilt();
const results: Result[] = [];
for (const bench of options.benches) {
  const measured = bench === 'digits' ? await measureDigits(options) : await measureSteps(bench, options);
  for (const result of measured) console.log(jsonLine(result));
  results.push(...measured);
}
if (options.markdown) console.log(`\n${markdownTable(results)}`);
