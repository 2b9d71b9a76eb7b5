import type { GradientAndVariable } from '../optimizers/optimizer.ts';
import { randomTruncatedNormal } from '../random/stateless-random.ts';

/**
 * Makes a `transformGradsFn` that adds normal noise to each gradient, of standard deviation `scale` before what is more than
 * two of them off is drawn again. Like all randomness it is a function of the graph's seed and the step. A sparse gradient
 * becomes a dense one.
 *
 * Source: `gradient_noise_scale` of `optimize_loss` in tf_slim/layers/optimizers.py.
 */
export function gradientNoise(
  scale: number,
): (gradients: readonly GradientAndVariable[]) => GradientAndVariable[] {
  return gradients =>
    gradients.map(({ gradient, variable }) => ({
      variable,
      gradient:
        gradient?.add(randomTruncatedNormal(gradient.shape, 0, scale, `noise/${variable.name}`)) ?? null,
    }));
}
