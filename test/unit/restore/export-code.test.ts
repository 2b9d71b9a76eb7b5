import { expect, test } from 'vitest';
import type { DType } from '../../../src/formats/dtype.ts';
import { exportPython, exportTypeScript } from '../../../src/restore/export-code.ts';
import { planRestore } from '../../../src/restore/plan-restore.ts';
import { EMPTY_MAPPING } from '../../../src/restore/restore-mapping.ts';

const float32: DType = 'float32';
const checkpoint = new Map(
  Object.entries({
    'LeNet/conv1/weights': [5, 5, 1, 32],
    'LeNet/conv1/biases': [32],
    "LeNet/it's": [],
    'LeNet/fc3/biases': [128],
    'LeNet/fc4/weights': [128, 10],
    'LeNet/fc4/biases': [10],
  }).map(([name, shape]) => [name, { dtype: float32, shape }]),
);

const model = Object.entries({
  'net/conv1/weights': [5, 5, 1, 32],
  'net/conv1/biases': [32],
  "net/it's": [],
  copy: [32],
  'net/fc3/biases': [1, 128],
  'net/fc4/weights': [10, 128],
  'net/fc4/biases': [12],
}).map(([name, shape]) => ({ name, shape, dtype: 'float32', role: 'model' as const }));

const exported = {
  checkpoint: 'logs/model.ckpt-200',
  plan: planRestore(model, checkpoint, {
    ...EMPTY_MAPPING,
    rename: [{ pattern: '^LeNet', replacement: 'net' }],
    variables: {
      copy: { from: 'LeNet/conv1/biases' },
      'net/fc3/biases': { action: 'reshape' },
      'net/fc4/weights': { action: 'transpose' },
      'net/fc4/biases': { action: 'partial', rows: [{ from: 0, into: 2, count: 10 }] },
    },
  }),
};

test('as TypeScript: names as pairs, what else was chosen as choices', () => {
  expect(exported.plan.problems).toEqual([]);
  expect(exportTypeScript(exported)).toBe(`import * as slim from 'slim-training';

// After createTrainOp and before train; then: train(trainOp, logdir, { initFn })
const initFn = await slim.assignFromCheckpoint(
  'logs/model.ckpt-200',
  {
    'LeNet/conv1/weights': slim.getUniqueVariable('net/conv1/weights'),
    'LeNet/conv1/biases': [slim.getUniqueVariable('net/conv1/biases'), slim.getUniqueVariable('copy')],
    'LeNet/it\\'s': slim.getUniqueVariable('net/it\\'s'),
    'LeNet/fc3/biases': slim.getUniqueVariable('net/fc3/biases'),
    'LeNet/fc4/weights': slim.getUniqueVariable('net/fc4/weights'),
    'LeNet/fc4/biases': slim.getUniqueVariable('net/fc4/biases'),
  },
  {
    choices: {
      'net/fc3/biases': { action: 'reshape' },
      'net/fc4/weights': { action: 'transpose', axes: [1, 0] },
      'net/fc4/biases': { action: 'partial', axis: 0, rows: [{ from: 0, into: 2, count: 10 }] },
    },
  },
);
`);
});

/** Text of each of these forms was run by the real tf_slim 1.1.0, on reference and on resource variables, and its values compared. */
test('as Python: what assign_from_checkpoint_fn can do, and the rest around it', () => {
  expect(exportPython(exported)).toBe(`import tensorflow.compat.v1 as tf
import tf_slim as slim

# After create_train_op and before train; then: slim.learning.train(train_op, logdir, init_fn=init_fn)
checkpoint = 'logs/model.ckpt-200'
variables = {variable.op.name: variable for variable in slim.get_variables()}
restore = slim.assign_from_checkpoint_fn(
    checkpoint,
    {
        'LeNet/conv1/weights': variables['net/conv1/weights'],
        'LeNet/conv1/biases': variables['net/conv1/biases'],
        'LeNet/it\\'s': variables['net/it\\'s'],
    })


def init_fn(session):
    restore(session)
    reader = tf.train.load_checkpoint(checkpoint)
    variables['copy'].load(reader.get_tensor('LeNet/conv1/biases'), session)
    variables['net/fc3/biases'].load(reader.get_tensor('LeNet/fc3/biases').reshape(variables['net/fc3/biases'].shape), session)
    variables['net/fc4/weights'].load(reader.get_tensor('LeNet/fc4/weights').transpose(1, 0), session)
    value = session.run(variables['net/fc4/biases'])
    value[2:12] = reader.get_tensor('LeNet/fc4/biases')[0:10]
    variables['net/fc4/biases'].load(value, session)
`);
});
