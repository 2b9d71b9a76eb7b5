import { AsyncLocalStorage } from 'node:async_hooks';

/** A function that takes defaults of its options from {@link argScope}. Made by {@link addArgScope}. */
export interface ArgScoped {
  /** The names of its options. */
  readonly [SCOPED_ARGUMENTS]: ReadonlySet<string>;
}

const SCOPED_ARGUMENTS = Symbol('slim.scopedArguments');

type AnyFunction = (...args: never[]) => unknown;
type LastOf<T extends readonly unknown[]> = T extends readonly [...unknown[], infer Last] ? Last : never;

/** The options that a function takes as its last parameter. */
export type OptionsOf<F> = F extends AnyFunction ? NonNullable<LastOf<Required<Parameters<F>>>> : never;

/** The names of options, each of them: one that is missing, or is no option, does not compile. */
export type OptionNames<O> = Readonly<Record<keyof O, true>>;

/** No more than the names of options: an object made of others by `...` may hold too many of them. */
export type NoOtherNames<N, O> = Readonly<Record<Exclude<keyof N, keyof O>, never>>;

type Intersection<U> = (U extends unknown ? (member: U) => void : never) extends (member: infer I) => void
  ? I
  : never;

/** The options that all of these functions take. */
export type CommonOptions<F> = Partial<
  Pick<Intersection<OptionsOf<F>>, keyof Intersection<OptionsOf<F>> & keyof OptionsOf<F>>
>;

/** Defaults of options by function: what TF-Slim calls an arg scope. Immutable; `argScope` makes and re-enters it. */
export class ArgScope {
  /** By {@link argScopeFuncKey}. */
  readonly defaults: ReadonlyMap<unknown, Readonly<Record<string, unknown>>>;

  constructor(defaults: ReadonlyMap<unknown, Readonly<Record<string, unknown>>> = new Map()) {
    this.defaults = defaults;
  }
}

const scopes = new AsyncLocalStorage<ArgScope>();
const outermost = new ArgScope();

/** The arg scope in force: hand it to {@link argScope} to have it elsewhere. */
export function currentArgScope(): ArgScope {
  return scopes.getStore() ?? outermost;
}

/** Runs `fn` in an arg scope made before: the very one, whatever the scope around says. */
export function argScope<T>(scope: ArgScope, fn: (scope: ArgScope) => T): T;
/**
 * Runs `fn` with defaults for the options of `functions`, on top of those of the scope around. What a call says itself
 * wins. Only options that all of them take are allowed.
 *
 * Source: `arg_scope` of tf_slim/ops/arg_scope.py. Follows `async` code.
 *
 * @throws TypeError when a function takes no defaults, or not all of them have an option.
 */
export function argScope<F extends AnyFunction & ArgScoped, T>(
  functions: readonly F[],
  options: CommonOptions<F>,
  fn: (scope: ArgScope) => T,
): T;
export function argScope<T>(
  scopeOrFunctions: ArgScope | readonly (AnyFunction & ArgScoped)[],
  optionsOrFn: object,
  inner?: (scope: ArgScope) => T,
): T {
  if (scopeOrFunctions instanceof ArgScope) {
    const fn = optionsOrFn as (scope: ArgScope) => T;
    return scopes.run(scopeOrFunctions, () => fn(scopeOrFunctions));
  }
  const defaults = new Map(currentArgScope().defaults);
  for (const scoped of scopeOrFunctions) {
    if (!hasArgScope(scoped)) {
      throw new TypeError(
        `argScope got ${nameOf(scoped)}, which takes no defaults: it was not made by addArgScope.`,
      );
    }
    checkOptions(scoped, optionsOrFn);
    defaults.set(scoped, { ...defaults.get(scoped), ...withoutUndefined(optionsOrFn) });
  }
  if (inner === undefined) throw new TypeError('argScope needs a function to run, as its last argument.');
  const scope = new ArgScope(defaults);
  return scopes.run(scope, () => inner(scope));
}

/**
 * Makes a function whose options, its last declared parameter (without a default value of its own), take defaults from
 * {@link argScope}. It refuses options that it does not have.
 *
 * Source: `add_arg_scope` of tf_slim/ops/arg_scope.py, which finds the names by itself; types are gone when this runs.
 *
 * @param optionNames `{ stride: true, scope: true }`: all names that the type of the options has, and no other.
 */
export function addArgScope<F extends AnyFunction, N extends OptionNames<OptionsOf<F>>>(
  fn: F,
  optionNames: N & NoOtherNames<N, OptionsOf<F>>,
): F & ArgScoped {
  const optionsAt = fn.length - 1;
  if (optionsAt < 0) throw new TypeError(`${nameOf(fn)} takes no options as its last parameter.`);
  const call = fn as unknown as (...args: unknown[]) => unknown;
  const scoped = (...args: unknown[]): unknown => {
    const own = (args[optionsAt] as object | undefined) ?? {};
    checkOptions(scoped as typeof scoped & ArgScoped, own);
    const defaults = currentArgScope().defaults.get(scoped);
    if (defaults === undefined) return call(...args);
    const all = [...args];
    all[optionsAt] = { ...defaults, ...withoutUndefined(own) };
    return call(...all);
  };
  Object.defineProperty(scoped, 'name', { value: fn.name });
  Object.defineProperty(scoped, 'length', { value: fn.length });
  Object.defineProperty(scoped, SCOPED_ARGUMENTS, { value: new Set(Object.keys(optionNames)) });
  return scoped as unknown as F & ArgScoped;
}

/** Whether {@link argScope} can give the function defaults. */
export function hasArgScope(fn: unknown): fn is ArgScoped {
  return typeof fn === 'function' && SCOPED_ARGUMENTS in fn;
}

/**
 * The names of the options that {@link argScope} can give a function.
 *
 * Source: `arg_scoped_arguments` of tf_slim/ops/arg_scope.py.
 */
export function argScopedArguments<F extends AnyFunction & ArgScoped>(fn: F): (keyof OptionsOf<F>)[] {
  return [...fn[SCOPED_ARGUMENTS]] as (keyof OptionsOf<F>)[];
}

/**
 * What an {@link ArgScope} keeps a function's defaults under: the function itself.
 * `currentArgScope().defaults.get(argScopeFuncKey(slim.conv2d))` are those of `conv2d` in force.
 *
 * Source: `arg_scope_func_key` of tf_slim/ops/arg_scope.py.
 */
export function argScopeFuncKey<F extends AnyFunction>(fn: F): F {
  return fn;
}

function checkOptions(fn: AnyFunction & ArgScoped, options: object): void {
  const names = fn[SCOPED_ARGUMENTS];
  const unknown = Object.keys(options).find(name => !names.has(name));
  if (unknown === undefined) return;
  throw new TypeError(`${nameOf(fn)} has no option ${unknown}. It has ${[...names].sort().join(', ')}.`);
}

function withoutUndefined(options: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function nameOf(fn: unknown): string {
  return typeof fn === 'function' && fn.name !== '' ? fn.name : 'a function';
}
