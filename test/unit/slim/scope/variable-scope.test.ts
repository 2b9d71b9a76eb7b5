/** Names as TensorFlow 1.15's `tf.variable_scope` makes them; the expected ones were taken from its documentation. */

import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { Graph } from '../../../../src/slim/scope/graph.ts';
import { operationName, variableScope } from '../../../../src/slim/scope/variable-scope.ts';
import { variable } from '../../../../src/slim/variables/make-variable.ts';

function make(name: string): string {
  return variable(name, { shape: [], initializer: () => tf.scalar(0) }).name;
}

function inGraph(fn: () => void): void {
  new Graph().asDefault(fn);
}

describe('variable scopes', () => {
  test('stand in front of names', () => {
    inGraph(() => {
      variableScope('foo', 'default', scope => {
        expect(scope).toBe('foo');
        variableScope('bar', 'default', inner => {
          expect(inner).toBe('foo/bar');
          expect(make('v')).toBe('foo/bar/v');
        });
      });
      expect(make('v')).toBe('v');
    });
  });

  test('by default name are unique, also against names that were said', () => {
    inGraph(() => {
      const names = [null, null, 'Conv_3', null, null].map(name =>
        variableScope(name, 'Conv', scope => scope),
      );
      expect(names).toEqual(['Conv', 'Conv_1', 'Conv_3', 'Conv_2', 'Conv_4']);
    });
  });

  test('entered again count their inner default names anew', () => {
    inGraph(() => {
      const inner = (): string => variableScope(null, 'Conv', scope => scope);
      expect(variableScope('block', 'block', () => [inner(), inner()])).toEqual([
        'block/Conv',
        'block/Conv_1',
      ]);
      expect(variableScope('block', 'block', () => inner())).toBe('block/Conv');
    });
  });

  test('reuse holds for all scopes inside, and cannot be taken back', () => {
    inGraph(() => {
      variableScope('a', 'a', () => variableScope('b', 'b', () => make('v')));
      const again = variableScope(
        'a',
        'a',
        () => variableScope('b', 'b', () => make('v'), { reuse: false }),
        { reuse: true },
      );
      expect(again).toBe('a/b/v');
      expect(() => variableScope('a', 'a', () => make('new'), { reuse: true })).toThrow(
        'a/new does not exist',
      );
    });
  });

  test("'auto' finds or makes", () => {
    inGraph(() => {
      const names = [1, 2].map(() => variableScope('a', 'a', () => make('v'), { reuse: 'auto' }));
      expect(names).toEqual(['a/v', 'a/v']);
    });
  });

  test('reuse takes a name', () => {
    inGraph(() => {
      expect(() => variableScope(null, 'Conv', () => null, { reuse: true })).toThrow(
        'reuse: true takes a scope',
      );
    });
  });
});

test('names of operations are unique, and those of a scope entered again too', () => {
  inGraph(() => {
    const names = [1, 2].map(() => variableScope('a', 'a', () => operationName('loss')));
    expect(names).toEqual(['a/loss', 'a_1/loss']);
    expect([operationName('loss'), operationName('loss'), operationName('loss_1')]).toEqual([
      'loss',
      'loss_1',
      'loss_1_1',
    ]);
  });
});
