/** What is trained: the same batches, the same initial values and the same settings for every side. */

export type Model = 'mlp' | 'lenet' | 'conv_bn' | 'lstm' | 'resnet' | 'loop';

export interface WorkloadVariable {
  /** TF-Slim's name. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Standard deviation of its initial values; 0: zeros. */
  readonly deviation: number;
}

export interface Workload {
  readonly model: Model;
  readonly title: string;
  readonly batch: number;
  /** Shapes of one example. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Whether y is one of so many classes, as a one-hot row. */
  readonly isClassification: boolean;
  /** Those that do not begin with zeros, and all that bare TensorFlow.js makes by itself. */
  readonly variables: readonly WorkloadVariable[];
  readonly learningRate: number;
  /** Losses may differ by this part. */
  readonly tolerance: number;
  /** Each draws other random numbers for its dropout, so that only the means of losses can be compared. */
  readonly hasDropout?: boolean;
}

export interface WorkloadSizes {
  readonly resnetBlocks: number;
  readonly resnetChannels: number;
  readonly lstmUnits: number;
}

export const SIZES: WorkloadSizes = { resnetBlocks: 50, resnetChannels: 16, lstmUnits: 64 };

const IMAGE = { x: [28, 28, 1], y: [10], isClassification: true };
const ROUNDING = 2e-3;

const lenet: Omit<Workload, 'batch' | 'title'> = {
  ...IMAGE,
  model: 'lenet',
  variables: [
    ...layer('conv1', [5, 5, 1, 32], 0.1),
    ...layer('conv2', [5, 5, 32, 64], 0.05),
    ...layer('fc3', [3136, 1024], 0.02),
    ...layer('logits', [1024, 10], 0.03),
  ],
  learningRate: 0.01,
  tolerance: ROUNDING,
};

/** All but the digits, which are an example's own script. */
export const WORKLOADS = {
  loop: {
    model: 'loop',
    title: 'The loop around an empty step',
    batch: 1,
    x: [1],
    y: [1],
    isClassification: false,
    variables: layer('fc1', [1, 1], 0.1),
    learningRate: 0.01,
    tolerance: 0,
  },
  mlp: {
    model: 'mlp',
    title: 'MLP 10-64-64-1, batch 32',
    batch: 32,
    x: [10],
    y: [1],
    isClassification: false,
    variables: [
      ...layer('fc1', [10, 64], 0.1),
      ...layer('fc2', [64, 64], 0.1),
      ...layer('fc3', [64, 1], 0.1),
    ],
    learningRate: 0.01,
    tolerance: ROUNDING,
  },
  lenet32: { ...lenet, title: 'LeNet, batch 32', batch: 32 },
  lenet128: { ...lenet, title: 'LeNet, batch 128', batch: 128 },
  conv_bn: {
    ...IMAGE,
    model: 'conv_bn',
    title: 'Convolutions, batch norm, dropout, clipping, batch 32',
    batch: 32,
    variables: [
      ...normalized('conv1', [3, 3, 1, 16], 0.2),
      ...normalized('conv2', [3, 3, 16, 32], 0.1),
      ...layer('fc3', [1568, 64], 0.05),
      ...layer('logits', [64, 10], 0.1),
    ],
    learningRate: 0.01,
    tolerance: 0.2,
    hasDropout: true,
  },
  lstm: {
    model: 'lstm',
    title: 'LSTM of 64 units, 20 steps of time, batch 32',
    batch: 32,
    x: [20, 16],
    y: [10],
    isClassification: true,
    variables: [
      { name: 'lstm/kernel', shape: [16 + SIZES.lstmUnits, 4 * SIZES.lstmUnits], deviation: 0.1 },
      { name: 'lstm/bias', shape: [4 * SIZES.lstmUnits], deviation: 0 },
      ...layer('logits', [SIZES.lstmUnits, 10], 0.1),
    ],
    learningRate: 0.1,
    tolerance: ROUNDING,
  },
  resnet: {
    model: 'resnet',
    title: `ResNet of ${SIZES.resnetBlocks} blocks of two 3x3 convolutions, batch norm, 16x16x${SIZES.resnetChannels}, batch 16`,
    batch: 16,
    x: [16, 16, 3],
    y: [10],
    isClassification: true,
    variables: [
      ...normalized('stem', [3, 3, 3, SIZES.resnetChannels], 0.2),
      ...Array.from({ length: SIZES.resnetBlocks }, (_, block) => [
        ...normalized(`block${block}/conv1`, [3, 3, SIZES.resnetChannels, SIZES.resnetChannels], 0.08),
        ...normalized(`block${block}/conv2`, [3, 3, SIZES.resnetChannels, SIZES.resnetChannels], 0.08),
      ]).flat(),
      ...layer('logits', [SIZES.resnetChannels, 10], 0.1),
    ],
    learningRate: 0.001,
    tolerance: 0.02,
  },
} as const satisfies Readonly<Record<string, Workload>>;

export type WorkloadName = keyof typeof WORKLOADS;
export type BenchName = WorkloadName | 'digits';

export const BENCHES: readonly BenchName[] = [...(Object.keys(WORKLOADS) as WorkloadName[]), 'digits'];

function layer(scope: string, shape: readonly number[], deviation: number): WorkloadVariable[] {
  return [
    { name: `${scope}/weights`, shape, deviation },
    { name: `${scope}/biases`, shape: shape.slice(-1), deviation: 0 },
  ];
}

/** A layer with batch norm in the place of biases. */
function normalized(scope: string, shape: readonly number[], deviation: number): WorkloadVariable[] {
  return [
    { name: `${scope}/weights`, shape, deviation },
    { name: `${scope}/BatchNorm/beta`, shape: shape.slice(-1), deviation: 0 },
  ];
}
