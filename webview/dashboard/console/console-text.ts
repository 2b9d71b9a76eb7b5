/** How a piece of console text looks. Colours are names of terminal colours (`ansiRed`) or CSS colours (`rgb(...)`). */
export interface ConsoleStyle {
  readonly foreground: string | null;
  readonly background: string | null;
  readonly bold: boolean;
  readonly faint: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
}

export interface ConsolePiece {
  readonly text: string;
  readonly style: ConsoleStyle;
}

export type ConsoleLine = readonly ConsolePiece[];

const PLAIN: ConsoleStyle = {
  foreground: null,
  background: null,
  bold: false,
  faint: false,
  italic: false,
  underline: false,
};

const ANSI_NAMES = ['Black', 'Red', 'Green', 'Yellow', 'Blue', 'Magenta', 'Cyan', 'White'];

/* eslint-disable no-control-regex -- control characters are what these look for */

/** What a terminal does not print: control sequences (CSI), operating system commands (OSC), other escapes. */
const ESCAPE =
  /\x1b(?:\[([0-9;:?<=>]*)[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[ -/]*[0-Z\\^-~])/y;
/** The beginning of one whose end has not come yet. */
const UNFINISHED = /^\x1b(?:\[[0-9;:?<=>]*[ -/]*|\][^\x07\x1b]*\x1b?|[PX^_][^\x1b]*\x1b?|[ -/]*)$/;
/* eslint-enable no-control-regex */

const MAX_ESCAPE = 4096;

/**
 * The lines that a terminal would show of a stream of text: colours are kept, a carriage return writes over the
 * line (progress bars), other control sequences are left out. The newest line can still change; all before it cannot.
 */
export class ConsoleText {
  #line: ConsolePiece[] = [];
  #column = 0;
  #length = 0;
  #style = PLAIN;
  #rest = '';

  /** The line that is being written. */
  get current(): ConsoleLine {
    return this.#line;
  }

  /** Takes in more text and gives the lines that it ended. */
  write(text: string): ConsoleLine[] {
    const input = this.#rest + text;
    this.#rest = '';
    const ended: ConsoleLine[] = [];
    let at = 0;
    while (at < input.length) {
      const special = nextSpecial(input, at);
      if (special > at) this.#print(input.slice(at, special));
      if (special === input.length) break;
      at = special + 1;
      switch (input[special]) {
        case '\n':
          ended.push(this.#line);
          this.#line = [];
          this.#column = this.#length = 0;
          break;
        case '\r':
          this.#column = 0;
          break;
        case '\b':
          this.#column = Math.max(0, this.#column - 1);
          break;
        default: {
          const end = this.#escape(input, special);
          if (end === null) return ended;
          at = end;
        }
      }
    }
    return ended;
  }

  /** Obeys the escape at `at`: where it ends, or null when the rest of it has not come yet. */
  #escape(input: string, at: number): number | null {
    ESCAPE.lastIndex = at;
    const match = ESCAPE.exec(input);
    if (match) {
      const [, parameters = '', final] = match;
      if (final === 'm') this.#style = styled(this.#style, parameters);
      else if (final === 'K') this.#erase(parameters);
      return ESCAPE.lastIndex;
    }
    const rest = input.slice(at, at + MAX_ESCAPE);
    if (at + rest.length === input.length && UNFINISHED.test(rest)) {
      this.#rest = rest;
      return null;
    }
    return at + 1;
  }

  #print(text: string): void {
    if (this.#column < this.#length) {
      const before = cut(this.#line, 0, this.#column);
      const after = cut(this.#line, this.#column + text.length, Infinity);
      this.#line = [...before, { text, style: this.#style }, ...after];
    } else {
      const last = this.#line[this.#line.length - 1];
      if (last?.style === this.#style)
        this.#line[this.#line.length - 1] = { text: last.text + text, style: last.style };
      else this.#line.push({ text, style: this.#style });
    }
    this.#column += text.length;
    this.#length = Math.max(this.#length, this.#column);
  }

  #erase(parameters: string): void {
    if (parameters === '' || parameters === '0') {
      this.#line = cut(this.#line, 0, this.#column);
      this.#length = Math.min(this.#length, this.#column);
    } else if (parameters === '2') {
      this.#line = [{ text: ' '.repeat(this.#column), style: PLAIN }];
      this.#length = this.#column;
    }
  }
}

function nextSpecial(input: string, from: number): number {
  for (let at = from; at < input.length; at++) {
    const code = input.charCodeAt(at);
    if (code === 10 || code === 13 || code === 8 || code === 27) return at;
  }
  return input.length;
}

/** The part of a line from column `from` to column `to`. */
function cut(line: ConsoleLine, from: number, to: number): ConsolePiece[] {
  const pieces: ConsolePiece[] = [];
  let column = 0;
  for (const { text, style } of line) {
    const part = text.slice(Math.max(0, from - column), Math.max(0, to - column));
    if (part !== '') pieces.push({ text: part, style });
    column += text.length;
  }
  return pieces;
}

/** The style after a "select graphic rendition" sequence with these parameters. */
function styled(style: ConsoleStyle, parameters: string): ConsoleStyle {
  const codes = parameters.split(/[;:]/).map(Number);
  let next = style;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 38 || code === 48) {
      const [colour, used] = extendedColour(codes.slice(i + 1));
      i += used;
      next = code === 38 ? { ...next, foreground: colour } : { ...next, background: colour };
    } else {
      next = { ...next, ...rendition(code) };
    }
  }
  return next;
}

function rendition(code: number): Partial<ConsoleStyle> {
  switch (code) {
    case 0:
      return PLAIN;
    case 1:
      return { bold: true };
    case 2:
      return { faint: true };
    case 3:
      return { italic: true };
    case 4:
      return { underline: true };
    case 22:
      return { bold: false, faint: false };
    case 23:
      return { italic: false };
    case 24:
      return { underline: false };
    case 39:
      return { foreground: null };
    case 49:
      return { background: null };
  }
  if (code >= 30 && code <= 37) return { foreground: ansiName(code - 30) };
  if (code >= 40 && code <= 47) return { background: ansiName(code - 40) };
  if (code >= 90 && code <= 97) return { foreground: ansiName(code - 90 + 8) };
  if (code >= 100 && code <= 107) return { background: ansiName(code - 100 + 8) };
  return {};
}

/** 0 to 15: the terminal's own colours, as VS Code names them. */
function ansiName(index: number): string {
  const name = ANSI_NAMES[index % 8] ?? 'White';
  return index < 8 ? `ansi${name}` : `ansiBright${name}`;
}

/** `5;n` (of 256) or `2;r;g;b`: the colour, and how many parameters it took. */
function extendedColour(codes: readonly number[]): readonly [string | null, number] {
  const [kind, a = 0, b = 0, c = 0] = codes;
  if (kind === 2) return [`rgb(${a & 255}, ${b & 255}, ${c & 255})`, 4];
  if (kind !== 5) return [null, 0];
  if (a < 16) return [ansiName(a), 2];
  if (a >= 232) {
    const grey = 8 + 10 * (a - 232);
    return [`rgb(${grey}, ${grey}, ${grey})`, 2];
  }
  // xterm's cube of 6 x 6 x 6 colours.
  const level = (n: number): number => (n === 0 ? 0 : 55 + 40 * n);
  const cube = a - 16;
  return [`rgb(${level(Math.floor(cube / 36))}, ${level(Math.floor(cube / 6) % 6)}, ${level(cube % 6)})`, 2];
}
