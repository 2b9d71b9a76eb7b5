/** Stands in for the extension in the mapping editor's page: hands its messages to the test, which answers. */

import type { FromMapping, ToMapping } from '../../src/protocol/mapping.ts';

class FakeMappingExtension {
  readonly violations: string[] = [];
  state: unknown;

  constructor() {
    document.addEventListener('securitypolicyviolation', event => {
      this.violations.push(
        `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
      );
    });
  }

  post(message: ToMapping): void {
    window.postMessage(message, '*');
  }
}

declare global {
  interface Window {
    mappingExtension: FakeMappingExtension;
    /** Exposed by the test. */
    toMappingHost: (message: FromMapping) => Promise<void>;
  }
}

const extension = new FakeMappingExtension();
const state = new URLSearchParams(location.search).get('state');
if (state !== null) extension.state = JSON.parse(state);
window.mappingExtension = extension;
Object.assign(window, {
  acquireVsCodeApi: () => ({
    postMessage: (message: FromMapping) => void window.toMappingHost(structuredClone(message)),
    getState: () => extension.state,
    setState: (kept: unknown) => {
      extension.state = kept;
    },
  }),
});
