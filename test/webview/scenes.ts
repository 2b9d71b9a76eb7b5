/** What the fake extension has to show: one scene per state of the dashboard. */

import type { DashboardPreferences, DashboardRun, DashboardWelcome } from '../../src/protocol/dashboard.ts';
import { defaultPreferences } from '../../src/protocol/dashboard.ts';
import type { TagInfo } from '../../src/protocol/series.ts';
import type { SyntheticCurve } from './synthetic-curves.ts';
import { noiseOf, syntheticCurve } from './synthetic-curves.ts';

/** A run with its tags. */
export type SceneRun = DashboardRun & { readonly tags: readonly TagInfo[] };

export interface Scene {
  readonly runs: readonly SceneRun[];
  /** By run, then by tag. */
  readonly curves: Readonly<Record<string, Readonly<Record<string, SyntheticCurve>>>>;
  readonly preferences: DashboardPreferences;
  readonly welcome: DashboardWelcome;
  readonly console: string;
}

/** Monday, 3 February 2025, 14:05. */
const STARTED = Date.UTC(2025, 1, 3, 14, 5) / 1000;

export function run(id: string, series: number, changes: Partial<SceneRun> = {}): SceneRun {
  return {
    id,
    name: id,
    state: 'done',
    attempt: 1,
    plotted: true,
    series,
    progress: null,
    backend: null,
    failure: null,
    origin: null,
    startedAt: STARTED * 1000,
    endedAt: null,
    checkpoints: [],
    loading: false,
    tags: [],
    problems: [],
    ...changes,
  };
}

type Maker = (step: number, noise: () => number) => number;

interface RunShape {
  readonly id: string;
  readonly points: number;
  readonly secondsPerStep: number;
  readonly tags: Readonly<Record<string, { readonly value: Maker; readonly sparse?: boolean }>>;
}

const noisy =
  (mean: (step: number) => number, early: number, late: number): Maker =>
  (step, noise) =>
    mean(step) + noise() * (early * Math.exp(-step / 1500) + late);

const decay =
  (end: number, height: number, steps: number): ((step: number) => number) =>
  step =>
    end + height * Math.exp(-step / steps);

function tagsOf(loss: (step: number) => number, seed: number): RunShape['tags'] {
  const late = 0.02 + seed / 400;
  return {
    'losses/total_loss': { value: noisy(loss, 0.08, late) },
    'losses/log_loss': { value: noisy(step => 0.87 * loss(step), 0.07, late) },
    'losses/total_loss_val': { value: noisy(step => loss(step) + 0.035, 0.01, 0.008), sparse: true },
    'losses/l2': { value: noisy(step => 0.034 + 0.002 * seed - 0.012 * Math.exp(-step / 1100), 0, 0.0001) },
    'optimizer/learning_rate': {
      value: step => (step < 3200 ? 0.01 : 0.003) * 0.96 ** Math.floor(step / 1000),
    },
    'optimizer/gradient_norm': {
      value: (step, noise) =>
        0.8 + (1 + seed) * Math.exp(-step / 800) + Math.abs(noise()) * 0.3 + (noise() > 2.4 ? 1.5 : 0),
    },
    'optimizer/update_ratio': {
      value: noisy(step => 0.0008 * seed + 0.0018 * Math.exp(-step / 800), 0, 0.00009),
    },
    'accuracy/validation': {
      value: (step, noise) => 0.94 - 0.02 * seed - 0.6 * Math.exp(-step / 620) + noise() * 0.004,
      sparse: true,
    },
    'accuracy/train': {
      value: (step, noise) => 0.97 - 0.02 * seed - 0.6 * Math.exp(-step / 520) + noise() * 0.008,
    },
    'system/memory_bytes': { value: step => 1.2e9 + step * 1000 },
  };
}

const RUNS: readonly RunShape[] = [
  { id: 'lenet-warm', points: 422, secondsPerStep: 1 / 48, tags: tagsOf(decay(0.17, 0.7, 900), 1) },
  { id: 'lenet-drop', points: 197, secondsPerStep: 1 / 22, tags: tagsOf(decay(0.27, 1.95, 620), 2) },
  { id: 'lenet-base', points: 601, secondsPerStep: 1 / 22, tags: tagsOf(decay(0.19, 2.05, 800), 3) },
];

function curvesOf(shape: RunShape, seed: number): Record<string, SyntheticCurve> {
  return Object.fromEntries(
    Object.entries(shape.tags).map(([tag, { value, sparse }], index) => {
      const every = sparse ? 100 : 10;
      const points = sparse ? Math.ceil(shape.points / 10) : shape.points;
      return [
        tag,
        syntheticCurve({
          seed: 100 * seed + index,
          points,
          every,
          secondsPerStep: shape.secondsPerStep,
          startedAt: STARTED,
          value,
        }),
      ];
    }),
  );
}

function tagInfos(curves: Readonly<Record<string, SyntheticCurve>>): SceneRun['tags'] {
  return Object.entries(curves).map(([tag, { steps, values }]) => ({
    tag,
    kind: 'scalar',
    count: steps.length,
    newestStep: steps[steps.length - 1] ?? 0,
    newestValue: values[values.length - 1] ?? null,
  }));
}

/** The second attempt of `lenet-warm` began at step 2,500; what the first computed past it is lost. */
function restarted(curve: SyntheticCurve): SyntheticCurve {
  const noise = noiseOf(7);
  const steps = Float64Array.from({ length: 27 }, (_, i) => 2500 + 10 * i);
  const level = curve.values[250] ?? 0;
  const values = steps.map((_, i) => level * (1 + (i / 26) ** 2) * (1 + noise() * 0.05));
  return { ...curve, attempts: [2500], lost: { steps, values } };
}

function checkpoints(steps: readonly number[], best: number): DashboardRun['checkpoints'] {
  return steps.map(step => ({ step, best: step === best }));
}

/** Three runs as in the visual target: two run, one is done. */
function dashboardScene(): Scene {
  const [warm, drop, base] = RUNS.map((shape, index) => curvesOf(shape, index + 1));
  const curves = {
    'lenet-warm': Object.fromEntries(
      Object.entries(warm ?? {}).map(([tag, curve]) => [
        tag,
        tag.startsWith('losses') && !tag.endsWith('val') ? restarted(curve) : curve,
      ]),
    ),
    'lenet-drop': drop ?? {},
    'lenet-base': base ?? {},
  };
  return {
    curves,
    runs: [
      run('lenet-warm', 0, {
        state: 'running',
        attempt: 2,
        origin: { name: 'lenet-base', step: 3000 },
        progress: { step: 4210, numberOfSteps: 10_000, loss: 0.183, stepsPerSec: 48.2, secondsLeft: 120 },
        checkpoints: checkpoints([1000, 2000, 2500, 3000, 4000], 4000),
        tags: tagInfos(curves['lenet-warm']),
      }),
      run('lenet-drop', 1, {
        state: 'running',
        progress: { step: 1960, numberOfSteps: 10_000, loss: 0.402, stepsPerSec: 22.1, secondsLeft: 364 },
        checkpoints: checkpoints([1000], -1),
        tags: tagInfos(curves['lenet-drop']),
      }),
      run('lenet-base', 2, {
        endedAt: (STARTED + 276) * 1000,
        checkpoints: checkpoints([5000, 6000], 6000),
        tags: tagInfos(curves['lenet-base']),
      }),
    ],
    preferences: {
      ...defaultPreferences,
      pinned: ['losses/total_loss', 'accuracy/validation'],
      collapsed: ['accuracy', 'system'],
    },
    welcome: { trusted: true, script: 'train.ts', nativeBackend: false },
    console: CONSOLE,
  };
}

const CONSOLE = [
  'Slim Training 0.1.0, backend: native (libtensorflow 2.15.1)',
  '\x1b[33mlogdir\x1b[0m of the script replaced by runs/lenet-warm (set by the extension)',
  'INFO: Starting training from step 2500.',
  ...Array.from(
    { length: 400 },
    (_, i) => `INFO: global step ${2510 + 10 * i}: loss = ${(0.3 - i / 3000).toFixed(4)} (0.021 sec/step)`,
  ),
  '[==>       ]  20%\r[=====>    ]  50%\r[==========] 100%',
  '',
].join('\n');

function statesScene(): Scene {
  const scene = dashboardScene();
  const failing = syntheticCurve({
    seed: 4,
    points: 36,
    every: 10,
    secondsPerStep: 0.02,
    startedAt: STARTED,
    value: (step, noise) =>
      step > 311
        ? NaN
        : 1.1 * Math.exp(-step / 140) +
          (step > 240 ? 0.0035 * ((step - 240) / 10) ** 2.7 : 0) +
          noise() * 0.03,
  });
  const one = syntheticCurve({
    seed: 5,
    points: 1,
    every: 10,
    secondsPerStep: 1,
    startedAt: STARTED,
    value: () => 0.943,
  });
  const only = syntheticCurve({
    seed: 6,
    points: 50,
    every: 10,
    secondsPerStep: 1,
    startedAt: STARTED,
    value: step => step,
  });
  const negative = syntheticCurve({
    seed: 6,
    points: 50,
    every: 10,
    secondsPerStep: 1,
    startedAt: STARTED,
    value: step => -step,
  });
  const base = { ...scene.curves['lenet-base'], 'accuracy/test': one, 'general/negative': negative };
  const curves = {
    ...scene.curves,
    'lenet-base': base,
    'lenet-lr1': { 'losses/log_loss': failing },
    'mlp-64': { 'accuracy/top_5': only },
  };
  return {
    ...scene,
    curves,
    runs: [
      run('lenet-warm', 0, { ...scene.runs[0], state: 'paused' }),
      run('lenet-drop', 1, {
        ...scene.runs[1],
        state: 'lost',
        problems: [
          {
            file: 'events.out.tfevents.1738591500.box',
            offset: 1_204_332,
            bytes: 38,
            message: 'CRC of the record differs',
          },
        ],
      }),
      run('lenet-base', 2, { ...scene.runs[2], tags: tagInfos(base), loading: true }),
      run('lenet-lr1', 3, {
        state: 'failed',
        failure: {
          message: 'NaN in losses/log_loss at step 312. The weights of step 300 are safe.',
          location: { file: 'train.ts', line: 12, column: 3 },
        },
        endedAt: Date.now(),
        tags: tagInfos(curves['lenet-lr1']),
      }),
      run('mlp-64', 4, { state: 'stopped', plotted: false, tags: tagInfos(curves['mlp-64']) }),
    ],
    preferences: { ...scene.preferences, pinned: [], collapsed: ['optimizer', 'system'] },
  };
}

function waitingScene(): Scene {
  return {
    ...dashboardScene(),
    curves: {},
    runs: [run('lenet-warm', 0, { state: 'starting' })],
    console: 'Slim Training 0.1.0\nconv2d: building graph, 12 of 19 variables\n',
  };
}

/** Names that would do harm if they were taken for HTML, CSS or a property of an object. */
export const HOSTILE = [
  '<img src=x onerror="window.hacked=1">',
  '<script>window.hacked=1</script>/loss',
  '"><svg onload=window.hacked=1>',
  '__proto__',
  'constructor/prototype',
  'url(javascript:window.hacked=1)',
  '${window.hacked=1}{{window.hacked=1}}',
  '\u202Egnirts desrever',
  `a/${'very_long_'.repeat(40)}`,
];

function hostileScene(): Scene {
  const curve = syntheticCurve({
    seed: 1,
    points: 20,
    every: 1,
    secondsPerStep: 1,
    startedAt: STARTED,
    value: step => step,
  });
  const curves = Object.fromEntries(HOSTILE.map(tag => [tag, curve]));
  const tags = HOSTILE.map(tag => ({
    tag,
    kind: 'scalar' as const,
    count: 20,
    newestStep: 19,
    newestValue: 19,
  }));
  const [name = ''] = HOSTILE;
  return {
    ...dashboardScene(),
    curves: { [name]: curves },
    runs: [
      run(name, 0, {
        state: 'failed',
        endedAt: Date.now(),
        tags,
        failure: { message: name },
        problems: [{ file: name, offset: 0, bytes: 1, message: name }],
      }),
      run('other', 1, { state: 'starting', name }),
    ],
    preferences: { ...defaultPreferences, filter: '' },
    console: `${name}\n\x1b]8;;javascript:window.hacked=1\x07link\x1b]8;;\x07\n`,
  };
}

/** 10 runs with 50 tags each. */
function manyScene(): Scene {
  const ids = Array.from({ length: 10 }, (_, i) => `run-${i + 1}`);
  const curves = Object.fromEntries(
    ids.map((id, seed) => [
      id,
      Object.fromEntries(
        Array.from({ length: 50 }, (_, tag) => [
          `group${Math.floor(tag / 10)}/tag${tag % 10}`,
          syntheticCurve({
            seed: 50 * seed + tag,
            points: 3000,
            every: 1,
            secondsPerStep: 0.02,
            startedAt: STARTED,
            value: (step, noise) => Math.exp(-step / 900) + noise() * 0.1,
          }),
        ]),
      ),
    ]),
  );
  return {
    ...dashboardScene(),
    curves,
    runs: ids.map((id, series) =>
      run(id, series, {
        state: 'running',
        tags: tagInfos(curves[id] ?? {}),
        progress: { step: 3000, numberOfSteps: 9000, loss: 0.1, stepsPerSec: 50, secondsLeft: 120 },
      }),
    ),
    preferences: defaultPreferences,
  };
}

export const scenes = {
  dashboard: dashboardScene,
  states: statesScene,
  waiting: waitingScene,
  hostile: hostileScene,
  many: manyScene,
  empty: (): Scene => ({ ...dashboardScene(), runs: [], curves: {} }),
  untrusted: (): Scene => ({
    ...dashboardScene(),
    runs: [],
    curves: {},
    welcome: { trusted: false, script: null, nativeBackend: null },
  }),
  loading: (): Scene => ({
    ...dashboardScene(),
    curves: {},
    runs: [run('lenet-warm', 0, { loading: true })],
  }),
} satisfies Record<string, () => Scene>;

export type SceneName = keyof typeof scenes;
