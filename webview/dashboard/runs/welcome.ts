import type { DashboardWelcome, FromDashboard } from '../../../src/protocol/dashboard.ts';
import { button, linkButton } from '../../shared/controls.ts';
import { element, icon, svgElement } from '../../shared/element.ts';

type Offer = Extract<FromDashboard, { type: 'open' }>['what'];

export interface WelcomeServices {
  start(): void;
  open(what: Offer): void;
}

/** What there is to do while there is no run. */
export class Welcome {
  readonly root = element('section', { class: 'welcome', 'aria-label': 'Welcome', hidden: '' });
  readonly #services: WelcomeServices;

  #shown = '';

  constructor(services: WelcomeServices) {
    this.#services = services;
    this.update({ trusted: true, script: null, nativeBackend: null });
    // The window may get the focus later than this its content.
    window.addEventListener('focus', () => {
      if (document.activeElement === document.body) this.focus();
    });
  }

  update(welcome: DashboardWelcome): void {
    const shown = JSON.stringify(welcome);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const hadFocus = this.root.contains(document.activeElement);
    this.#show(welcome);
    if (hadFocus) this.focus();
  }

  /** Puts the focus on the first action, unless it is elsewhere in VS Code: in the command palette, for one. */
  focus(): void {
    const first = this.root.querySelector('.tile tk-button');
    if (!this.root.hidden && document.hasFocus() && first instanceof HTMLElement) first.focus();
  }

  #show(welcome: DashboardWelcome): void {
    this.root.replaceChildren(
      ghostCurves(),
      element('h1', {}, 'Nothing to watch yet'),
      element(
        'p',
        { class: 'dim' },
        'Curves, histograms and checkpoints appear here as soon as a run writes its first step.',
      ),
      element('div', { class: 'tiles' }, ...this.#tiles(welcome)),
      element('div', { class: 'facts dim' }, ...this.#facts(welcome)),
    );
  }

  #tiles({ trusted, script }: DashboardWelcome): HTMLElement[] {
    const openLogs = tile(
      'folder-opened',
      'Open a log folder',
      ['Curves of TensorFlow, Keras or PyTorch runs: any folder with TensorBoard event files.'],
      button('Open Log Folder...', 'secondary', () => {
        this.#services.open('openLogFolder');
      }),
    );
    if (!trusted) {
      const trust = tile(
        'shield',
        'Trust this folder to run training',
        ['A training script is a program: it can do all that you can. Looking at curves needs no trust.'],
        button('Manage Trust', 'primary', () => {
          this.#services.open('manageTrust');
        }),
      );
      return [trust, openLogs];
    }
    const run =
      script === null
        ? ['Choose a script of this folder and watch it live.']
        : ['Run ', element('code', {}, script), ', found in this folder, and watch it live.'];
    return [
      tile(
        'play-circle',
        'Start training',
        run,
        button('Start Training...', 'primary', () => {
          this.#services.start();
        }),
      ),
      tile(
        'beaker',
        'Try an example',
        ['A small digit classifier. Trains in about a minute, on this computer, with nothing to install.'],
        button('Create Example', 'secondary', () => {
          this.#services.open('createExample');
        }),
      ),
      openLogs,
    ];
  }

  #facts({ trusted, nativeBackend }: DashboardWelcome): HTMLElement[] {
    const facts = [
      trusted
        ? element('span', {}, icon('check', 'good'), 'Folder is trusted')
        : element('span', {}, icon('shield', 'warning'), 'Folder is not trusted'),
      element('span', {}, icon('check', 'good'), 'Embedded backend ready'),
    ];
    if (nativeBackend === true)
      facts.push(element('span', {}, icon('check', 'good'), 'Native backend ready'));
    if (nativeBackend === false) {
      const install = linkButton('Install', () => {
        this.#services.open('installNative');
      });
      facts.push(element('span', {}, icon('info', 'note'), 'The native backend is faster. ', install));
    }
    return facts;
  }
}

function tile(
  iconName: string,
  title: string,
  words: readonly (Node | string)[],
  action: HTMLElement,
): HTMLElement {
  return element(
    'article',
    { class: 'tile' },
    icon(iconName),
    element('h3', {}, title),
    element('p', { class: 'dim' }, ...words),
    action,
  );
}

/** Two faint curves on a grid: what will be here. */
function ghostCurves(): SVGElement {
  const grid = Array.from({ length: 11 }, (_, i) => `M${i * 76} 0V120`).join('');
  const curve = (top: number, bottom: number): string =>
    Array.from({ length: 96 }, (_, i) => {
      const x = i * 8;
      const wobble = 1.4 * Math.sin(i * 1.7) + 0.9 * Math.sin(i * 0.9);
      const y = bottom - (bottom - top) * Math.exp(-i / 22) + wobble * Math.exp(-i / 60);
      return `${i === 0 ? 'M' : 'L'}${x} ${y.toFixed(1)}`;
    }).join('');
  return svgElement(
    'svg',
    { class: 'ghost', viewBox: '0 0 760 120', 'aria-hidden': 'true', preserveAspectRatio: 'none' },
    svgElement('path', { class: 'ghost-grid', d: `${grid}M0 40H760M0 80H760M0 119.5H760` }),
    svgElement('path', { class: 'ghost-curve', d: curve(6, 104), 'stroke-dasharray': '4 4' }),
    svgElement('path', { class: 'ghost-curve faint', d: curve(8, 88), 'stroke-dasharray': '1 4' }),
  );
}
