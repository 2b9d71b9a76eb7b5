/** Series colours that the extension contributes: `slimTraining.series1` and on. */
const SERIES_COLOURS = 8;

/** The theme's colours, resolved for a canvas, which knows no CSS variables. */
export interface Palette {
  readonly foreground: string;
  readonly background: string;
  /** Axis text. */
  readonly axis: string;
  readonly grid: string;
  readonly crosshair: string;
  readonly failed: string;
  readonly warning: string;
  readonly focus: string;
  /** Text and marks on a selected row. */
  readonly selectionForeground: string;
  readonly series: readonly string[];
  readonly fontFamily: string;
  readonly highContrast: boolean;
}

/** The theme of VS Code as the page's CSS variables tell it, read again when VS Code changes it. */
export class Theme {
  readonly #listeners = new Set<() => void>();
  #palette: Palette;

  constructor() {
    this.#palette = readPalette();
    const reread = (): void => {
      this.#palette = readPalette();
      for (const listener of this.#listeners) listener();
    };
    // VS Code sets the variables on <html> and the kind of theme as the body's class.
    new MutationObserver(reread).observe(document.body, { attributes: true, attributeFilter: ['class'] });
    new MutationObserver(reread).observe(document.documentElement, {
      attributes: true,
      attributeFilter: ['style'],
    });
  }

  get palette(): Palette {
    return this.#palette;
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }
}

function readPalette(): Palette {
  const probe = document.createElement('i');
  document.body.append(probe);
  const resolved = (colour: string): string => {
    probe.style.color = '';
    probe.style.color = colour;
    return getComputedStyle(probe).color;
  };
  const highContrast =
    document.body.classList.contains('vscode-high-contrast') ||
    document.body.classList.contains('vscode-high-contrast-light');
  const foregroundAt = (percent: number): string =>
    resolved(`color-mix(in srgb, var(--vscode-foreground) ${percent}%, transparent)`);
  const palette: Palette = {
    foreground: resolved('var(--vscode-foreground)'),
    background: resolved('var(--vscode-editor-background)'),
    axis: foregroundAt(highContrast ? 90 : 70),
    grid: foregroundAt(highContrast ? 22 : 8),
    crosshair: foregroundAt(highContrast ? 100 : 60),
    failed: resolved('var(--vscode-testing-iconFailed)'),
    warning: resolved('var(--vscode-editorWarning-foreground)'),
    focus: resolved('var(--vscode-focusBorder)'),
    selectionForeground: resolved('var(--vscode-list-activeSelectionForeground, var(--vscode-foreground))'),
    series: Array.from({ length: SERIES_COLOURS }, (_, index) =>
      resolved(`var(--vscode-slimTraining-series${index + 1}, var(--vscode-foreground))`),
    ),
    fontFamily: getComputedStyle(document.body).fontFamily,
    highContrast,
  };
  probe.remove();
  return palette;
}
