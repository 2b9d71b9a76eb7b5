"""Writes src/backends/graph/op-facts.ts: what a NodeDef has to say of each op, from TensorFlow's own registry.

Run it by a Python that has TensorFlow, with the newest TensorFlow that the native backend is built with:
    .cache/python/bin/python scripts/op-facts.py
"""

import os

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'

from pathlib import Path

import tensorflow as tf
from tensorflow.core.framework import op_def_pb2, types_pb2
from tensorflow.python.client import pywrap_tf_session

TARGET = Path(__file__).parent.parent / 'src' / 'backends' / 'graph' / 'op-facts.ts'

# Types that TensorFlow.js has.
TYPES = {types_pb2.DT_FLOAT, types_pb2.DT_INT32, types_pb2.DT_INT64, types_pb2.DT_BOOL, types_pb2.DT_COMPLEX64}

# Families of ops that no TensorFlow.js kernel runs.
FOREIGN = ('_', 'Xla', 'TPU', 'Quantize', 'Dequantize', 'FakeQuant', 'Sparse', 'Ragged', 'Tensor', 'Decode', 'Encode',
           'Collective', 'Boosted', 'Experimental', 'Nccl', 'Uniform', 'Configure', 'Deserialize', 'Serialize', 'Risc',
           'Debug', 'Stateful', 'Ref', 'String', 'Unicode', 'Cudnn', 'Requantiz', 'Ordered', 'Load', 'Retrieve', 'Sdca')
NEEDED = {'SparseToDense', 'TensorScatterUpdate'}


def allowed(attr):
    return attr.allowed_values.list.type


def is_known(op):
    arguments = list(op.input_arg) + list(op.output_arg)
    if op.is_stateful or op.HasField('deprecation') or not op.output_arg:
        return False
    if op.name.startswith(FOREIGN) and op.name not in NEEDED:
        return False
    if any(attr.type == 'func' for attr in op.attr) or any(argument.is_ref for argument in arguments):
        return False
    if any(attr.type == 'type' and allowed(attr) and not TYPES & set(allowed(attr)) for attr in op.attr):
        return False
    return all(argument.type in TYPES or argument.type_attr or argument.type_list_attr for argument in arguments)


def argument_text(argument):
    if argument.type_list_attr:
        return '*' + argument.type_list_attr
    kind = argument.type_attr or str(argument.type)
    return f'{argument.number_attr}*{kind}' if argument.number_attr else kind


def attribute_text(attr):
    return f"{attr.name}{'?' if attr.HasField('default_value') else ''}:{attr.type}"


def op_text(op):
    inputs = ','.join(argument_text(argument) for argument in op.input_arg)
    outputs = ','.join(argument_text(argument) for argument in op.output_arg)
    return f"{inputs}>{outputs};{','.join(attribute_text(attr) for attr in op.attr)}"


ops = op_def_pb2.OpList()
ops.ParseFromString(pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList()))
lines = [f"  {op.name}: '{op_text(op)}'," for op in sorted(ops.op, key=lambda op: op.name) if is_known(op)]
TARGET.write_text('\n'.join([
    f'/** Made by scripts/op-facts.py from the registry of TensorFlow {tf.__version__}. `op-signature.ts` reads it. */',
    '// prettier-ignore',
    'export const OP_FACTS: Readonly<Record<string, string>> = {',
    *lines,
    '};',
    '',
]))
print(f'{TARGET}: {len(lines)} ops')
