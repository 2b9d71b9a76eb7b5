/** Asks a training script for its model, in a process of its own. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { InspectedScript } from '../../protocol/model-variable.ts';
import type { ScriptSpec } from '../../protocol/run-spec.ts';
import { chooseNode, trainerEnvironment } from './node-executable.ts';

export interface InspectRequest extends Pick<ScriptSpec, 'cwd' | 'script' | 'backend'> {
  /** Absolute path of `slim-train.js`. */
  readonly trainer: string;
  /** The user's choice of Node; undefined: one is found. */
  readonly node?: string;
}

/** What a model of several 100,000 variables says of itself. */
const MAX_ANSWER_BYTES = 1 << 28;

/**
 * Runs the script up to where it would begin to train (`slim-train inspect`), until `signal` ends that.
 *
 * @throws Error, one message for people with the script's failure behind it, when it does not come so far.
 */
export async function inspectModel(
  { cwd, script, trainer, backend, node: setting }: InspectRequest,
  signal?: AbortSignal,
): Promise<InspectedScript> {
  const node = await chooseNode(setting);
  const options = backend === undefined ? [] : [`--backend=${backend}`];
  try {
    const { stdout } = await promisify(execFile)(
      node.path,
      [trainer, 'inspect', script, '--json', ...options],
      {
        cwd,
        env: { ...trainerEnvironment(), ...node.env },
        maxBuffer: MAX_ANSWER_BYTES,
        windowsHide: true,
        killSignal: 'SIGKILL',
        ...(signal === undefined ? {} : { signal }),
      },
    );
    const { variables, logdir, files } = JSON.parse(stdout) as InspectedScript;
    return { variables, logdir, files };
  } catch (error) {
    throw new Error(whyNot(error as Error & { readonly stderr?: string }), { cause: error });
  }
}

/** The command's own words, behind whatever else the script has said. */
function whyNot({ message, stderr = '' }: Error & { readonly stderr?: string }): string {
  const said = 'slim-train: ';
  const begins = stderr.lastIndexOf(`\n${said}`) + 1;
  return stderr.startsWith(said, begins) ? stderr.slice(begins + said.length).trim() : message;
}
