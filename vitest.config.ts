import { defineConfig } from 'vitest/config';

/** Tests that run in plain Node. test/host and test/e2e have their own runners, in a real VS Code. */
export default defineConfig({
  test: {
    include: ['test/{unit,parity,interop,cli,faults,webview,package}/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is polled for happens within milliseconds, but not on a machine that does much else.
    expect: { poll: { timeout: 30_000 } },
    pool: 'forks',
  },
});
