import * as tf from '@tensorflow/tfjs';
import type { ReadOutput, StepRunner } from '../../backends/graph/step-runner.ts';
import { backendReady } from '../backend-ready.ts';
import type { Source, SourcePosition } from '../data/source.ts';
import { buildOn } from '../define-loss.ts';
import { getDefaultGraph } from '../scope/graph.ts';
import type { Graph } from '../scope/graph.ts';
import { GraphKeys } from '../scope/graph-keys.ts';
import { evaluationStepRunner, graphObstacleIn } from '../graph-mode.ts';
import { Pass } from '../scope/pass.ts';
import { runInPass } from '../scope/running-pass.ts';
import type { SummaryMaker, SummaryRequest } from '../scope/summary-request.ts';
import type { SummaryValue } from '../../formats/summary.ts';
import { isTensor } from '../scope/tensor-kind.ts';
import { getGlobalStep } from '../variables/global-step.ts';
import { resetVariable } from '../variables/make-variable.ts';
import type { Metric, MetricValues } from './metric.ts';

export interface DefineMetricsOptions {
  /** Whether layers behave as in training. Default: false. */
  readonly isTraining?: boolean;
  /** Batches to evaluate on. Default: all, once; of data without an end, a number has to be said. */
  readonly numEvals?: number | null;
  /** Whether steps may run as graphs; see the option of `train`. Default: true. */
  readonly graphMode?: boolean;
}

/**
 * Defines what is measured of a model: `fn` gets a batch of `data`, runs the model and returns metrics by name. It shares
 * the variables of the graph's other models; those that are new it makes here. Nothing is trained, no moving average moves.
 */
export async function defineMetrics<B extends tf.TensorContainer, M extends Readonly<Record<string, Metric>>>(
  data: Source<B>,
  fn: (batch: B) => M,
  options: DefineMetricsOptions = {},
): Promise<Metrics<B, M>> {
  const obstacle = graphObstacleIn(fn, 'the function given to defineMetrics');
  await backendReady();
  const graph = getDefaultGraph();
  await buildOn(graph, data, options.isTraining ?? false, fn);
  return new Metrics(graph, data, fn, options, obstacle);
}

/** Metrics of a model, together with the data they are measured on. */
export class Metrics<
  B extends tf.TensorContainer = tf.TensorContainer,
  M extends Readonly<Record<string, Metric>> = Readonly<Record<string, Metric>>,
> {
  readonly graph: Graph;
  readonly #data: Source<B>;
  readonly #compute: (batch: B) => M;
  readonly #isTraining: boolean;
  readonly #numEvals: number;
  readonly #start: SourcePosition;
  readonly #runner: StepRunner<Measured>;

  constructor(
    graph: Graph,
    data: Source<B>,
    compute: (batch: B) => M,
    options: DefineMetricsOptions,
    graphObstacle: string | null,
  ) {
    this.graph = graph;
    this.#data = data;
    this.#compute = compute;
    this.#isTraining = options.isTraining ?? false;
    this.#numEvals = options.numEvals ?? data.batchesPerEpoch ?? Infinity;
    this.#start = data.position();
    this.#runner = evaluationStepRunner(options, graphObstacle);
  }

  /**
   * Measures the model as it is now, on the data from their beginning.
   *
   * @param summaries gets what the function asks summaries of, for the first batch.
   * @param isEnough is asked after each batch, with the number of batches so far.
   */
  async evaluate(
    summaries: SummaryValue[] | null = null,
    isEnough: (evalsCompleted: number) => boolean = () => false,
  ): Promise<MetricValues<M>> {
    await this.#data.seek(this.#start);
    this.graph.asDefault(() => {
      this.graph.collections.get(GraphKeys.LOCAL_VARIABLES).forEach(resetVariable);
    });
    const means = new Map<string, WeightedMean>();
    let values: Record<string, number> = {};
    for (let evaluated = 0; evaluated < this.#numEvals; evaluated++) {
      const batch = await this.#data.next();
      if (batch === null) break;
      try {
        values = this.#measure(batch, means, evaluated === 0 ? summaries : null);
      } finally {
        tf.dispose(batch);
      }
      if (isEnough(evaluated + 1)) break;
    }
    if (means.size === 0 && Object.keys(values).length === 0) {
      throw new Error('There was no batch to evaluate on: the data are empty, or numEvals is 0.');
    }
    return values as MetricValues<M>;
  }

  /** One batch: returns what the metrics are with it. */
  #measure(
    batch: B,
    means: Map<string, WeightedMean>,
    summaries: SummaryValue[] | null,
  ): Record<string, number> {
    const { payload, outputs } = this.#runner.run({
      batch,
      variant: summaries === null ? '' : 'with summaries',
      eager: read => this.#measureEagerly(batch, summaries === null ? null : [], read),
      isGuarded: false,
    });
    payload.summaries.forEach((make, index) => summaries?.push(...make(outputs[index] ?? NO_VALUES)));
    const measured = outputs.slice(payload.summaries.length);
    const entries = payload.metrics.map(({ name, isStreaming }, index) => {
      const value = measured[index]?.[0] ?? NaN;
      if (isStreaming) return [name, value] as const;
      const mean = means.get(name) ?? new WeightedMean();
      means.set(name, mean);
      mean.add(value, examplesIn(batch));
      return [name, mean.value] as const;
    });
    return Object.fromEntries(entries);
  }

  #measureEagerly(batch: B, requests: SummaryRequest[] | null, read: ReadOutput): Measured {
    const metrics: { name: string; isStreaming: boolean }[] = [];
    tf.tidy(() => {
      const step = getGlobalStep(this.graph)?.value.clone() ?? tf.scalar(0, 'int32');
      const pass = new Pass({
        kind: 'evaluation',
        isTraining: this.#isTraining,
        step: step as tf.Scalar,
        summaries: requests,
      });
      runInPass(this.graph, pass, () => {
        const values = Object.entries(this.#compute(batch)).map(([name, metric]) => {
          metrics.push({ name, isStreaming: !isTensor(metric) });
          if (isTensor(metric)) return metric;
          metric.updateOp();
          return metric.value();
        });
        for (const tensor of [...(requests ?? []).map(request => request.tensor), ...values]) read(tensor);
      });
    });
    return { metrics, summaries: (requests ?? []).map(({ make }) => make) };
  }
}

/** What a step reads: a tensor for each summary, then one for each metric. */
interface Measured {
  readonly metrics: readonly { readonly name: string; readonly isStreaming: boolean }[];
  readonly summaries: readonly SummaryMaker[];
}

const NO_VALUES = new Float32Array();

class WeightedMean {
  #sum = 0;
  #weight = 0;

  add(value: number, weight: number): void {
    this.#sum += value * weight;
    this.#weight += weight;
  }

  get value(): number {
    return this.#sum / this.#weight;
  }
}

/** The size of the first axis of a batch's first tensor. */
function examplesIn(batch: tf.TensorContainer): number {
  const first = isTensor(batch) ? batch : Object.values(batch ?? {}).find(isTensor);
  return first?.shape[0] ?? 1;
}
