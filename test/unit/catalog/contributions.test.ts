import { expect, test } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import {
  checkpointViewType,
  commandId,
  commandNames,
  mappingViewType,
  runsViewId,
  settingDefaults,
} from '../../../src/catalog/contributions.ts';

const { commands, configuration, customEditors, views } = packageJson.contributes;

test('there is each command that package.json names, and no other', () => {
  expect(commandNames.map(commandId).sort()).toEqual(commands.map(({ command }) => command).sort());
});

test('the view and the editors have the names that package.json gives them', () => {
  expect(views.slimTraining.map(({ id }) => id)).toEqual([runsViewId]);
  const types = customEditors.map(({ viewType }) => viewType);
  expect(types.sort()).toEqual([checkpointViewType, mappingViewType].sort());
});

test('each setting has the default that package.json says', () => {
  const said = Object.entries(configuration.properties).map(([name, property]) => [name, property.default]);
  const known = Object.entries(settingDefaults).map(([name, value]) => [
    `slimTraining.${name}`,
    value as unknown,
  ]);
  expect(Object.fromEntries(known)).toEqual(Object.fromEntries(said));
});
