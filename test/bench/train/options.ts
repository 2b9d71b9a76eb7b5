import { parseArgs } from 'node:util';
import { BENCHES, type BenchName } from './workloads.ts';

/** Whom we run against; `tf_slim-same` is tf_slim on the libtensorflow that our native backend has. */
export const RIVALS = ['tf_slim', 'tf_slim-same', 'tfjs'] as const;
export type Rival = (typeof RIVALS)[number];

export interface BenchOptions {
  readonly benches: readonly BenchName[];
  readonly rivals: readonly Rival[];
  readonly rounds: number;
  readonly backend: 'native' | 'embedded';
  /** A table in Markdown at the end. */
  readonly markdown: boolean;
}

const USAGE = `npm run bench:train -- [BENCH ...] [options]

  BENCH                       ${BENCHES.join(', ')}; default: all
  --rival NAME                ${RIVALS.join(', ')}; may be repeated; default: all
  --rounds N                  default: 5
  --backend native|embedded   ours, and bare TensorFlow.js's; default: native
  --markdown                  a table as well, for docs/performance.md`;

/** @throws Error that ends with {@link USAGE}. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parse(args);
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw wrong(`--rounds takes a positive integer: ${values.rounds}`);
  return {
    benches: positionals.length === 0 ? BENCHES : positionals.map(name => oneOf(BENCHES, name)),
    rivals: values.rival === undefined ? RIVALS : values.rival.map(name => oneOf(RIVALS, name)),
    rounds,
    backend: oneOf(['native', 'embedded'], values.backend),
    markdown: values.markdown,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        rival: { type: 'string', multiple: true },
        rounds: { type: 'string', default: '5' },
        backend: { type: 'string', default: 'native' },
        markdown: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw wrong((error as Error).message);
  }
}

function oneOf<T extends string>(choices: readonly T[], name: string): T {
  const found = choices.find(choice => choice === name);
  if (found === undefined) throw wrong(`'${name}' is none of ${choices.join(', ')}`);
  return found;
}

function wrong(message: string): Error {
  return new Error(`${message}.\n\n${USAGE}`);
}
