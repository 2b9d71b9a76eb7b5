/**
 * Sends complete snapshots to a view that says when it has taken one in: the first change goes out at once, the
 * next when the view is ready for it. However much happens meanwhile, one snapshot waits, and it is the newest.
 */
export class SnapshotGate {
  readonly #send: () => void;
  #state: 'closed' | 'open' | 'waiting' = 'closed';
  #changed = false;

  constructor(send: () => void) {
    this.#send = send;
  }

  /** The view is there (again) and shows nothing yet. */
  open(): void {
    this.#state = 'open';
    this.#pass();
  }

  close(): void {
    this.#state = 'closed';
  }

  /** There is something new. */
  change(): void {
    this.#changed = true;
    if (this.#state === 'open') this.#pass();
  }

  /** The view has taken in the last snapshot. */
  taken(): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'open';
    if (this.#changed) this.#pass();
  }

  #pass(): void {
    this.#state = 'waiting';
    this.#changed = false;
    this.#send();
  }
}
