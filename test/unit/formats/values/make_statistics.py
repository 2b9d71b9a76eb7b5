"""Writes spread.npz and statistics.json: what NumPy makes of the values of each dtype, and the numbers of narrow floats."""

import json

import ml_dtypes
import numpy as np

rng = np.random.default_rng(5)
BINS = 48


def with_odd_ones(values):
    values = values.copy()
    values[[3, 500, 501]] = [np.nan, np.inf, -np.inf]
    values[[7, 8]] = [0.0, -0.0]
    return values


normal = rng.normal(scale=0.2, size=1000)
ARRAYS = {
    'float64': with_odd_ones(normal),
    'float32': with_odd_ones(normal.astype(np.float32)).reshape(20, 50),
    'float16': with_odd_ones(normal.astype(np.float16)),
    'far_from_zero': 1e6 + normal,
    'far_apart': np.array([-1.7e308, 0, 1.7e308]),
    'int8': rng.integers(-128, 128, 1000).astype(np.int8),
    'uint16': rng.integers(0, 65536, 1000).astype(np.uint16),
    'int32': rng.integers(-(2**31), 2**31, 1000).astype(np.int32),
    'int64': rng.integers(-(2**40), 2**40, 1000),
    'uint64': rng.integers(0, 2**40, 1000).astype(np.uint64),
    'bool': rng.random(1000) < 0.25,
    'complex64': (normal + 1j * normal[::-1]).astype(np.complex64),
    'complex128': normal + 1j * normal[::-1],
    'constant': np.full(10, 0.25, np.float32),
    'one_number': np.float32(1.5),
    'no_number': np.array([np.nan, np.inf]),
    'empty': np.zeros((0, 3), np.float32),
}


def number(value):
    value = float(value)
    return value if np.isfinite(value) else str(value)


def statistics(array):
    array = np.asarray(array)
    values = (np.abs(array.astype(np.complex128)) if array.dtype.kind == 'c' else array).astype(np.float64).ravel()
    finite = values[np.isfinite(values)]
    counts = {
        'count': values.size,
        'zeros': int(np.sum(values == 0)),
        'nans': int(np.sum(np.isnan(values))),
        'infinities': int(np.sum(np.isinf(values))),
    }
    if finite.size == 0:
        return counts
    edges = (finite.min() / 4, finite.max() / 4) if np.isinf(np.ptp(finite)) else None
    histogram, limits = np.histogram(finite / 4 if edges else finite, BINS, edges)
    with np.errstate(over='ignore'):
        spread = number(finite.std())
        norm = number(np.sqrt(np.sum(finite**2)))
    return {
        **counts,
        'min': finite.min(),
        'max': finite.max(),
        'mean': finite.mean(),
        'standardDeviation': spread,
        'norm': norm,
        'bins': histogram.tolist(),
    }


def change(own, other):
    """Of the elements that are finite in both; of complex numbers, the absolute values."""
    a, b = (np.abs(x.astype(np.complex128)) if x.dtype.kind == 'c' else x for x in (ARRAYS[own], ARRAYS[other]))
    a, b = a.astype(np.float64).ravel(), b.astype(np.float64).ravel()
    finite = np.isfinite(a) & np.isfinite(b)
    a, b = a[finite], b[finite]
    return {
        'own': own,
        'other': other,
        'relative': np.linalg.norm(a - b) / np.linalg.norm(b),
        'cosine': a @ b / np.linalg.norm(a) / np.linalg.norm(b),
        'largest': np.abs(a - b).max(),
    }


PAIRS = (('float16', 'float64'), ('far_from_zero', 'float64'), ('int8', 'int64'), ('complex64', 'complex128'))


def codes_of(dtype):
    """All numbers of a narrow float, by their codes."""
    codes = np.arange(2 ** (8 * np.dtype(dtype).itemsize), dtype=f'u{np.dtype(dtype).itemsize}')
    return [number(value) for value in codes.view(dtype).astype(np.float64)]


FLOAT8 = ('float8_e5m2', 'float8_e4m3fn', 'float8_e4m3fnuz', 'float8_e4m3b11fnuz', 'float8_e5m2fnuz')

np.savez_compressed('spread.npz', **ARRAYS)
with open('statistics.json', 'w') as out:
    json.dump(
        {
            'statistics': {name: statistics(array) for name, array in ARRAYS.items()},
            'changes': [change(*pair) for pair in PAIRS],
            'codes': {name: codes_of(getattr(ml_dtypes, name)) for name in FLOAT8 if hasattr(ml_dtypes, name)},
        },
        out,
        indent=None,
    )
