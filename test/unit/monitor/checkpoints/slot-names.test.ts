import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../../src/formats/checkpoint-reader.ts';
import { slotsOf } from '../../../../src/monitor/checkpoints/slot-names.ts';
import { fixturePath } from '../../../fixture-files.ts';

async function slotsIn(...path: string[]): Promise<Record<string, string>> {
  const checkpoint = await openCheckpoint(fixturePath(...path));
  try {
    const names = await checkpoint.readableNames();
    const variables = [...checkpoint.variables].map(([name, { shape }]) => ({
      path: names.get(name) ?? name,
      shape,
    }));
    const slots = slotsOf(variables);
    return Object.fromEntries(
      variables.flatMap(({ path: name }, index) => {
        const slot = slots[index];
        return slot === null || slot === undefined ? [] : [[name, `${slot.name} of ${slot.of}`]];
      }),
    );
  } finally {
    await checkpoint.close();
  }
}

describe('slotsOf', () => {
  it('knows the slots that TF1 names after the variable', async () => {
    const slots = await slotsIn('slim-lenet', 'lenet-adam', 'model.ckpt-40');
    const [weights = ''] = Object.keys(slots).filter(name => name.endsWith('conv1/weights/Adam_1'));
    expect(slots[weights]).toBe(`Adam_1 of ${weights.replace('/Adam_1', '')}`);
    // Two for each variable of the model; the step counter and the powers of beta are none.
    expect(Object.keys(slots).filter(name => /global_step|beta\d_power/.test(name))).toEqual([]);
    expect(new Set(Object.values(slots).map(slot => slot.split(' ')[0]))).toEqual(
      new Set(['Adam', 'Adam_1']),
    );
  });

  it('knows the slots that Keras names before and after the variable', async () => {
    const slots = await slotsIn('checkpoints', 'keras_object');
    expect(slots['Adam/c1/kernel/m']).toBe('Adam m of c1/kernel');
    expect(Object.keys(slots).filter(name => !/\/[mv]$/.test(name))).toEqual([]);
  });

  it('knows the slots of an object graph that tells no names', () => {
    const shape = [3];
    const path = 'layer/kernel/.OPTIMIZER_SLOT/optimizer/m';
    expect(slotsOf([{ path, shape }])).toEqual([{ of: 'layer/kernel', name: 'optimizer m' }]);
  });

  it('takes nothing of another shape for a slot', () => {
    expect(
      slotsOf([
        { path: 'a', shape: [3] },
        { path: 'a/b', shape: [4] },
      ]),
    ).toEqual([null, null]);
  });
});
