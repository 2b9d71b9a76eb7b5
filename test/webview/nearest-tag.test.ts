import { expect, it } from 'vitest';
import { nearestTag } from '../../webview/dashboard/scalars/nearest-tag.ts';

const tags = ['learning_rate', 'losses/log_loss', 'losses/total_loss', 'eval/accuracy'];

it('finds the tag that was meant', () => {
  expect(nearestTag('los/tota', tags)).toBe('losses/total_loss');
  expect(nearestTag('acuracy', tags)).toBe('eval/accuracy');
  expect(nearestTag('Total_los', tags)).toBe('losses/total_loss');
});

it('has nothing to say where nothing is like it', () => {
  expect(nearestTag('histogram', tags)).toBeNull();
  expect(nearestTag('loss', [])).toBeNull();
});
