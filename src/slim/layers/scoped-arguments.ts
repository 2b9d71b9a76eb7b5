/** The `scope` in the options that end a layer's arguments, if they do. */
export function scopeOf(args: readonly unknown[]): string | undefined {
  const options = args.at(-1);
  return isOptions(options) && typeof options['scope'] === 'string' ? options['scope'] : undefined;
}

/** A layer's arguments after its inputs, with `scope` in the options, the last of them. */
export function argumentsInScope<A extends readonly unknown[]>(
  layer: (...args: never[]) => unknown,
  args: A,
  scope: string,
): A {
  const last = args.at(-1);
  const positional = isOptions(last) ? args.slice(0, -1) : [...args];
  // Layers declare their inputs first and their options last; those between may be left out.
  while (positional.length < layer.length - 2) positional.push(undefined);
  return [...positional, { ...(isOptions(last) ? last : {}), scope }] as unknown as A;
}

function isOptions(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
