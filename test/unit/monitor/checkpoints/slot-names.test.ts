import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../../src/formats/checkpoint-reader.ts';
import { slotsOf } from '../../../../src/monitor/checkpoints/slot-names.ts';
import { fixturePath } from '../../../fixture-files.ts';
import { lenetVariant, newestOf } from '../../../lenet-oracle.ts';

async function slotsIn(path: string): Promise<Record<string, string>> {
  const checkpoint = await openCheckpoint(path);
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
    const { path, recorded } = newestOf(lenetVariant('lenet-adam'));
    // Two for each variable of the model; the step counter and the powers of beta are none.
    const expected = Object.keys(recorded.variables).flatMap(name => {
      const [, of, slot] = /^(.*)\/(Adam(?:_1)?)$/.exec(name) ?? [];
      return of === undefined ? [] : [[name, `${slot} of ${of}`]];
    });
    expect(expected.length).toBeGreaterThan(0);
    expect(await slotsIn(path)).toEqual(Object.fromEntries(expected));
  });

  it('knows the slots that Keras names before and after the variable', async () => {
    const path = fixturePath('checkpoints', 'keras_object');
    const checkpoint = await openCheckpoint(path);
    const names = await checkpoint.readableNames();
    await checkpoint.close();
    // The object graph's keys say it, in other words.
    const expected = [...names].flatMap(([key, name]) => {
      const [, of, slot] = /^(.*)\/\.OPTIMIZER_SLOT\/[^/]+\/([^/]+)\/\.ATTR/.exec(key) ?? [];
      const [optimizer = ''] = name.split('/');
      const variable = names.get(`${of}/.ATTRIBUTES/VARIABLE_VALUE`);
      return of === undefined ? [] : [[name, `${optimizer} ${slot} of ${variable}`]];
    });
    expect(expected.length).toBeGreaterThan(0);
    expect(await slotsIn(path)).toEqual(Object.fromEntries(expected));
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
