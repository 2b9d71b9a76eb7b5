"""The side of TF-Slim: its slim.learning.train, with the loop's own defaults, on batches from tf.data.

Takes turns as ../turns.ts does. The workload's folder is in BENCH_WORKLOAD.
"""

import json
import os
import sys
import time

import numpy as np
import tensorflow.compat.v1 as tf
import tf_slim as slim

from models import make_train_op

LOSSES = 20
tf.disable_eager_execution()

# TF-Slim 1.1.0 is older than TensorFlow 2.15, which has these elsewhere.
if tf.__version__.startswith('2.15.'):
  from keras.src.legacy_tf_layers import normalization
  from tensorflow.python.framework import ops
  ops.Tensor, ops.IndexedSlices = tf.Tensor, tf.IndexedSlices
  sys.modules['tf_keras.legacy_tf_layers.normalization'] = normalization


def read_workload(folder):
  with open(os.path.join(folder, 'workload.json')) as file:
    workload = json.load(file)
  numbers = np.fromfile(os.path.join(folder, 'values.f32'), np.float32)
  values, at = {}, 0
  for tensor in workload['tensors']:
    size = int(np.prod(tensor['shape']))
    values[tensor['name']] = numbers[at:at + size].reshape(tensor['shape'])
    at += size
  return workload, values


def make_batches(workload, values):
  """Whole batches and not examples: the way of tf.data that costs a step least."""
  batched = tuple(values[name].reshape([workload['batches'], workload['batch']] + workload[name]) for name in 'xy')
  dataset = tf.data.Dataset.from_tensor_slices(batched).repeat().prefetch(2)
  return tf.data.make_one_shot_iterator(dataset).get_next()


def say(message):
  print('@bench ' + json.dumps(message), flush=True)


class Turns:

  def begin(self):
    say({'ready': True})
    self.next()

  def after_step(self, loss):
    if len(self.losses) < LOSSES:
      self.losses.append(float(loss))
    self.left -= 1
    if self.left == 0:
      say({'steps': self.steps, 'seconds': time.perf_counter() - self.start, 'losses': self.losses})
      self.next()

  def next(self):
    line = sys.stdin.readline()
    if not line:
      os._exit(0)
    self.steps = self.left = int(line)
    self.losses = []
    self.start = time.perf_counter()


workload, values = read_workload(os.environ['BENCH_WORKLOAD'])
train_op = make_train_op(workload, *make_batches(workload, values))
made = {variable.op.name for variable in slim.get_model_variables()}
init_fn = slim.assign_from_values_fn({name: value for name, value in values.items() if name in made}) if made else None
turns = Turns()


def train_step(*args):
  result = slim.learning.train_step(*args)
  turns.after_step(result[0])
  return result


def initialize(session):
  if init_fn is not None:
    init_fn(session)
  turns.begin()


slim.learning.train(train_op, None, train_step_fn=train_step, log_every_n_steps=100, init_fn=initialize)
