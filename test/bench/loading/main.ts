/**
 * How much longer a step takes when a thread loads its batches, against batches that are at hand and against loading them
 * between the steps. Prints two lines of JSON for each backend; a ratio above 1 means that the thread is ahead. To reach, of
 * 6 ms behind a step of 10 ms: 0.91 of batches at hand.
 *
 * npm run bench:loading
 */

import { benchInTrainer } from '../in-trainer.ts';

await benchInTrainer('loading/train.ts');
