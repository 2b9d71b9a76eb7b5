"""examples/digits/train.ts in TF-Slim: its images and labels are in the folder that BENCH_DIGITS names."""

import os

import numpy as np
import tensorflow.compat.v1 as tf
import tf_slim as slim

BATCH = 32
STEPS = 1000
EVALUATE_EVERY = 100

tf.disable_eager_execution()
tf.set_random_seed(87654321)


def lenet(images, is_training):
  with slim.arg_scope([slim.conv2d, slim.fully_connected], weights_regularizer=slim.l2_regularizer(5e-4)):
    net = slim.conv2d(images, 32, [5, 5], scope='conv1')
    net = slim.max_pool2d(net, [2, 2], scope='pool1')
    net = slim.conv2d(net, 64, [5, 5], scope='conv2')
    net = slim.max_pool2d(net, [2, 2], scope='pool2')
    net = slim.fully_connected(slim.flatten(net), 256, scope='fc3')
    net = slim.dropout(net, keep_prob=0.5, is_training=is_training, scope='dropout3')
    return slim.fully_connected(net, 10, activation_fn=None, scope='logits')


def read(name):
  return np.fromfile(os.path.join(os.environ['BENCH_DIGITS'], name), np.uint8)


labels = read('labels.u8').astype(np.int64)
images = (read('images.u8').astype(np.float32) / 16 - 0.5).reshape([-1, 8, 8, 1])
held_out = np.arange(len(labels)) % 5 == 4

examples = (images[~held_out], labels[~held_out])
dataset = tf.data.Dataset.from_tensor_slices(examples).shuffle(len(examples[1])).repeat().batch(BATCH).prefetch(2)
batch_images, batch_labels = tf.data.make_one_shot_iterator(dataset).get_next()
with tf.variable_scope(''):
  slim.losses.softmax_cross_entropy(lenet(batch_images, True), tf.one_hot(batch_labels, 10))
with tf.variable_scope('', reuse=True):
  predictions = tf.argmax(lenet(tf.constant(images[held_out]), False), 1)
accuracy = tf.reduce_mean(tf.cast(tf.equal(predictions, labels[held_out]), tf.float32))

total_loss = slim.losses.get_total_loss()
tf.summary.scalar('total_loss', total_loss)
for variable in slim.get_model_variables():
  tf.summary.histogram(variable.op.name, variable)
train_op = slim.learning.create_train_op(total_loss, tf.train.MomentumOptimizer(0.05, 0.9))
steps = 0


def train_step(session, *args):
  global steps
  result = slim.learning.train_step(session, *args)
  steps += 1
  if steps % EVALUATE_EVERY == 0:
    print('Evaluation at global step %d: accuracy = %.4f' % (steps, session.run(accuracy)), flush=True)
  return result


slim.learning.train(
    train_op,
    'logs/digits',
    train_step_fn=train_step,
    number_of_steps=STEPS,
    save_summaries_secs=1,
    save_interval_secs=60,
    log_every_n_steps=10)
