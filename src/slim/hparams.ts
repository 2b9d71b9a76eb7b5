import { installedTrainingHost } from '../protocol/training-host.ts';
import type { HparamValue } from '../protocol/training-host.ts';
import { log } from './log.ts';

type Widened<V> = V extends number ? number : V extends string ? string : V extends boolean ? boolean : never;
/** The hyperparameters with the types of their defaults. */
export type Hparams<D> = { readonly [K in keyof D]: Widened<D[K]> };

let declared: Readonly<Record<string, HparamValue>> | null = null;

/** What {@link hparams} gave last in this process, for the run's records; null when it was not called. */
export function declaredHparams(): Readonly<Record<string, HparamValue>> | null {
  return declared;
}

/**
 * Declares hyperparameters by their defaults, and gives their values: what `--hparam name=value` or the extension set wins
 * over the script. They are recorded with the run.
 *
 * @throws Error when a value was set that does not fit the default's type, or a name that is not declared.
 */
export function hparams<const D extends Readonly<Record<string, HparamValue>>>(defaults: D): Hparams<D> {
  const host = installedTrainingHost();
  const overrides =
    host === undefined ? argumentOverrides(process.argv.slice(2)) : (host.overrides.hparams ?? {});
  const values: Record<string, HparamValue> = { ...defaults };
  for (const [name, text] of Object.entries(overrides)) {
    const standard = defaults[name];
    if (standard === undefined) {
      const known = Object.keys(defaults).join(', ');
      throw new Error(
        `There is no hyperparameter ${name} in this script. Declared by slim.hparams: ${known}.`,
      );
    }
    const value = parse(name, text, standard);
    values[name] = value;
    log(`Hyperparameter ${name} = ${value} (the script says ${standard}).`);
  }
  host?.onHparams(values);
  declared = values;
  return values as Hparams<D>;
}

/** `--hparam name=value` and `--hparam=name=value` of a command line. */
function argumentOverrides(args: readonly string[]): Record<string, string> {
  const overrides: Record<string, string> = {};
  args.forEach((argument, at) => {
    const assignment =
      argument === '--hparam' ? (args[at + 1] ?? '') : /^--hparam=(.*)$/s.exec(argument)?.[1];
    if (assignment === undefined) return;
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
    if (name === undefined || value === undefined) {
      throw new Error(`--hparam takes name=value, not ${JSON.stringify(assignment)}.`);
    }
    overrides[name] = value;
  });
  return overrides;
}

function parse(name: string, text: string, standard: HparamValue): HparamValue {
  if (typeof standard === 'string') return text;
  const value = typeof standard === 'boolean' ? booleans.get(text.toLowerCase()) : numberOf(text);
  if (value === undefined) {
    throw new Error(
      `Hyperparameter ${name} is a ${typeof standard}, like ${standard}: ${JSON.stringify(text)} is none.`,
    );
  }
  return value;
}

const booleans = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

function numberOf(text: string): number | undefined {
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? undefined : value;
}
