"""Records what TF-Slim's layers, metrics, metric-learning losses, optimize_loss and summarizers compute, for the parity tests beside it.

python3 -m venv venv && venv/bin/pip install tensorflow-cpu==2.12.1 tf-slim==1.1.0 numpy==1.23.5 scikit-learn==1.3.2
venv/bin/python record.py        # writes the .json files beside it
npx prettier --write .
"""

import inspect
import json
import os

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
os.environ['TF_ENABLE_ONEDNN_OPTS'] = '0'

import numpy as np
import tensorflow.compat.v1 as tf
import tf_slim as slim
from tf_slim.losses import metric_learning

tf.disable_eager_execution()
tf.disable_v2_behavior()
HERE = os.path.dirname(os.path.abspath(__file__))


def tensor(value):
    value = np.asarray(value)
    # As short as the float32 allows.
    return {'shape': list(value.shape), 'data': [float(str(x)) for x in value.reshape(-1)]}


def draw(seed, *shape):
    return np.random.RandomState(seed).standard_normal(shape).astype(np.float32)


def is_positive(name):
    return any(part in name for part in ('variance', 'stddev', 'temperature'))


def layer_case(inputs, layer, integer=False):
    """Output, gradients of sum(output * random), variables and what UPDATE_OPS make of the moving averages."""
    with tf.Graph().as_default():
        x = tf.constant(inputs)
        y = layer(x)
        variables = tf.global_variables()
        direction = draw(99, *y.shape.as_list())
        sources = [v for v in tf.trainable_variables()] + ([] if integer else [x])
        gradients = tf.gradients(tf.reduce_sum(y * direction), sources) if sources else []
        updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            values = {}
            for index, v in enumerate(variables):
                value = draw(1000 + index, *v.shape.as_list())
                value = np.abs(value) + np.float32(0.5) if is_positive(v.op.name) else value
                v.load(value, session)
                values[v.op.name] = tensor(value)
            output, gradients = session.run([y, gradients])
            session.run(updates)
            moved = {v.op.name: tensor(session.run(v)) for v in variables if 'moving' in v.op.name or 'renorm' in v.op.name}
        return {
            'inputs': tensor(inputs),
            'output': tensor(output),
            'direction': tensor(direction),
            'variables': values,
            'trainable': [v.op.name for v in tf.trainable_variables()],
            'gradients': {(s.op.name if s is not x else 'inputs'): tensor(g) for s, g in zip(sources, gradients)},
            'moved': moved,
        }


def layers():
    image = draw(1, 2, 7, 6, 4)
    volume = draw(2, 2, 5, 4, 6, 2)
    small = volume[:1, :2, :3, :2]
    sequence = draw(3, 2, 9, 3)
    rows = draw(4, 5, 6)
    weights = np.array([0.5, 2.0], np.float32)
    none = {'activation_fn': None}

    def adjustment(shape):
        channels = tf.cast(tf.range(shape[-1]), tf.float32)
        return 0.9 + 0.05 * channels, 0.1 * channels - 0.2

    return {
        'conv1d': layer_case(sequence, lambda x: slim.conv1d(x, 5, 3)),
        'conv1d_rate': layer_case(sequence, lambda x: slim.conv1d(x, 5, 3, rate=2, **none)),
        'conv2d': layer_case(image, lambda x: slim.conv2d(x, 5, [3, 2])),
        'conv2d_stride': layer_case(image, lambda x: slim.conv2d(x, 5, 3, stride=2, **none)),
        'conv2d_valid': layer_case(image, lambda x: slim.conv2d(x, 5, 3, stride=[2, 1], padding='VALID', **none)),
        'conv2d_rate': layer_case(image, lambda x: slim.conv2d(x, 5, 3, rate=2, **none)),
        'conv2d_rate_valid': layer_case(image, lambda x: slim.conv2d(x, 5, [3, 2], rate=[3, 2], padding='VALID', **none)),
        'conv2d_no_biases': layer_case(image, lambda x: slim.conv2d(x, 5, 1, biases_initializer=None, **none)),
        'conv2d_batch_norm': layer_case(
            image,
            lambda x: slim.conv2d(
                x, 5, 3, normalizer_fn=slim.batch_norm, normalizer_params={'scale': True, 'decay': 0.9}, scope='c'
            ),
        ),
        'conv3d': layer_case(volume, lambda x: slim.conv3d(x, 3, [2, 3, 3], stride=[1, 2, 1], **none)),
        'conv2d_transpose': layer_case(image, lambda x: slim.conv2d_transpose(x, 3, 3, stride=2, **none)),
        'conv2d_transpose_valid': layer_case(
            image, lambda x: slim.conv2d_transpose(x, 3, [3, 2], stride=[2, 3], padding='VALID', **none)
        ),
        'conv3d_transpose': layer_case(small, lambda x: slim.conv3d_transpose(x, 3, [2, 3, 2], stride=[1, 2, 2], **none)),
        'conv3d_transpose_valid': layer_case(
            small, lambda x: slim.conv3d_transpose(x, 3, [3, 1, 2], stride=[2, 2, 1], padding='VALID', **none)
        ),
        'separable': layer_case(image, lambda x: slim.separable_conv2d(x, 5, 3, depth_multiplier=2, **none)),
        'separable_stride': layer_case(image, lambda x: slim.separable_conv2d(x, 5, 3, stride=2, **none)),
        'separable_rate': layer_case(image, lambda x: slim.separable_conv2d(x, 5, 3, rate=2, **none)),
        'separable_depthwise': layer_case(image, lambda x: slim.separable_conv2d(x, None, [3, 2], depth_multiplier=3)),
        'in_plane': layer_case(image, lambda x: slim.conv2d_in_plane(x, [3, 2])),
        'in_plane_stride': layer_case(image, lambda x: slim.conv2d_in_plane(x, 3, stride=2, padding='VALID', **none)),
        'fully_connected': layer_case(rows, lambda x: slim.fully_connected(x, 4)),
        'fully_connected_rank_3': layer_case(sequence, lambda x: slim.fully_connected(x, 4, tf.nn.sigmoid)),
        'max_pool2d': layer_case(image, lambda x: slim.max_pool2d(x, 2)),
        'max_pool2d_same': layer_case(image, lambda x: slim.max_pool2d(x, [3, 2], stride=[1, 2], padding='SAME')),
        'avg_pool2d': layer_case(image, lambda x: slim.avg_pool2d(x, [2, 3])),
        'avg_pool2d_same': layer_case(image, lambda x: slim.avg_pool2d(x, 3, padding='SAME')),
        'max_pool3d': layer_case(volume, lambda x: slim.max_pool3d(x, 2)),
        'avg_pool3d': layer_case(volume, lambda x: slim.avg_pool3d(x, [2, 2, 3], stride=1)),
        'pool_max': layer_case(image, lambda x: slim.pool(x, 2, 'MAX')),
        'pool_avg_dilated': layer_case(image, lambda x: slim.pool(x, [2, 2], 'AVG', dilation_rate=2)),
        'batch_norm': layer_case(image, lambda x: slim.batch_norm(x, decay=0.9)),
        'batch_norm_scale': layer_case(image, lambda x: slim.batch_norm(x, decay=0.9, scale=True, activation_fn=tf.nn.relu)),
        'batch_norm_unfused': layer_case(image, lambda x: slim.batch_norm(x, decay=0.9, fused=False)),
        'batch_norm_rank_2': layer_case(rows, lambda x: slim.batch_norm(x, decay=0.9, scale=True, epsilon=0.1)),
        'batch_norm_rank_3': layer_case(sequence, lambda x: slim.batch_norm(x, decay=0.9)),
        'batch_norm_weighted': layer_case(image, lambda x: slim.batch_norm(x, decay=0.9, batch_weights=weights)),
        'batch_norm_adjusted': layer_case(
            image, lambda x: slim.batch_norm(x, decay=0.9, scale=True, adjustment=adjustment, fused=False)
        ),
        'batch_norm_renorm_adjusted': layer_case(
            rows, lambda x: slim.batch_norm(x, decay=0.9, renorm=True, adjustment=adjustment, fused=False)
        ),
        'batch_norm_adjusted_inference': layer_case(
            image, lambda x: slim.batch_norm(x, adjustment=adjustment, fused=False, is_training=False)
        ),
        'batch_norm_inference': layer_case(image, lambda x: slim.batch_norm(x, scale=True, is_training=False)),
        'batch_norm_renorm': layer_case(image, lambda x: slim.batch_norm(x, decay=0.9, scale=True, renorm=True, fused=False)),
        'batch_norm_renorm_clipped': layer_case(
            rows,
            lambda x: slim.batch_norm(
                x, decay=0.9, renorm=True, fused=False, renorm_decay=0.8, renorm_clipping={'rmin': 0.8, 'rmax': 1.25, 'dmax': 0.3}
            ),
        ),
        'batch_norm_renorm_inference': layer_case(image, lambda x: slim.batch_norm(x, renorm=True, fused=False, is_training=False)),
        'layer_norm': layer_case(image, lambda x: slim.layer_norm(x)),
        'layer_norm_axes': layer_case(
            image, lambda x: slim.layer_norm(x, begin_norm_axis=2, begin_params_axis=2, center=False)
        ),
        'instance_norm': layer_case(image, lambda x: slim.instance_norm(x)),
        'group_norm': layer_case(image, lambda x: slim.group_norm(x, groups=2)),
        'group_norm_axes': layer_case(
            image, lambda x: slim.group_norm(x, groups=3, channels_axis=2, reduction_axes=[1, 3], scale=False)
        ),
        'bias_add': layer_case(image, lambda x: slim.bias_add(x, activation_fn=tf.nn.relu)),
        'flatten': layer_case(image, slim.flatten),
        'softmax': layer_case(sequence, slim.softmax),
        'unit_norm': layer_case(image, lambda x: slim.unit_norm(x, 1)),
        'maxout': layer_case(rows, lambda x: slim.maxout(x, 2)),
        'maxout_axis': layer_case(image, lambda x: slim.maxout(x, 3, axis=2)),
        'spatial_softmax': layer_case(image, slim.spatial_softmax),
        'scale_gradient': layer_case(rows, lambda x: slim.layers.scale_gradient(x * 1.0, 2.5)),
        'one_hot_encoding': layer_case(
            np.array([[0, 2], [3, 1]], np.int32),
            lambda x: slim.one_hot_encoding(x, 3, on_value=0.9, off_value=0.05),
            integer=True,
        ),
        'repeat': layer_case(image, lambda x: slim.repeat(x, 2, slim.conv2d, 4, [3, 3], scope='deep')),
        'repeat_unnamed': layer_case(image, lambda x: slim.repeat(x, 2, slim.conv2d, 4, [1, 1])),
        'stack': layer_case(rows, lambda x: slim.stack(x, slim.fully_connected, [3, 4], scope='fc')),
        'stack_unnamed': layer_case(image, lambda x: slim.stack(x, slim.conv2d, [(3, [1, 1]), (2, [3, 3])])),
    }


def arguments():
    """The keyword arguments of each layer: what arg_scope can set.

    Not by arg_scoped_arguments, which since Python 3.11 takes local variables for arguments.
    """
    layers = [name for name in dir(slim) if slim.has_arg_scope(getattr(slim, name))]
    return {
        name: [p.name for p in inspect.signature(getattr(slim, name)).parameters.values() if p.default is not p.empty]
        for name in layers
    }


def streaming(metric, batches):
    """The metric's value after each batch."""
    with tf.Graph().as_default():
        feeds = [tf.placeholder(tf.as_dtype(np.asarray(part).dtype), np.asarray(part).shape) for part in batches[0]]
        value, update = metric(*feeds)
        with tf.Session() as session:
            session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
            values = []
            updates = []
            for batch in batches:
                updates.append(tensor(session.run(update, dict(zip(feeds, batch)))))
                values.append(tensor(session.run(value)))
            names = [v.op.name for v in tf.local_variables()]
    return {
        'batches': [[tensor(part) for part in batch] for batch in batches],
        'values': values,
        'updates': updates,
        'local_variables': names,
    }


def metrics():
    random = np.random.RandomState(7)

    def batches(*makers):
        return [tuple(make() for make in makers) for _ in range(4)]

    scores = lambda: random.uniform(size=(8,)).astype(np.float32)
    truth = lambda: (random.uniform(size=(8,)) < 0.4).astype(np.int32)
    classes = lambda: random.randint(0, 4, size=(8,)).astype(np.int32)
    weights = lambda: random.randint(0, 3, size=(8,)).astype(np.float32)
    reals = lambda: random.standard_normal((8, 3)).astype(np.float32)
    m = slim.metrics
    return {
        'streaming_mean': streaming(m.streaming_mean, batches(reals)),
        'streaming_mean_weighted': streaming(m.streaming_mean, batches(scores, weights)),
        'streaming_accuracy': streaming(m.streaming_accuracy, batches(classes, classes)),
        'streaming_accuracy_weighted': streaming(m.streaming_accuracy, batches(classes, classes, weights)),
        'streaming_precision': streaming(m.streaming_precision, batches(truth, truth)),
        'streaming_precision_weighted': streaming(m.streaming_precision, batches(truth, truth, weights)),
        'streaming_recall': streaming(m.streaming_recall, batches(truth, truth)),
        'streaming_recall_weighted': streaming(m.streaming_recall, batches(truth, truth, weights)),
        'streaming_auc': streaming(m.streaming_auc, batches(scores, truth)),
        'streaming_auc_weighted': streaming(m.streaming_auc, batches(scores, truth, weights)),
        'streaming_auc_pr': streaming(
            lambda p, l: m.streaming_auc(p, l, num_thresholds=50, curve='PR'), batches(scores, truth)
        ),
        'streaming_mean_iou': streaming(lambda p, l: m.streaming_mean_iou(p, l, 4), batches(classes, classes)),
        'streaming_mean_iou_weighted': streaming(
            lambda p, l, w: m.streaming_mean_iou(p, l, 4, w), batches(classes, classes, weights)
        ),
        'streaming_mean_squared_error': streaming(m.streaming_mean_squared_error, batches(reals, reals)),
        'streaming_mean_squared_error_weighted': streaming(
            m.streaming_mean_squared_error, batches(scores, scores, weights)
        ),
        'f1_score': streaming(lambda l, p: m.f1_score(l, p), batches(truth, scores)),
        'f1_score_weighted': streaming(lambda l, p, w: m.f1_score(l, p, w, num_thresholds=20), batches(truth, scores, weights)),
        'accuracy': single(lambda p, l: m.accuracy(p, l), classes(), classes()),
        'accuracy_weighted': single(lambda p, l, w: m.accuracy(p, l, w), classes(), classes(), weights()),
    }


def single(function, *arguments):
    with tf.Graph().as_default(), tf.Session() as session:
        value = session.run(function(*[tf.constant(a) for a in arguments]))
    return {'batches': [[tensor(a) for a in arguments]], 'values': [tensor(value)]}


def metric_losses():
    def case(function, labels, *embeddings):
        with tf.Graph().as_default(), tf.Session() as session:
            inputs = [tf.constant(e) for e in embeddings]
            loss = function(tf.constant(labels), *inputs)
            value, gradients = session.run([loss, tf.gradients(loss, inputs)])
        return {
            'labels': tensor(labels),
            'embeddings': [tensor(e) for e in embeddings],
            'value': tensor(value),
            'gradients': [tensor(g) for g in gradients],
        }

    unit = lambda e: e / np.linalg.norm(e, axis=1, keepdims=True)
    a, b = unit(draw(11, 6, 4)), unit(draw(12, 6, 4))
    classes = np.array([0, 1, 0, 2, 1, 2], np.int32)
    sets = [[0, 2], [1], [0], [2, 3], [1, 3], [3]]
    dense = np.array([[float(c in s) for c in range(4)] for s in sets], np.float32)

    def multilabel(labels, anchor, positive):
        sparse = [
            tf.SparseTensor([[0, c] for c in s], [True] * len(s), [1, 4]) for s in sets
        ]
        sparse = [tf.cast(s, tf.int32) for s in sparse]
        del labels
        return metric_learning.npairs_loss_multilabel(sparse, anchor, positive)

    # One without clusters, one whose clusters are nearly those of the labels.
    crowd = unit(draw(13, 12, 3))
    crowd_classes = np.array([0, 1, 2, 0, 1, 2, 3, 3, 0, 1, 2, 3], np.int64)
    clusters = unit(np.eye(4, dtype=np.float32)[crowd_classes] + np.float32(0.55) * draw(14, 12, 4))

    def cluster(embeddings, margin_multiplier, **options):
        return case(
            lambda l, x: metric_learning.cluster_loss(l, x, margin_multiplier, **options), crowd_classes, embeddings
        )

    return {
        'cluster_loss': cluster(crowd, 1.0),
        'cluster_loss_clustered': cluster(clusters, 4.0),
        'cluster_loss_not_refined': cluster(crowd, 3.0, enable_pam_finetuning=False),
        'cluster_loss_ami': cluster(clusters, 2.0, margin_type='ami'),
        'cluster_loss_ari': cluster(clusters, 2.0, margin_type='ari'),
        'cluster_loss_vmeasure': cluster(clusters, 2.0, margin_type='vmeasure'),
        'cluster_loss_const': cluster(crowd, 2.0, margin_type='const'),
        'contrastive_loss': case(metric_learning.contrastive_loss, np.array([1, 0, 1, 0, 0, 1], np.int32), a, b),
        'contrastive_loss_margin': case(
            lambda l, x, y: metric_learning.contrastive_loss(l, x, y, margin=2.0), np.array([1, 0, 1, 0, 0, 1], np.int32), a, b
        ),
        'triplet_semihard_loss': case(metric_learning.triplet_semihard_loss, classes, a),
        'triplet_semihard_loss_margin': case(lambda l, x: metric_learning.triplet_semihard_loss(l, x, margin=0.3), classes, a),
        'npairs_loss': case(metric_learning.npairs_loss, np.array([0, 1, 2, 3, 1, 5], np.int32), a, b),
        'npairs_loss_multilabel': case(multilabel, dense, a, b),
        'lifted_struct_loss': case(metric_learning.lifted_struct_loss, classes, a),
    }


def averages():
    """ExponentialMovingAverage, and AdagradDA, over ten steps of a variable under given gradients."""
    gradients = draw(21, 10, 3)
    first = draw(22, 3)

    def follow(**options):
        with tf.Graph().as_default():
            v = tf.get_variable('v', initializer=tf.constant(first))
            step = tf.train.get_or_create_global_step()
            if options.pop('count', False):
                options['num_updates'] = step
            average = tf.train.ExponentialMovingAverage(**options)
            maintain = average.apply([v])
            shadow = average.average(v)
            g = tf.placeholder(tf.float32, [3])
            move = tf.assign_sub(v, g)
            rows = []
            with tf.Session() as session:
                session.run(tf.global_variables_initializer())
                for row in gradients:
                    session.run(move, {g: row})
                    session.run(maintain)
                    session.run(tf.assign_add(step, 1))
                    rows.append(session.run(shadow))
                names = [w.op.name for w in tf.global_variables()]
        return {'values': tensor(rows), 'names': names}

    def dual(**options):
        with tf.Graph().as_default():
            v = tf.get_variable('v', initializer=tf.constant(first))
            step = tf.train.get_or_create_global_step()
            optimizer = tf.train.AdagradDAOptimizer(0.1, step, **options)
            g = tf.placeholder(tf.float32, [3])
            move = optimizer.apply_gradients([(g, v)], global_step=step)
            rows = []
            with tf.Session() as session:
                session.run(tf.global_variables_initializer())
                for row in gradients:
                    session.run(move, {g: row})
                    rows.append(session.run(v))
                slots = {w.op.name: tensor(session.run(w)) for w in tf.global_variables() if w.op.name.startswith('v/')}
        return {'values': tensor(rows), 'slots': slots}

    return {
        'first': tensor(first),
        'gradients': tensor(gradients),
        'moving_average': follow(decay=0.9),
        'moving_average_num_updates': follow(decay=0.99, count=True),
        'moving_average_zero_debias': follow(decay=0.9, zero_debias=True),
        'adagrad_da': dual(),
        'adagrad_da_l1_l2': dual(
            initial_gradient_squared_accumulator_value=0.5,
            l1_regularization_strength=0.05,
            l2_regularization_strength=0.02,
        ),
    }


def optimize_loss():
    """Ten steps of optimize_loss on a table of embeddings, whose gradient is sparse, and weights, whose gradient is not."""
    ids = np.random.RandomState(31).randint(0, 5, size=(10, 4)).astype(np.int32)
    targets = 3 * draw(32, 10, 4, 1)
    first = {'table': draw(33, 6, 3), 'weights': draw(34, 3, 1)}
    multipliers = {'table:0': 0.5, 'weights:0': 2.0}

    def train(*rate_and_optimizer, global_step=False, clip_gradients=None, **options):
        with tf.Graph().as_default():
            step = tf.train.get_or_create_global_step()
            table, weights = [tf.get_variable(n, initializer=tf.constant(v), use_resource=True) for n, v in first.items()]
            i, t = tf.placeholder(tf.int32, [4]), tf.placeholder(tf.float32, [4, 1])
            loss = tf.reduce_mean(tf.square(tf.matmul(tf.tanh(tf.gather(table, i)), weights) - t))
            if callable(clip_gradients):
                clip_gradients = clip_gradients(step)
            train_op = slim.optimize_loss(
                loss, step if global_step else None, *rate_and_optimizer, clip_gradients=clip_gradients, **options
            )
            merged = tf.summary.merge_all()
            losses = []
            with tf.Session() as session:
                session.run(tf.global_variables_initializer())
                for row, target in zip(ids, targets):
                    losses.append(session.run(train_op, {i: row, t: target}))
                variables = {v.op.name: tensor(session.run(v)) for v in tf.global_variables()}
                written = tf.Summary.FromString(session.run(merged, {i: ids[0], t: targets[0]}))
        return {
            'losses': tensor(losses),
            'variables': variables,
            'tags': [value.tag for value in written.value],
        }

    adaptive = slim.adaptive_clipping_fn
    return {
        'ids': tensor(ids),
        'targets': tensor(targets),
        'first': {name: tensor(value) for name, value in first.items()},
        'cases': {
            'sgd': train(0.1, 'SGD'),
            'momentum': train(0.1, 'Momentum', global_step=True),
            'adam': train(0.1, 'Adam'),
            'adagrad': train(0.1, 'Adagrad'),
            'ftrl': train(0.1, 'Ftrl'),
            'rms_prop': train(0.1, 'RMSProp'),
            'class': train(0.1, tf.train.GradientDescentOptimizer),
            'function': train(0.1, lambda rate: tf.train.MomentumOptimizer(rate, 0.5)),
            'instance': train(None, tf.train.AdamOptimizer(0.05)),
            'function_without_rate': train(None, lambda: tf.train.MomentumOptimizer(0.05, 0.5)),
            'multipliers': train(0.1, 'SGD', gradient_multipliers=multipliers),
            'clip': train(0.1, 'SGD', clip_gradients=0.7),
            'multipliers_then_clip': train(0.1, 'Momentum', gradient_multipliers=multipliers, clip_gradients=0.7),
            'decay': train(0.2, 'SGD', learning_rate_decay_fn=lambda rate, step: tf.train.exponential_decay(rate, step, 3, 0.5)),
            'all_summaries': train(0.1, 'Adam', name='gan/gen', clip_gradients=0.7, summaries=slim.OPTIMIZER_SUMMARIES),
            'not_counted': train(0.1, 'SGD', increment_global_step=False),
            'adaptive': train(0.1, 'SGD', clip_gradients=lambda step: adaptive(decay=0.5, std_factor=1.0, report_summary=True)),
            'adaptive_global_step': train(
                0.1, 'SGD', clip_gradients=lambda step: adaptive(global_step=step, std_factor=0.5, name='norm')
            ),
            'adaptive_static': train(
                0.1, 'SGD', clip_gradients=lambda step: adaptive(static_max_norm=0.5, decay=0.8, epsilon=0.1)
            ),
        },
    }


def summarizers():
    """Summaries of a small model by its collections, and what model_analyzer says of its variables."""
    first = {
        name: tensor(draw(40 + index, *shape))
        for index, (name, shape) in enumerate(
            [('fc1/weights', (3, 8)), ('fc1/biases', (8,)), ('fc2/weights', (8, 9)), ('fc2/biases', (9,)),
             ('fc3/weights', (9, 4)), ('fc3/biases', (4,)), ('fc4/weights', (4, 2)), ('fc4/biases', (2,))]
        )
    }
    rows = 3 * draw(50, 6, 3)
    with tf.Graph().as_default(), tf.Session() as session:
        collections = {'weights': [tf.GraphKeys.WEIGHTS], 'biases': [tf.GraphKeys.BIASES]}
        tf.enable_resource_variables()
        with slim.arg_scope(
            [slim.fully_connected], outputs_collections=tf.GraphKeys.ACTIVATIONS, variables_collections=collections
        ):
            net = slim.fully_connected(rows, 8, scope='fc1')
            net = slim.fully_connected(net, 9, tf.nn.relu6, scope='fc2')
            net = slim.fully_connected(net, 4, tf.nn.softplus, scope='fc3')
            net = slim.fully_connected(net, 2, None, scope='fc4')
        tf.train.get_or_create_global_step()
        slim.summarize_activations()
        slim.summarize_weights()
        slim.summarize_biases(name_filter='fc[12]/')
        slim.summarize_collection(tf.GraphKeys.GLOBAL_VARIABLES, 'global')
        slim.summarize_tensors([net], lambda t: slim.summarize_tensor(t, 'outputs'))
        slim.summarize_tensor(tf.reduce_sum(net), 'total')
        slim.summarize_tensor(net > 0, 'boolean')
        for v in tf.trainable_variables():
            v.load(np.reshape(first[v.op.name]['data'], first[v.op.name]['shape']), session)
        session.run(tf.train.get_global_step().initializer)
        values = tf.Summary.FromString(session.run(tf.summary.merge_all())).value
        variables = tf.global_variables()
        size, bytes = slim.model_analyzer.analyze_vars(variables)
        analyzed = {'total_size': size, 'total_bytes': bytes, 'descriptions': {}}
        for v in variables:
            analyzed['descriptions'][v.op.name] = slim.model_analyzer.tensor_description(v)
        tf.disable_resource_variables()

    def summary(value):
        if value.WhichOneof('value') == 'simple_value':
            return value.simple_value
        h = value.histo
        return {'min': h.min, 'max': h.max, 'num': h.num, 'sum': h.sum, 'sumSquares': h.sum_squares}

    return {
        'rows': tensor(rows),
        'first': first,
        'summaries': {value.tag: summary(value) for value in values},
        'analyzed': analyzed,
    }


for name, make in {
    'summarizers': summarizers,
    'optimize-loss': optimize_loss,
    'layers': layers,
    'metrics': metrics,
    'metric-learning': metric_losses,
    'averages': averages,
    'arguments': arguments,
}.items():
    with open(os.path.join(HERE, name + '.json'), 'w') as file:
        json.dump({'versions': {'tensorflow-cpu': tf.__version__, 'tf-slim': '1.1.0'}, 'cases': make()}, file)
        file.write('\n')
