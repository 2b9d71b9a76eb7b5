/** What may be drawn in one frame, in milliseconds; what is left waits for the next, so that input is never blocked. */
const BUDGET = 8;

/**
 * At most one redraw a frame: what asks to be drawn several times before the next frame is drawn once.
 * While the page is hidden the browser gives no frames, so nothing is drawn.
 */
export class Frame {
  readonly #pending = new Set<() => void>();
  #scheduled = false;

  request(draw: () => void): void {
    this.#pending.add(draw);
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#run();
    });
  }

  cancel(draw: () => void): void {
    this.#pending.delete(draw);
  }

  #run(): void {
    const deadline = performance.now() + BUDGET;
    const draws = [...this.#pending];
    this.#pending.clear();
    this.#scheduled = false;
    let done = 0;
    do draws[done++]?.();
    while (done < draws.length && performance.now() < deadline);
    for (const draw of draws.slice(done)) this.request(draw);
  }
}
