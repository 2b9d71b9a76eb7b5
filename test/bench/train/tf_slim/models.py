"""The models of ../ours/models.ts, in TF-Slim."""

import tensorflow.compat.v1 as tf
import tf_slim as slim


def one_layer(x, sizes):
  return slim.fully_connected(x, 1, activation_fn=None, scope='fc1')


def mlp(x, sizes):
  net = slim.fully_connected(x, 64, scope='fc1')
  net = slim.fully_connected(net, 64, scope='fc2')
  return slim.fully_connected(net, 1, activation_fn=None, scope='fc3')


def lenet(x, sizes):
  net = slim.conv2d(x, 32, [5, 5], scope='conv1')
  net = slim.max_pool2d(net, [2, 2], scope='pool1')
  net = slim.conv2d(net, 64, [5, 5], scope='conv2')
  net = slim.max_pool2d(net, [2, 2], scope='pool2')
  net = slim.fully_connected(slim.flatten(net), 1024, scope='fc3')
  return slim.fully_connected(net, 10, activation_fn=None, scope='logits')


def conv_bn(x, sizes):
  with slim.arg_scope([slim.conv2d], normalizer_fn=slim.batch_norm):
    net = slim.conv2d(x, 16, [3, 3], scope='conv1')
    net = slim.max_pool2d(net, [2, 2], scope='pool1')
    net = slim.conv2d(net, 32, [3, 3], scope='conv2')
    net = slim.max_pool2d(net, [2, 2], scope='pool2')
  net = slim.fully_connected(slim.flatten(net), 64, scope='fc3')
  net = slim.dropout(net, keep_prob=0.5, scope='dropout3')
  return slim.fully_connected(net, 10, activation_fn=None, scope='logits')


def lstm(x, sizes):
  units = sizes['lstmUnits']
  steps = tf.unstack(x, axis=1)
  batch, inputs = steps[0].shape.as_list()
  kernel = slim.model_variable('lstm/kernel', [inputs + units, 4 * units])
  bias = slim.model_variable('lstm/bias', [4 * units])
  cell = hidden = tf.zeros([batch, units])
  for step in steps:
    gates = tf.matmul(tf.concat([step, hidden], 1), kernel) + bias
    i, j, f, o = tf.split(gates, 4, axis=1)
    cell = tf.sigmoid(i) * tf.tanh(j) + cell * tf.sigmoid(f + 1.0)
    hidden = tf.tanh(cell) * tf.sigmoid(o)
  return slim.fully_connected(hidden, 10, activation_fn=None, scope='logits')


def resnet(x, sizes):
  channels = sizes['resnetChannels']
  with slim.arg_scope([slim.conv2d], normalizer_fn=slim.batch_norm):
    net = slim.conv2d(x, channels, [3, 3], scope='stem')
    for block in range(sizes['resnetBlocks']):
      with tf.variable_scope('block%d' % block):
        inner = slim.conv2d(net, channels, [3, 3], scope='conv1')
        residual = slim.conv2d(inner, channels, [3, 3], activation_fn=None, scope='conv2')
      net = tf.nn.relu(net + residual)
  net = tf.reduce_mean(net, [1, 2])
  return slim.fully_connected(net, 10, activation_fn=None, scope='logits')


NETS = {'loop': one_layer, 'mlp': mlp, 'lenet': lenet, 'conv_bn': conv_bn, 'lstm': lstm, 'resnet': resnet}


def make_train_op(workload, x, y):
  if workload['model'] == 'loop':
    # A step that does nothing but count, as ours: what is left is the loop.
    return tf.cast(tf.assign_add(tf.train.get_or_create_global_step(), 1), tf.float32)
  predictions = NETS[workload['model']](x, workload['sizes'])
  if workload['isClassification']:
    slim.losses.softmax_cross_entropy(predictions, y)
  else:
    slim.losses.mean_squared_error(predictions, y)
  optimizer = tf.train.MomentumOptimizer(workload['learningRate'], 0.9)
  options = {}
  if workload['model'] == 'conv_bn':
    options = {'clip_gradient_norm': 1, 'gradient_multipliers': {'logits/weights': 10, 'logits/biases': 10}}
  return slim.learning.create_train_op(slim.losses.get_total_loss(), optimizer, **options)
