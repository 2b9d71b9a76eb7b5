import { describe, expect, it } from 'vitest';
import { NumberFormat } from '../../../src/protocol/number-format.ts';
import { escapeMarkdown, runTooltip } from '../../../src/catalog/run-tooltip.ts';
import { attempt, runOf } from './attempts.ts';

const numbers = new NumberFormat('en-US');

describe('runTooltip', () => {
  it('tells what the row leaves out', () => {
    const run = runOf(
      attempt({
        gitCommit: 'abc123',
        hparams: { learningRate: 0.01, name: 'x' },
        startedAt: 0,
        endedAt: 60_000,
      }),
    );
    const text = runTooltip(run, numbers, 60_000);
    expect(text).toContain('- Git commit: abc123');
    expect(text).toContain('- Hyperparameters: learningRate = 0\\.01, name = x');
    expect(text).toContain('- Took: 1m 00s');
    expect(text).toContain('- Command: node slim\\-train\\.js run train\\.ts');
  });

  it('names the checkpoint of a warm start, and the mapping', () => {
    const restored = { from: '/logs/base/model.ckpt-4000', mapping: '/home/ada/warm.restore.json' };
    const text = runTooltip(runOf(attempt({ restored })), numbers, 0);
    expect(text).toContain('- Warm start: from base at step 4,000 \\(/logs/base/model\\.ckpt\\-4000\\)');
    expect(text).toContain('- Restore mapping: /home/ada/warm\\.restore\\.json');
  });

  it('says what is to be known of the record', () => {
    const note = 'The run was started by slurm, which this version does not know.';
    const text = runTooltip(runOf({ ...attempt({ launcher: 'slurm' }), note }), numbers, 0);
    expect(text).toContain('- Note: The run was started by slurm, which this version does not know\\.');
  });

  it('leaves out what is not known', () => {
    expect(runTooltip(runOf(attempt()), numbers, 0)).not.toContain('Git commit');
  });

  it('shows hostile names as text', () => {
    const name = '[click](command:evil) <img src=x> **b**\n# head';
    const text = runTooltip(runOf(attempt({ name })), numbers, 0);
    expect(text).not.toMatch(/(?<!\\)\[|<img|\n# head/);
  });
});

describe('escapeMarkdown', () => {
  it('keeps every character readable', () => {
    expect(escapeMarkdown('a_b*c `d` <e> & $(bug) https://f')).toBe(
      'a\\_b\\*c \\`d\\` &lt;e&gt; &amp; \\$\\(bug\\) https\\://f',
    );
  });
});
