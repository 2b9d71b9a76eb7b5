import { describe, expect, it } from 'vitest';
import { scriptKind } from '../../../src/catalog/training-script-text.ts';

describe('scriptKind', () => {
  it.each([
    ["import * as slim from 'slim-training';\nawait slim.learning.train(op, 'runs/a');", 'trains'],
    ['const slim = require("slim-training");\nslim.learning.train (op)', 'trains'],
    ["const { learning } = await import('slim-training');\nlearning.train(op)", 'trains'],
    ["import { conv2d } from 'slim-training';\nexport const model = conv2d;", 'imports'],
    ["import { learning } from 'slim-training-extras';\nlearning.train(op)", 'other'],
    ['// slim-training\ntrain(op)', 'other'],
    ['import \'slim-training";\ntrain()', 'other'],
  ])('%#: %s', (text, kind) => {
    expect(scriptKind(text)).toBe(kind);
  });
});
