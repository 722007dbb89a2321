import type { Clock } from '../../../../../src/core/clock.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Time that stands still until a test moves it, for milliseconds or days: all that is due at one moment is woken at once, and settles before the next. */
export class FakeClock implements Clock {
  #now = 1_700_000_000_000;
  readonly #sleepers = new Set<Sleeper>();

  now(): number {
    return this.#now;
  }

  get sleeping(): number {
    return this.#sleepers.size;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const refuse = () => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason as Error);
      };
      const sleeper: Sleeper = {
        at: this.#now + Math.max(0, milliseconds),
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal?.removeEventListener('abort', refuse);
          resolve();
        },
      };
      if (signal?.aborted) return reject(signal.reason as Error);
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', refuse, { once: true });
    });
  }

  async advance(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    for (;;) {
      await settle();
      let next = Infinity;
      for (const { at } of this.#sleepers) next = Math.min(next, at);
      if (next > until) break;
      this.#now = Math.max(this.#now, next);
      const due = [...this.#sleepers].filter(({ at }) => at <= this.#now);
      for (const { wake } of due.sort((a, b) => a.at - b.at)) wake();
    }
    this.#now = until;
    await settle();
  }

  /** The machine was asleep: everything due comes at once, late. */
  async jump(milliseconds: number): Promise<void> {
    this.#now += milliseconds;
    await this.advance(0);
  }

  /** Moves on until something is true. */
  async until(what: () => boolean, limitMs = 600_000, stepMs = 20): Promise<void> {
    for (let passed = 0; !what(); passed += stepMs) {
      if (passed > limitMs) throw new Error(`not within ${limitMs} ms: ${what.toString()}`);
      await this.advance(stepMs);
    }
  }
}

/** Until nothing is left to do without time passing. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate);
}
