"""The LeNet of slim-lenet's oracle in float64: some of its recorded steps, from given variables. Called by runPython."""

import numpy as np
import tensorflow as tf

config = input['config']
scope = config['scope'] + '/'
images = np.fromfile(input['data'] + '/train-images.u8', np.uint8).reshape(-1, 8, 8, 1) / 16 - 0.5
labels = np.fromfile(input['data'] + '/train-labels.u8', np.uint8).astype(np.int32)
if isinstance(input['variables'], str):
    reader = tf.train.load_checkpoint(input['variables'])
    given = {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}
else:
    given = {name: np.reshape(v['values'], v['shape']) for name, v in input['variables'].items()}
variables = {name: tf.Variable(np.float64(value)) for name, value in given.items() if name != 'global_step'}
trained = [name for name in variables if name.split('/')[-1] in ('weights', 'biases', 'beta', 'gamma')]
regularized = [name for name in trained if name.endswith('weights')]


def normalize(inputs, layer, moments):
    mean, variance = tf.nn.moments(inputs, [0, 1, 2])
    count = inputs.shape[0] * inputs.shape[1] * inputs.shape[2]
    moments[layer + '/moving_mean'] = mean
    moments[layer + '/moving_variance'] = variance * (count / (count - 1))
    return tf.nn.batch_normalization(inputs, mean, variance, variables[layer + '/beta'], variables.get(layer + '/gamma'), 0.001)


def logits_of(net, moments):
    for name in ('conv1', 'conv2'):
        layer = scope + name
        net = tf.nn.conv2d(net, variables[layer + '/weights'], 1, 'SAME')
        net = normalize(net, layer + '/BatchNorm', moments)
        net = tf.nn.max_pool2d(tf.nn.relu(net), 2, 2, 'VALID')
    net = tf.reshape(net, [net.shape[0], -1])
    net = tf.nn.relu(net @ variables[scope + 'fc3/weights'] + variables[scope + 'fc3/biases'])
    return net @ variables[scope + 'fc4/weights'] + variables[scope + 'fc4/biases']


@tf.function
def step(x, y):
    moments = {}
    with tf.GradientTape() as tape:
        entropy = tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits_of(x, moments))
        penalties = [config['l2'] * tf.nn.l2_loss(variables[name]) for name in regularized]
        loss = tf.reduce_mean(entropy) + tf.add_n(penalties)
    for name, gradient in zip(trained, tape.gradient(loss, [variables[name] for name in trained])):
        slot = variables[name + '/Momentum']
        slot.assign(slot * config['momentum'] + gradient)
        variables[name].assign_sub(config['learning_rate'] * slot)
    for name, moment in moments.items():
        variables[name].assign_sub((variables[name] - moment) * (1 - config['bn_decay']))
    return loss


losses = []
for number in input['steps']:
    rows = (number * config['batch'] + np.arange(config['batch'])) % 512
    losses.append(float(step(tf.constant(images[rows]), tf.constant(labels[rows]))))
result = {'losses': losses, 'variables': {name: v.numpy().ravel().tolist() for name, v in variables.items()}}
