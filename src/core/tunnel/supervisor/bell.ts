import type { Clock } from '../../clock.ts';

/** Wakes whoever waits. A ring that nobody waits for is kept for who comes next. */
export class Bell {
  #rung = false;
  #waiting: (() => void)[] = [];

  ring(): void {
    this.#rung = this.#waiting.length === 0;
    this.wake();
  }

  /** As `ring`, for those who wait now and nobody else. */
  wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Resolves at the next ring, after the time if one is given, or when the signal says so: look at it afterwards. */
  async wait(signal: AbortSignal, clock?: Clock, milliseconds?: number): Promise<void> {
    if (this.#rung || signal.aborted) {
      this.#rung = false;
      return;
    }
    const over = new AbortController();
    const rung = new Promise<void>(resolve => this.#waiting.push(resolve));
    const abort = () => over.abort();
    signal.addEventListener('abort', abort, { once: true });
    const gone = new Promise<void>(resolve => over.signal.addEventListener('abort', () => resolve(), { once: true }));
    const late =
      clock && milliseconds !== undefined ? clock.sleep(milliseconds, over.signal).catch(() => undefined) : gone;
    try {
      const mine = this.#waiting.at(-1);
      await Promise.race([rung, late, gone]);
      this.#waiting = this.#waiting.filter(wake => wake !== mine);
    } finally {
      signal.removeEventListener('abort', abort);
      over.abort();
    }
  }
}
