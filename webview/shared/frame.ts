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
    const draws = [...this.#pending];
    this.#pending.clear();
    this.#scheduled = false;
    for (const draw of draws) draw();
  }
}
