import { messageOf } from '../protocol/error-message.ts';

/** What an error says, without the period at its end: to be put into another sentence. */
export function errorReason(error: unknown): string {
  return messageOf(error).replace(/\.$/, '');
}
