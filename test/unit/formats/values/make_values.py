"""Writes the files of this folder and oracle.json."""

import hashlib
import json
import struct

import ml_dtypes
import numpy as np
import safetensors.numpy
import scipy.io

rng = np.random.default_rng(1)
NUMBERS = {
    'float16': rng.normal(size=(3, 2)).astype(np.float16),
    'float32': rng.normal(size=(2, 3, 4)).astype(np.float32),
    'float64': rng.normal(size=(5,)),
    'int8': np.array([-128, 127, 3], np.int8),
    'uint8': np.arange(12, dtype=np.uint8).reshape(3, 4),
    'int16': np.array([[-32768, 32767]], np.int16),
    'uint16': np.array([65535], np.uint16),
    'int32': np.array([-(2**31), 2**31 - 1], np.int32),
    'uint32': np.array([2**32 - 1], np.uint32),
    'int64': np.array([-(2**63), 2**63 - 1], np.int64),
    'uint64': np.array([2**64 - 1], np.uint64),
    'bool': np.array([[True, False], [True, True]]),
    'scalar/of float32': np.float32(1.5),
    'empty': np.zeros((0, 3), np.float32),
}
COMPLEX = {
    'complex64': (rng.normal(size=(2, 3)) + 1j * rng.normal(size=(2, 3))).astype(np.complex64),
    'complex128': rng.normal(size=(4,)) + 1j * rng.normal(size=(4,)),
}

oracle = {}


def describe(array):
    array = np.asarray(array)
    little = array.astype(array.dtype.newbyteorder('<')) if array.dtype.kind != 'V' else array
    name = array.dtype.newbyteorder('=').name
    return {
        'dtype': name,
        'shape': list(array.shape),
        'sha256': hashlib.sha256(np.ascontiguousarray(little).tobytes()).hexdigest(),
    }


def record(file, format, arrays):
    oracle[file] = {'format': format, 'arrays': {name: describe(a) for name, a in arrays.items()}}


def npy(file, array):
    np.save(file, array)
    record(file, 'npy', {file.removesuffix('.npy'): np.load(file)})


npy('plain.npy', NUMBERS['float32'])
npy('fortran.npy', np.asfortranarray(NUMBERS['float32']))
npy('big_endian.npy', NUMBERS['float64'].astype('>f8'))
npy('complex_fortran.npy', np.asfortranarray(COMPLEX['complex64']))

for file, save in (('stored.npz', np.savez), ('deflated.npz', np.savez_compressed)):
    save(file, **NUMBERS, **COMPLEX, large=np.zeros((30, 70)), names=np.array(['left', 'out']))
    with np.load(file) as archive:
        record(file, 'npz', {name: archive[name] for name in archive.files if name != 'names'})

tensors = {**NUMBERS, 'bfloat16': rng.normal(size=(3, 2)).astype(ml_dtypes.bfloat16)}
tensors = {name: np.asarray(a) for name, a in tensors.items()}
safetensors.numpy.save_file(tensors, 'all.safetensors', metadata={'format': 'np'})
record('all.safetensors', 'safetensors', safetensors.numpy.load_file('all.safetensors'))

MATLAB = {
    name.replace('/', '_').replace(' ', '_'): a
    for name, a in {**NUMBERS, **COMPLEX}.items()
    if a.dtype not in (np.float16,)
}
EXTRA = {'text': 'left out', 'cell': np.array([1, 'two'], dtype=object), 'structure': {'a': 1.0}}
for file, compressed in (('plain.mat', False), ('compressed.mat', True)):
    scipy.io.savemat(file, {**MATLAB, **EXTRA}, do_compression=compressed, oned_as='column')
    # MATLAB's types, but for complex numbers: of these it takes the real part only.
    loaded = {**scipy.io.loadmat(file, mat_dtype=True)}
    loaded.update({name: a for name, a in scipy.io.loadmat(file).items() if np.iscomplexobj(a)})
    record(file, 'mat', {name: loaded[name] for name in MATLAB})


def element(order, kind, data):
    return struct.pack(order + 'II', kind, len(data)) + data + b'\0' * (-len(data) % 8)


def matlab_bytes(order):
    """As MATLAB writes and SciPy does not: doubles stored as int16, a small element, either byte order."""
    flags = element(order, 6, struct.pack(order + 'II', 6, 0))
    dimensions = element(order, 5, struct.pack(order + 'ii', 2, 3))
    name = struct.pack(order + 'I', 1 << 16 | 1) + b'w\0\0\0'
    values = element(order, 3, struct.pack(order + '6h', 1, -2, 3, -4, 500, -600))
    header = b'MATLAB 5.0 MAT-file'.ljust(124) + struct.pack(order + 'H', 0x0100) + struct.pack(order + 'H', 0x4D49)
    return header + element(order, 14, flags + dimensions + name + values)


for file, order in (('narrow.mat', '<'), ('narrow_big_endian.mat', '>')):
    with open(file, 'wb') as out:
        out.write(matlab_bytes(order))
    record(file, 'mat', {'w': scipy.io.loadmat(file, mat_dtype=True)['w']})


def text(file, **options):
    np.savetxt(file, matrix, **options)
    record(file, 'text', {file.rsplit('.', 1)[0]: np.loadtxt(file, delimiter=options.get('delimiter'))})


matrix = np.array([[1.5, -2e-3, np.inf], [np.nan, 4, 5]])
text('spaces.txt', header='a comment')
text('commas.csv', delimiter=',')
text('tabs.tsv', delimiter='\t', fmt='%.17g')
np.savetxt('columns.csv', matrix, delimiter=';', header='first;second;"the third"', comments='')
record('columns.csv', 'text', dict(zip(['first', 'second', 'the third'], matrix.T)))
np.savetxt('one_column.txt', matrix[:, 0])
record('one_column.txt', 'text', {'one_column': np.loadtxt('one_column.txt')})

values = {'w': [[1, 2.5], [-3e-7, 4]], 'größe': 7, 'empty': [], 'deep': [[[1]], [[2]]]}
with open('named.json', 'w') as out:
    json.dump(values, out)
record('named.json', 'json', {name: np.asarray(value, np.float64) for name, value in values.items()})
with open('list.json', 'w') as out:
    json.dump([1, 2, 3], out)
record('list.json', 'json', {'list': np.array([1.0, 2, 3])})

with open('oracle.json', 'w') as out:
    json.dump(oracle, out, indent=1, ensure_ascii=False)
