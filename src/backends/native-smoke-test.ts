import { runTool } from './run-tool.ts';

/**
 * Trains a step of a convolution on a copy of tfjs-node, in a process of its own: a library for another machine can end
 * the process that loads it.
 *
 * @param folder of the package `@tensorflow/tfjs-node`
 * @returns the version of libtensorflow
 * @throws Error with what that process said
 */
export async function smokeTestNative(folder: string): Promise<string> {
  const output = await runTool(process.execPath, ['--no-warnings', '-e', SMOKE_TEST, folder], {
    environment: { TF_CPP_MIN_LOG_LEVEL: '2' },
    timeoutMs: 120_000,
  });
  const version = /^libtensorflow (\S+)$/m.exec(output)?.[1];
  if (version === undefined) throw new Error(/^failed: (.+)$/m.exec(output)?.[1] ?? output);
  return version;
}

/** The sum of 3 x 3 ones around each of 16 places is 4 in the corners, 6 at the edges and 9 within: 100 in all. */
const SMOKE_TEST = `
const util = require('node:util');
Object.assign(util, { isNullOrUndefined: value => value == null, isArray: Array.isArray });
try {
  const tf = require(process.argv[1]);
  const filter = tf.variable(tf.ones([3, 3, 1, 1]));
  const loss = tf.train.sgd(0.1).minimize(() => tf.conv2d(tf.ones([1, 4, 4, 1]), filter, 1, 'same').sum(), true);
  const wrong = loss.dataSync()[0] !== 100 || Math.abs(filter.dataSync()[4] + 0.6) > 1e-5;
  console.log(wrong ? 'failed: it computes wrong' : 'libtensorflow ' + tf.backend().binding.TF_Version);
} catch (error) {
  console.log('failed: ' + error.message.trim().split('\\n')[0]);
}
`;
