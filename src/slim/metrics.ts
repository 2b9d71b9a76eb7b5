/** `slim.metrics`: what is measured of a model. */

export { accuracy } from './metrics/accuracy.ts';
