import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import * as slim from '../../../../src/slim/index.ts';
import { pass } from '../model-pass.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const image = (): tf.Tensor4D => tf.ones([2, 6, 6, 3]);

describe('names', () => {
  test('default scopes count anew in each pass', () => {
    const graph = new slim.Graph();
    const model = (): tf.Tensor =>
      slim.fullyConnected(slim.flatten(slim.conv2d(slim.conv2d(image(), 2, 3), 2, 3)), 4);
    pass(graph, model);
    const names = ['Conv', 'Conv_1', 'fully_connected'].flatMap(scope => [
      `${scope}/weights`,
      `${scope}/biases`,
    ]);
    expect([...graph.variables.keys()]).toEqual(names);
    pass(graph, model, { kind: 'step' });
    expect([...graph.variables.keys()]).toEqual(names);
  });

  test('a scope used twice is an error, and with reuse: true shares its variables', () => {
    const graph = new slim.Graph();
    pass(graph, () => slim.conv2d(image(), 2, 3, { scope: 'c' }));
    expect(() => {
      pass(new slim.Graph(), () => {
        slim.conv2d(image(), 2, 3, { scope: 'c' });
        slim.conv2d(image(), 2, 3, { scope: 'c' });
      });
    }).toThrow('c/weights already exists');
    pass(graph, () => {
      slim.conv2d(image(), 2, 3, { scope: 'c' });
      slim.conv2d(image(), 2, 3, { scope: 'c', reuse: true });
    });
    expect([...graph.variables.keys()]).toEqual(['c/weights', 'c/biases']);
  });

  test('outputs are collected by their scopes', () => {
    const dictionary = pass(new slim.Graph(), () =>
      slim.variableScope('net', 'net', () => {
        let net = slim.conv2d(image(), 2, 3, { scope: 'c1', outputsCollections: 'ends' });
        net = slim.maxPool2d(net, 2, { outputsCollections: ['ends', 'pools'] });
        slim.fullyConnected(slim.flatten(net), 4, { outputsCollections: 'ends' });
        return slim.convertCollectionToDict('ends');
      }),
    );
    expect(Object.keys(dictionary)).toEqual(['net/c1', 'net/MaxPool2D', 'net/fully_connected']);
    expect(dictionary['net/MaxPool2D']?.shape).toEqual([2, 3, 3, 2]);
  });
});

describe('variables', () => {
  test('go to the collections that are given for them, by name or for all', () => {
    const graph = new slim.Graph();
    pass(graph, () => {
      slim.conv2d(image(), 2, 3, { scope: 'a', variablesCollections: { weights: ['w'], biases: ['b'] } });
      slim.separableConv2d(image(), 2, 3, { scope: 's', variablesCollections: { weights: ['w'] } });
      slim.fullyConnected(image(), 2, { scope: 'f', variablesCollections: ['all'] });
    });
    const names = (collection: string): unknown[] =>
      graph.collections.get(collection).map(item => (item as slim.SlimVariable).name);
    expect(names('w')).toEqual(['a/weights', 's/depthwise_weights', 's/pointwise_weights']);
    expect(names('b')).toEqual(['a/biases']);
    expect(names('all')).toEqual(['f/weights', 'f/biases']);
  });

  test('are not trained when the layer says so; moving averages never are', () => {
    const graph = new slim.Graph();
    pass(graph, () => {
      slim.conv2d(image(), 2, 3, { trainable: false });
      slim.batchNorm(image(), { scale: true });
    });
    const trainable = [...graph.variables.values()].filter(variable => variable.trainable);
    expect(trainable.map(({ name }) => name)).toEqual(['BatchNorm/gamma', 'BatchNorm/beta']);
  });

  test('a regularizer is asked once a pass for weights that are shared', () => {
    const penalties = pass(new slim.Graph(), () => {
      const options = { scope: 'c', weightsRegularizer: slim.l2Regularizer(0.1), reuse: 'auto' } as const;
      slim.conv2d(image(), 2, 3, options);
      slim.conv2d(image(), 2, 3, options);
      return slim.losses.getRegularizationLosses().length;
    });
    expect(penalties).toBe(1);
  });
});

describe('arg scopes', () => {
  test('give layers their defaults, inside a normalizer too; a call that says otherwise wins', () => {
    const graph = new slim.Graph();
    pass(graph, () => {
      slim.argScope([slim.conv2d], { normalizerFn: slim.batchNorm, activationFn: null }, () => {
        slim.argScope([slim.batchNorm], { scale: true, center: false }, () => {
          slim.conv2d(image(), 2, 3);
          slim.conv2d(image(), 2, 3, { normalizerFn: null });
        });
      });
    });
    expect([...graph.variables.keys()]).toEqual([
      'Conv/weights',
      'Conv/BatchNorm/gamma',
      'Conv/BatchNorm/moving_mean',
      'Conv/BatchNorm/moving_variance',
      'Conv_1/weights',
      'Conv_1/biases',
    ]);
  });

  test('take only options that all of the layers have', () => {
    const wrong = (): unknown =>
      slim.argScope(
        [slim.conv2d, slim.maxPool2d],
        // @ts-expect-error -- max pools have no weights
        { weightsRegularizer: null },
        () => 0,
      );
    expect(wrong).toThrow('max_pool2d has no option weightsRegularizer');
  });
});

describe('dropout', () => {
  const graph = new slim.Graph();
  const drop = (step: number, options: Parameters<typeof slim.dropout>[1] = {}): Float32Array =>
    pass(graph, () => slim.dropout(tf.ones([100, 100]), options).dataSync<'float32'>(), {
      kind: 'step',
      step,
    });

  test('keeps about keepProb of the elements, scaled to keep the mean', () => {
    const values = drop(0, { keepProb: 0.8 });
    const kept = values.filter(value => value !== 0);
    expect(new Set(kept)).toEqual(new Set([1.25]));
    // Four standard deviations of a binomial.
    expect(Math.abs(kept.length / values.length - 0.8)).toBeLessThan(
      4 * Math.sqrt((0.8 * 0.2) / values.length),
    );
  });

  test('draws by step, scope and seed: the same again for the same', () => {
    expect(drop(3)).toEqual(drop(3));
    expect(drop(3)).not.toEqual(drop(4));
    expect(drop(3)).not.toEqual(drop(3, { scope: 'other' }));
    expect(drop(3, { seed: 1 })).toEqual(drop(3, { seed: 1, scope: 'other' }));
    expect(drop(3, { seed: 1 })).not.toEqual(drop(3, { seed: 2 }));
  });

  test('draws once for what noiseShape has one of', () => {
    const rows = pass(
      graph,
      () => slim.dropout(tf.ones<tf.Rank.R2>([50, 4]), { noiseShape: [50, 1] }).arraySync(),
      {
        kind: 'step',
      },
    );
    expect(rows.every(row => new Set(row).size === 1)).toBe(true);
    expect(new Set(rows.map(row => row[0]))).toEqual(new Set([0, 2]));
  });

  test('drops nothing in an evaluation, unless told to', () => {
    const evaluation = { kind: 'evaluation', isTraining: false } as const;
    const sum = (options?: Parameters<typeof slim.dropout>[1]): number =>
      pass(
        graph,
        () =>
          slim
            .dropout(tf.ones([100]), options)
            .sum()
            .dataSync()[0] ?? 0,
        evaluation,
      );
    expect(sum()).toBe(100);
    expect(sum({ isTraining: true, keepProb: 0.1, seed: 3 })).not.toBe(100);
  });

  test('refuses a keepProb that keeps nothing', () => {
    expect(() => drop(0, { keepProb: 0 })).toThrow(
      'keepProb of dropout must be above 0 and at most 1, not 0.',
    );
  });
});

describe('batch normalization', () => {
  test('updates its averages by ops of lasting identity, one for each', () => {
    const graph = new slim.Graph();
    const model = (): tf.Tensor => slim.batchNorm(image());
    pass(graph, model);
    const ops = graph.collections.get('update_ops');
    expect(ops.length).toBe(2);
    pass(graph, model, { kind: 'step' });
    expect(graph.collections.get('update_ops')).toEqual(ops);
  });

  test('goes by its averages in an evaluation', () => {
    const graph = new slim.Graph();
    const model = (): tf.Tensor => slim.batchNorm(tf.tensor2d([[1], [3]]), { epsilon: 0 });
    pass(graph, model);
    const options = { kind: 'evaluation', isTraining: false } as const;
    expect([...pass(graph, () => model().dataSync(), options)]).toEqual([1, 3]);
  });
});

describe('what does not fit is said', () => {
  const errors: readonly (readonly [string, () => unknown])[] = [
    [
      'conv2d takes inputs of rank 4, not 2: [2, 3].',
      () => slim.conv2d(tf.ones([2, 3]) as unknown as tf.Tensor4D, 2, 3),
    ],
    [
      'kernelSize must be a positive integer, or 2 of them; got [3, 0].',
      () => slim.conv2d(image(), 2, [3, 0]),
    ],
    ['either a stride or a rate above 1', () => slim.conv2d(image(), 2, 3, { stride: 2, rate: 2 })],
    ['MaxPool2D takes inputs of rank 4', () => slim.maxPool2d(tf.ones([2]) as unknown as tf.Tensor4D, 2)],
    ['fullyConnected takes inputs of rank 2 at least', () => slim.fullyConnected(tf.ones([2]), 2)],
    [
      'numOutputs of fullyConnected must be a positive integer, not 2.5.',
      () => slim.fullyConnected(tf.ones([2, 2]), 2.5),
    ],
    ['3 channels do not make 2 groups of one size', () => slim.groupNorm(image(), { groups: 2 })],
    [
      'reductionAxes of groupNorm include channelsAxis, 3.',
      () => slim.groupNorm(image(), { groups: 3, reductionAxes: [-1] }),
    ],
    ['Axis 7 is out of bounds', () => slim.groupNorm(image(), { channelsAxis: 7 })],
    ['instanceNorm takes inputs of rank 3 at least', () => slim.instanceNorm(tf.ones([2, 2]))],
    ['must be less than the rank of the inputs (4)', () => slim.layerNorm(image(), { beginNormAxis: 4 })],
    ['3, is not a multiple of numUnits, 2', () => slim.maxout(image(), 2)],
    ['dim of unitNorm must be within 0..3', () => slim.unitNorm(image(), 4)],
    ['softmax takes logits of rank 2 at least', () => slim.softmax(tf.ones([2]))],
    [
      'renorm of batchNorm is not supported with',
      () => slim.batchNorm(image(), { renorm: true, zeroDebiasMovingMean: true }),
    ],
    [
      'adjustment of batchNorm is not supported with',
      () =>
        slim.batchNorm(image(), {
          adjustment: () => [tf.ones([3]), tf.zeros([3])],
          updatesCollections: null,
        }),
    ],
  ];
  test.each(errors)('%s', (message, attempt) => {
    expect(() => pass(new slim.Graph(), attempt)).toThrow(message);
  });
});

describe('options that a layer does not have are compile errors', () => {
  test('by name and by value', () => {
    const unused = (): unknown[] => [
      // @ts-expect-error -- no such option
      slim.conv2d(image(), 2, 3, { regularizer: null }),
      // @ts-expect-error -- padding is upper-case, as TF-Slim's
      slim.conv2d(image(), 2, 3, { padding: 'same' }),
      // @ts-expect-error -- null is for no biases; weights have to be
      slim.fullyConnected(image(), 2, { weightsInitializer: null }),
      // @ts-expect-error -- of the pool's own type
      slim.pool(image(), 2, 'MIN'),
      // @ts-expect-error -- a misspelt option of the normalizer
      slim.conv2d(image(), 2, 3, { normalizerFn: slim.batchNorm, normalizerParams: { dekay: 0.9 } }),
      // @ts-expect-error -- a misspelt option of the layer that is repeated
      slim.repeat(image(), 2, slim.conv2d, 3, [3, 3], { sope: 'x' }),
      // @ts-expect-error -- no number of outputs
      slim.stack(image(), slim.fullyConnected, ['8']),
      // @ts-expect-error -- a misspelt option of a loss
      slim.losses.logLoss(image(), image(), { weight: 2 }),
      // @ts-expect-error -- no such reduction
      slim.losses.logLoss(image(), image(), { reduction: 'average' }),
      // @ts-expect-error -- an optimizer's option
      new slim.train.MomentumOptimizer(0.1, 0.9, { nesterov: true }),
    ];
    expect(unused).toBeTypeOf('function');
  });

  test('an unreduced loss is a tensor of any shape, a reduced one a scalar', () => {
    const check = (x: tf.Tensor): [tf.Scalar, tf.Tensor] => [
      slim.losses.absoluteDifference(x, x),
      slim.losses.absoluteDifference(x, x, { reduction: 'none' }),
    ];
    const [reduced, unreduced] = pass(new slim.Graph(), () => check(tf.ones([2])));
    expect([reduced.shape, unreduced.shape]).toEqual([[], [2]]);
    // @ts-expect-error -- no scalar
    const wrong = (x: tf.Tensor): tf.Scalar => slim.losses.absoluteDifference(x, x, { reduction: 'none' });
    expect(wrong).toBeTypeOf('function');
  });
});
