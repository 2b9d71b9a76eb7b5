/** Stands in for the extension in the checkpoint's page: answers at once, or when the test lets it. */

import type { TensorValue } from '../../src/formats/tensor-value.ts';
import { valuePicture } from '../../src/monitor/checkpoints/value-picture.ts';
import { valueWindow } from '../../src/monitor/checkpoints/value-window.ts';
import type {
  CheckpointPageRequests,
  FromCheckpointPage,
  ToCheckpointPage,
} from '../../src/protocol/checkpoint.ts';
import { respond, type Handlers } from '../../src/protocol/requests.ts';
import { checkpointScenes, type CheckpointScene, type CheckpointSceneName } from './checkpoint-scenes.ts';

const OTHER = { id: 'checkpoint-1', name: 'model.ckpt-3000', run: 'lenet-warm' };

class FakeCheckpointExtension {
  readonly sent: FromCheckpointPage[] = [];
  readonly violations: string[] = [];
  scene: CheckpointScene;
  /** Nothing is reported until the test says so. */
  readonly isSilent: boolean;
  isComparing = false;
  state: unknown;

  constructor(scene: CheckpointScene, isSilent: boolean) {
    this.scene = scene;
    this.isSilent = isSilent;
    document.addEventListener('securitypolicyviolation', event => {
      this.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
    });
  }

  post(message: ToCheckpointPage): void {
    window.postMessage(message, '*');
  }

  receive(message: FromCheckpointPage): void {
    this.sent.push(message);
    if ('id' in message) {
      void respond(this.#handlers, message, answer => {
        this.post(answer);
      });
      return;
    }
    switch (message.type) {
      case 'ready':
        this.open();
        break;
      case 'compare':
        this.isComparing = message.choice === OTHER.id;
        this.compare();
        break;
      case 'readLarge':
        this.post({ type: 'reports', reports: [[message.variable, { kind: 'opaque' }]] });
        break;
      default:
    }
  }

  open(): void {
    const { header, variables, problems, hasChecksums, failure } = this.scene;
    if (failure !== null) {
      this.post({ type: 'failed', name: header.name, message: failure });
      return;
    }
    this.post({ type: 'opened', header, listing: { variables, problems, hasChecksums } });
    this.post({ type: 'choices', choices: [OTHER] });
    if (!this.isSilent) this.report(variables.map((_, id) => id));
    if (this.isComparing) this.compare();
  }

  report(variables: readonly number[]): void {
    const reports = variables.flatMap(id => {
      const report = this.scene.values[id]?.report;
      return report === undefined ? [] : [[id, report] as const];
    });
    this.post({ type: 'reports', reports });
  }

  compare(): void {
    const removed = [
      { name: 'gone', path: 'gone', dtype: 'float32', shape: [2], bytes: 8, slot: null },
    ] as const;
    this.post({ type: 'compared', comparison: this.isComparing ? { ...OTHER, removed } : null });
    if (this.isComparing) {
      this.post({
        type: 'changes',
        changes: this.scene.values.map(({ change }, id) => [id, change] as const),
      });
    }
  }

  readonly #handlers: Handlers<CheckpointPageRequests> = {
    picture: ({ variable, channel }) => {
      const { value, other } = this.#values(variable);
      return valuePicture(value, other, channel);
    },
    window: ({ variable, rows, columns }) => {
      const { value, other } = this.#values(variable);
      return valueWindow(value, other, rows, columns);
    },
  };

  #values(variable: number): { value: TensorValue; other: TensorValue | undefined } {
    const found = this.scene.values[variable];
    if (found === undefined) throw new Error(`No variable ${variable}`);
    const other = this.isComparing && found.change.kind === 'values' ? found.other : undefined;
    return { value: found.value, other };
  }
}

declare global {
  interface Window {
    checkpointExtension: FakeCheckpointExtension;
  }
}

const parameters = new URLSearchParams(location.search);
const scene = checkpointScenes[(parameters.get('scene') ?? 'lenet') as CheckpointSceneName]();
const extension = new FakeCheckpointExtension(scene, parameters.has('silent'));
window.checkpointExtension = extension;
Object.assign(window, {
  acquireVsCodeApi: () => ({
    postMessage: (message: FromCheckpointPage) => {
      extension.receive(structuredClone(message));
    },
    getState: () => extension.state,
    setState: (state: unknown) => {
      extension.state = state;
    },
  }),
});
