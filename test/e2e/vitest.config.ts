import { defineConfig } from 'vitest/config';

/** Tests in a real VS Code in a real browser: one at a time, since each of them fills a machine. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    globalSetup: ['./test/e2e/pack-extension.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A machine of two cores that also trains takes its time.
    expect: { poll: { timeout: 60_000 } },
  },
});
