import { describe, expect, it } from 'vitest';
import type { ConsoleLine } from '../../webview/dashboard/console/console-text.ts';
import { ConsoleText } from '../../webview/dashboard/console/console-text.ts';

const text = (line: ConsoleLine): string => line.map(piece => piece.text).join('');

/** All lines of what was written, the unfinished one last. */
function lines(...chunks: readonly string[]): string[] {
  const console = new ConsoleText();
  const ended = chunks.flatMap(chunk => console.write(chunk));
  return [...ended, console.current].map(text);
}

function styles(written: string): readonly (readonly [string, string | null, boolean])[] {
  const console = new ConsoleText();
  console.write(written);
  return console.current.map(({ text: words, style }) => [words, style.foreground, style.bold]);
}

describe('ConsoleText', () => {
  it('ends lines at line feeds, however the text is cut', () => {
    expect(lines('one\ntw', 'o\r\nthree')).toEqual(['one', 'two', 'three']);
  });

  it('writes over the line after a carriage return, as progress bars do', () => {
    expect(lines('10%\r50%\r100%\ndone')).toEqual(['100%', 'done']);
    expect(lines('a long line\rshort')).toEqual(['shortg line']);
    expect(lines('a long line\r\x1b[Kshort')).toEqual(['short']);
    expect(lines('a long line\x1b[2K\rshort')).toEqual(['short      ']);
    expect(lines('abc\b\bX')).toEqual(['aXc']);
  });

  it('keeps the colours of what stays when a part is written over', () => {
    expect(styles('\x1b[31mred\x1b[0m plain\r\x1b[32mR')).toEqual([
      ['R', 'ansiGreen', false],
      ['ed', 'ansiRed', false],
      [' plain', null, false],
    ]);
  });

  it('knows bold, the bright colours, the 256 and the true ones', () => {
    expect(styles('\x1b[1;91ma\x1b[22;39mb')).toEqual([
      ['a', 'ansiBrightRed', true],
      ['b', null, false],
    ]);
    expect(styles('\x1b[38;5;196ma\x1b[38;5;9mb\x1b[38;5;244mc\x1b[38;2;1;2;3;1md')).toEqual([
      ['a', 'rgb(255, 0, 0)', false],
      ['b', 'ansiBrightRed', false],
      ['c', 'rgb(128, 128, 128)', false],
      ['d', 'rgb(1, 2, 3)', true],
    ]);
  });

  it('leaves out every other control sequence, also one that comes in two pieces', () => {
    expect(lines('a\x1b[?25lb\x1b]0;title\x07c\x1b]8;;http://x\x1b\\d\x1b(Be')).toEqual(['abcde']);
    expect(lines('a\x1b', '[3', '1mb')).toEqual(['ab']);
    expect(lines('a\x1b]0;ti', 'tle\x07b')).toEqual(['ab']);
  });

  it('does not wait for the end of a sequence for ever', () => {
    const [line] = lines(`a\x1b]${'x'.repeat(5000)}`, 'b');
    expect(line?.endsWith('b')).toBe(true);
  });
});
