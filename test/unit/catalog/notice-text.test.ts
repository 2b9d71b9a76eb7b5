import { expect, test } from 'vitest';
import { withoutLinks } from '../../../src/catalog/notice-text.ts';

/** What VS Code makes links of: src/vs/base/common/linkedText.ts. */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/gi;

test.each([
  '[Repair](command:workbench.action.toggleZenMode)',
  '[[x]](COMMAND:a) [y](https://example.org "title") and [z](file:///etc/passwd)',
  '[a\nb](command:c)](command:d)',
])('%j leads nowhere and reads the same', text => {
  expect(text.match(LINK)).not.toBe(null);
  const told = withoutLinks(text);
  expect(told.match(LINK)).toBe(null);
  expect(told.replaceAll('\u200b', '')).toBe(text);
});

test('other text is left as it is', () => {
  expect(withoutLinks('loss[0] (of 3) at a(b)[c]')).toBe('loss[0] (of 3) at a(b)[c]');
});
