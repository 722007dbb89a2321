/** Ends a tunnel some minutes after nobody holds it any more. */
export class Linger {
  readonly #minutes: number | undefined;
  readonly #onOver: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isOn = false;

  /** `minutes` undefined: never. */
  constructor(minutes: number | undefined, onOver: () => void) {
    this.#minutes = minutes;
    this.#onOver = onOver;
  }

  begin(count: number): void {
    this.#isOn = true;
    this.attached(count);
  }

  end(): void {
    this.#isOn = false;
    clearTimeout(this.#timer);
  }

  attached(count: number): void {
    clearTimeout(this.#timer);
    if (this.#isOn && count === 0 && this.#minutes !== undefined)
      this.#timer = setTimeout(this.#onOver, this.#minutes * 60_000);
  }
}
