/** Looks at what a webview sent before anything is done with it: a webview shows data of others. */

import { isObject, wrongField, type FieldChecks } from './checks.ts';

export type Reading<M> = { readonly message: M } | { readonly problem: string };

/** For each type of message, what its fields have to be. */
export type MessageShapes<M extends { readonly type: string }> = {
  readonly [T in M['type']]: FieldChecks<Omit<Extract<M, { readonly type: T }>, 'type'>>;
};

/** Never throws: what is wrong with the message is the answer. */
export function readMessage<M extends { readonly type: string }>(
  shapes: MessageShapes<M>,
  value: unknown,
): Reading<M> {
  if (!isObject(value) || typeof value['type'] !== 'string') return { problem: 'a message without a type' };
  const type = value['type'];
  if (!Object.hasOwn(shapes, type))
    return { problem: `a message of unknown type ${JSON.stringify(type.slice(0, 40))}` };
  const wrong = wrongField(shapes[type as M['type']], value);
  if (wrong !== undefined) return { problem: `a ${type} message with a bad ${wrong}` };
  return { message: value as unknown as M };
}
