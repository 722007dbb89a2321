/**
 * Lets writers through one after the other while there is room, so that many of them share a queue evenly and together fill it by no
 * more than one portion too much.
 */
export class Turnstile {
  readonly #hasRoom: () => boolean;
  #waiting: (() => void)[] = [];
  #isTurning = false;

  constructor(hasRoom: () => boolean) {
    this.#hasRoom = hasRoom;
  }

  enter(): Promise<void> {
    return new Promise(resolve => {
      this.#waiting.push(resolve);
      this.turn();
    });
  }

  /** To be called whenever there may be room again. */
  turn(): void {
    if (this.#isTurning || this.#waiting.length === 0 || !this.#hasRoom()) return;
    this.#isTurning = true;
    this.#waiting.shift()?.();
    // The one let through writes in a later microtask; only then is it known whether there is room for the next.
    queueMicrotask(() =>
      queueMicrotask(() =>
        queueMicrotask(() => {
          this.#isTurning = false;
          this.turn();
        }),
      ),
    );
  }

  /** For good: nobody waits any more. */
  open(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
