import { isObject, type FieldChecks } from '../../src/protocol/checks.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The messages of one webview: discriminated unions of src/protocol, and what it remembers across reloads. */
interface Messages {
  readonly to: { readonly type: string };
  readonly from: { readonly type: string };
  readonly state: object;
}

/** The line to the extension. */
export class HostConnection<M extends Messages> {
  readonly #api = acquireVsCodeApi();

  post(message: M['from']): void {
    this.#api.postMessage(message);
  }

  onMessage(listener: (message: M['to']) => void): void {
    window.addEventListener('message', event => {
      const data: unknown = event.data;
      // Only the extension and VS Code itself can post into a webview; VS Code's own messages have no `type`.
      if (typeof data === 'object' && data !== null && 'type' in data) listener(data as M['to']);
    });
  }

  /** What {@link saveState} kept. An older version of the extension may have written it: what fails its check is left out. */
  savedState(checks: FieldChecks<M['state']>): Partial<M['state']> {
    const state = this.#api.getState();
    if (!isObject(state)) return {};
    const known = Object.entries<(value: unknown) => boolean>(checks).filter(([field, check]) =>
      check(state[field]),
    );
    return Object.fromEntries(known.map(([field]) => [field, state[field]])) as Partial<M['state']>;
  }

  saveState(state: M['state']): void {
    this.#api.setState(state);
  }
}
