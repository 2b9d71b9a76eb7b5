import { describe, expect, it } from 'vitest';
import { SnapshotGate } from '../../../src/catalog/snapshot-gate.ts';

function gateOnCounter(): { gate: SnapshotGate; sent: () => number } {
  let sent = 0;
  return { gate: new SnapshotGate(() => sent++), sent: () => sent };
}

describe('SnapshotGate', () => {
  it('sends nothing before the view is there, then what is so far', () => {
    const { gate, sent } = gateOnCounter();
    gate.change();
    expect(sent()).toBe(0);
    gate.open();
    expect(sent()).toBe(1);
    gate.taken();
    expect(sent()).toBe(1);
  });

  it('sends the first change at once and holds the others until the view has taken it', () => {
    const { gate, sent } = gateOnCounter();
    gate.open();
    gate.taken();
    gate.change();
    expect(sent()).toBe(2);
    gate.change();
    gate.change();
    expect(sent()).toBe(2);
    gate.taken();
    expect(sent()).toBe(3);
    gate.taken();
    expect(sent()).toBe(3);
  });

  it('sends again to a view that was reloaded before it had taken the last one', () => {
    const { gate, sent } = gateOnCounter();
    gate.open();
    gate.open();
    expect(sent()).toBe(2);
  });

  it('is silent while closed, and an answer that comes late changes nothing', () => {
    const { gate, sent } = gateOnCounter();
    gate.open();
    gate.change();
    gate.close();
    gate.taken();
    gate.change();
    expect(sent()).toBe(1);
  });
});
