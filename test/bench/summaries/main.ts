/**
 * How long histograms of all variables hold a step up: what comes before and after it, against pulling the values, and
 * against counting them there; and what the step itself takes more. Prints a line of JSON for each of them on each backend; a
 * ratio above 1 means that the summaries are ahead. To reach: 1 of the pull.
 *
 * npm run bench:summaries
 */

import { benchInTrainer } from '../in-trainer.ts';

await benchInTrainer('summaries/train.ts');
