/** `slim.summaries`: what a model shows of itself. */

export {
  addHistogramSummaries,
  addHistogramSummary,
  addImageSummaries,
  addImageSummary,
  addScalarSummaries,
  addScalarSummary,
  addZeroFractionSummaries,
  addZeroFractionSummary,
} from './summaries/add-summary.ts';
export type { PrintedSummaryOptions, SummaryNameOptions } from './summaries/add-summary.ts';
