/** Follows a run's console.log as it grows. */

import type { FileHandle } from 'node:fs/promises';
import { openFile } from '../formats/small-file.ts';

export interface ConsoleText {
  /** The byte of the file at which the text begins: 0 means from the start. */
  readonly offset: number;
  /**
   * UTF-8 is never cut. Within the text a carriage return has already been obeyed: of a line that was drawn over, the
   * last drawing is left. One at the very beginning says: the line that the last text ended with is drawn anew.
   */
  readonly text: string;
}

export interface ConsoleTailOptions {
  /** How much of what is there at first is given out, at most. Default: the last 1 MB. */
  readonly firstBytes?: number;
  /** Default: 200 ms. */
  readonly pollMs?: number;
}

/** At most so much is read at once, so that a flood of output does not fill the memory. */
const CHUNK_BYTES = 1 << 20;

/** Asks for the size again and again: watching is unreliable on network mounts, and only one console is open. */
export class ConsoleTail {
  readonly #path: string;
  readonly #onText: (text: ConsoleText) => void;
  readonly #firstBytes: number;
  readonly #pollMs: number;
  #offset: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(path: string, onText: (text: ConsoleText) => void, options: ConsoleTailOptions = {}) {
    this.#path = path;
    this.#onText = onText;
    this.#firstBytes = options.firstBytes ?? CHUNK_BYTES;
    this.#pollMs = options.pollMs ?? 200;
    void this.#follow();
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }

  async #follow(): Promise<void> {
    const file = await openFile(this.#path, 'refused').catch(() => undefined);
    try {
      if (file !== undefined) await this.#readOn(file);
    } catch {
      // Gone or unreadable for the moment: the next time tells.
    } finally {
      await file?.close();
    }
    if (this.#disposed) return;
    this.#timer = setTimeout(() => void this.#follow(), this.#pollMs);
  }

  async #readOn(file: FileHandle): Promise<void> {
    const { size } = await file.stat();
    if (this.#offset === undefined) this.#offset = await this.#firstOffset(file, size);
    else if (size < this.#offset) this.#offset = 0;
    while (this.#offset < size && !this.#disposed) {
      const bytes = await readAt(file, this.#offset, Math.min(CHUNK_BYTES, size - this.#offset));
      const whole = bytes.subarray(0, wholeLength(bytes));
      if (whole.length === 0 || this.#isDisposed()) return;
      const offset = this.#offset;
      this.#offset += whole.length;
      this.#onText({ offset, text: obeyCarriageReturns(whole.toString('utf8')) });
    }
  }

  /** Where the last {@link #firstBytes} begin a line, or 0. */
  async #firstOffset(file: FileHandle, size: number): Promise<number> {
    if (size <= this.#firstBytes) return 0;
    const begin = size - this.#firstBytes;
    const bytes = await readAt(file, begin, this.#firstBytes);
    return begin + bytes.indexOf(NEWLINE) + 1;
  }

  #isDisposed(): boolean {
    return this.#disposed;
  }
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** Without an unfinished UTF-8 character, and without a last carriage return: a newline may follow it. */
function wholeLength(bytes: Buffer): number {
  let end = bytes.length;
  for (let back = 1; back <= Math.min(3, end); back++) {
    const byte = bytes[end - back] ?? 0;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    if (byte >= 0b1100_0000 && back < characterLength(byte)) end -= back;
    break;
  }
  return bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
}

function characterLength(firstByte: number): number {
  if (firstByte >= 0b1111_0000) return 4;
  return firstByte >= 0b1110_0000 ? 3 : 2;
}

function obeyCarriageReturns(text: string): string {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  return lines.map((line, index) => lastDrawing(line, index === 0)).join('\n');
}

function lastDrawing(line: string, isFirst: boolean): string {
  const end = line.lastIndexOf('\r');
  return end < 0 ? line : `${isFirst ? '\r' : ''}${line.slice(end + 1)}`;
}
