import { afterEach, expect, test } from 'vitest';
import {
  installedTrainingHost,
  installTrainingHost,
  TRAINING_HOST,
  TRAINING_HOST_VERSION,
} from '../../../src/protocol/training-host.ts';
import { hparams } from '../../../src/slim/hparams.ts';
import { RecordingHost } from '../slim/recording-host.ts';

afterEach(() => {
  Reflect.deleteProperty(globalThis, TRAINING_HOST);
});

/** A host whose members mean what that version says. */
function install(version: unknown): RecordingHost {
  const host = new RecordingHost({ hparams: { rate: '2' } });
  installTrainingHost(Object.assign(host, { version }));
  return host;
}

test('a host of the same version is taken, whatever it has besides or lacks of what is optional', () => {
  const host = install(TRAINING_HOST_VERSION);
  Object.assign(host, { onWeather: () => undefined });
  expect(host).not.toHaveProperty('onMode');
  expect(installedTrainingHost()).toBe(host);
  expect(hparams({ rate: 1 })).toEqual({ rate: 2 });
});

test('no host is none', () => {
  expect(installedTrainingHost()).toBe(undefined);
});

test("a newer host is not taken for one of the library's own version: the library is the older one", () => {
  install(TRAINING_HOST_VERSION + 1);
  expect(() => hparams({ rate: 1 })).toThrow(
    "The script's slim-training is older than the slim-train that runs it (training host version 2, and 1 in the " +
      'library). Update it: npm install slim-training@latest',
  );
});

test.each([0, undefined])('a host of version %s is the older one', version => {
  install(version);
  expect(() => hparams({ rate: 1 })).toThrow(
    "The slim-train that runs the script is older than the script's slim-training",
  );
});
