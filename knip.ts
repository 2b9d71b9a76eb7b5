/** What finds code that nothing uses has to know which files are programs of their own. */
import type { KnipConfig } from 'knip';
import { bundleEntries } from './scripts/bundles.ts';

const config: KnipConfig = {
  entry: [
    ...bundleEntries,
    'examples/**/*.ts',
    'scripts/{start,test,bundle,build-types,build-notices}.ts',
    'scripts/vscode/install.ts',
    'scripts/lint/*.ts',
    'test/unit/runs/trainer-process.ts',
    'test/unit/slim/learning/long-training.ts',
    'test/unit/trainer/{loading-runner,stand-in-library}.ts',
    'test/webview/fake-*.ts',
    'test/host/{run,mocha-runner}.ts',
    'test/host/suite/*.test.ts',
    'test/e2e/screenshots.ts',
    'test/bench/*.ts',
    'test/bench/train/{main,write-workload}.ts',
    'test/bench/train/{ours,tfjs}/{train,digits}.ts',
    'test/bench/{loading,summaries}/{main,train}.ts',
  ],
  project: ['**/*.{ts,js,mjs}'],
  ignoreBinaries: ['apt-get', 'mkfifo'],
};

export default config;
