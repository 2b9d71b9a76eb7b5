/**
 * Keeps what the other end of a control socket can make this one hold: messages are gathered until they are whole, of
 * whatever length their header announces.
 */

import type { Socket } from 'node:net';

/** As vscode-jsonrpc writes it, and nothing else: another reading of it than the reader's would let more pass. */
const HEADER = /^Content-Length: (\d{1,10})\r\n\r\n$/;

const MAX_HEADER_BYTES = 64;

/** Hangs up on a message of more than that, or on what is none. To be called before a reader is given the socket. */
export function limitFrames(socket: Socket, mostBytes: number): void {
  let header = '';
  /** Bytes of the message that are still to come. */
  let left = 0;
  socket.on('data', (bytes: Buffer) => {
    for (let at = 0; at < bytes.length && !socket.destroyed;) {
      if (left > 0) {
        const passed = Math.min(left, bytes.length - at);
        left -= passed;
        at += passed;
        continue;
      }
      header += String.fromCharCode(bytes[at++] ?? 0);
      if (header.endsWith('\r\n\r\n')) {
        left = Number(HEADER.exec(header)?.[1] ?? Number.NaN);
        header = '';
        if (!(left <= mostBytes)) socket.destroy();
      } else if (header.length > MAX_HEADER_BYTES) socket.destroy();
    }
  });
}
