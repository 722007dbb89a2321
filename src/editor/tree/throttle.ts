/** Lets an action through once in a while per name, and always the last one asked for. */
export class Throttle {
  readonly #everyMs: number;
  readonly #waiting = new Map<string, { timer: NodeJS.Timeout; again: (() => void) | undefined }>();

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  run(name: string, action: () => void): void {
    const waiting = this.#waiting.get(name);
    if (waiting) {
      waiting.again = action;
      return;
    }
    const timer = setTimeout(() => {
      const again = this.#waiting.get(name)?.again;
      this.#waiting.delete(name);
      if (again) this.run(name, again);
    }, this.#everyMs);
    this.#waiting.set(name, { timer, again: undefined });
    action();
  }

  dispose(): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }
}
