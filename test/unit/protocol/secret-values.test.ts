import { expect, test } from 'vitest';
import { isSecretName, withoutSecrets } from '../../../src/protocol/secret-values.ts';

test.each([
  ...['key', 'apiKey', 'API_KEY', 'openai-key', 'AWS_SECRET_ACCESS_KEY', 'APIKey', 'apikey', 'privateKey'],
  ...['token', 'HF_TOKEN', 'accessToken', 'wandb.token', 'password', 'db_password', 'clientSecret', 'PWD'],
])('%s is the name of a secret', name => {
  expect(isSecretName(name)).toBe(true);
});

test.each([
  ...[
    'keyDim',
    'labelKey',
    'sortKey',
    'numKeys',
    'maxTokens',
    'tokens',
    'padToken',
    'eos_token',
    'tokenizer',
  ],
  ...['learningRate', 'secretion', 'monkey', 'stokens', 'passwordless', '', '123'],
])('%j is not', name => {
  expect(isSecretName(name)).toBe(false);
});

test('they are hidden in whatever way arguments are written', () => {
  const { command } = withoutSecrets({
    command: [
      'python',
      'a.py',
      '--api-key',
      'x',
      '--token=x',
      'DB_PASSWORD=x=x',
      '--hparam=hfToken=x',
      '-key',
      '-x',
    ],
  });
  expect(command.slice(2)).toEqual([
    ...['--api-key', '(hidden)', '--token=(hidden)', 'DB_PASSWORD=(hidden)', '--hparam=hfToken=(hidden)'],
    ...['-key', '-x'],
  ]);
});

test('numbers, and what has another name, stay', () => {
  const record = {
    command: ['node', 'train.js', '--rate', '0.1', '--key-dim=64', 'tokens=x'],
    hparams: { token: 512, password: '', key: null, rate: 0.1 },
    overrides: { numberOfSteps: 7, hparams: { data: 'digits' } },
  };
  expect(withoutSecrets(record)).toEqual(record);
});
