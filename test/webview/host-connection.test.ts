import { afterEach, describe, expect, it, vi } from 'vitest';
import { isListOf, isName, isNullOr } from '../../src/protocol/checks.ts';
import { HostConnection } from '../../webview/shared/host-connection.ts';

interface State {
  readonly hidden: readonly string[];
  readonly selected: string | null;
}

function saved(state: unknown): Partial<State> {
  vi.stubGlobal('acquireVsCodeApi', () => ({ getState: () => state }));
  const connection = new HostConnection<{
    readonly to: { readonly type: string };
    readonly from: { readonly type: string };
    readonly state: State;
  }>();
  return connection.savedState({ hidden: isListOf(isName), selected: isNullOr(isName) });
}

describe('What a page saved', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('comes back', () => {
    expect(saved({ hidden: ['a'], selected: null })).toEqual({ hidden: ['a'], selected: null });
  });

  it('comes back without what another version wrote otherwise', () => {
    expect(saved({ hidden: 7, selected: 'x' })).toEqual({ selected: 'x' });
    expect(saved({ hidden: [7], added: true })).toEqual({});
    for (const state of [undefined, null, 7, 'state', []]) expect(saved(state)).toEqual({});
  });
});
