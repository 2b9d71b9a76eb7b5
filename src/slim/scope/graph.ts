import { AsyncLocalStorage } from 'node:async_hooks';
import { Collections } from './collections.ts';
import type { Pass } from './pass.ts';
import { ScopeNames } from './scope-names.ts';
import type { UpdateOp } from './update-op.ts';
import type { SlimVariable } from './slim-variable.ts';

/** TensorFlow's own default (`DEFAULT_GRAPH_SEED`): without a word from the user, runs repeat. */
const DEFAULT_GRAPH_SEED = 87654321;

/** Whether a variable scope makes variables (false), finds them (true), or does what is needed ('auto'). */
export type Reuse = boolean | 'auto';

/** Where the running code is: follows `async` code, never shared by two graphs. */
export interface GraphContext {
  readonly graph: Graph;
  readonly pass: Pass | null;
  /** Full name of the variable scope; '' at the top. */
  readonly variableScope: string;
  readonly reuse: Reuse;
  /** Prefix of names of operations. As the variable scope, but unique: entered again, `conv1_1`. */
  readonly nameScope: string;
}

const contexts = new AsyncLocalStorage<GraphContext>();

/**
 * The variables and collections of one model: `tf.Graph`. What was not put into a graph of its own by
 * {@link Graph.asDefault} lives in the process's default graph.
 */
export class Graph {
  /** Seeds everything random in the graph, together with the op's name and the global step. An integer. */
  seed: number;
  /** By name, in the order of making. */
  readonly variables = new Map<string, SlimVariable>();
  /** What belongs to the graph, not to one pass over it. */
  readonly collections = new Collections();
  /** Names given outside passes. */
  readonly scopeNames = new ScopeNames();
  /** Update ops made inside passes, by their lasting identity. */
  readonly updateOps = new Map<string, UpdateOp>();

  constructor(seed: number = DEFAULT_GRAPH_SEED) {
    this.seed = seed;
  }

  /** Runs `fn` with this graph as the default one: also what it awaits. */
  asDefault<T>(fn: (graph: Graph) => T): T {
    return contexts.run(topOf(this), () => fn(this));
  }
}

let processGraph = new Graph();

/** The graph that `asDefault` set for the running code, or the process's. */
export function getDefaultGraph(): Graph {
  return currentContext().graph;
}

/** Replaces the process's default graph by an empty one, as `tf.reset_default_graph` does. */
export function resetDefaultGraph(): void {
  if (contexts.getStore() !== undefined) {
    throw new Error(
      'resetDefaultGraph was called inside Graph.asDefault: only the process graph can be replaced.',
    );
  }
  processGraph = new Graph();
}

/** Seeds the default graph. Set it before the first variable is made. */
export function setRandomSeed(seed: number): void {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`The seed has to be an integer: ${seed}.`);
  getDefaultGraph().seed = seed;
}

export function currentContext(): GraphContext {
  return contexts.getStore() ?? topOf(processGraph);
}

export function inContext<T>(change: Partial<GraphContext>, fn: () => T): T {
  return contexts.run({ ...currentContext(), ...change }, fn);
}

function topOf(graph: Graph): GraphContext {
  return { graph, pass: null, variableScope: '', reuse: false, nameScope: '' };
}
