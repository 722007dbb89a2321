import type { Clock } from '../../clock.ts';
import type { ChannelEffect } from './channelEffect.ts';
import type { ChannelMachine } from './channelMachine.ts';
import { Turnstile } from './turnstile.ts';

export interface ChannelPumpOptions {
  readonly machine: ChannelMachine;
  readonly clock: Clock;
  readonly perform: (effect: ChannelEffect) => void;
  /** Every 100 ms while something waits for its acknowledgement. */
  readonly onTick: () => void;
  /** The end of the session. */
  readonly signal: AbortSignal;
}

/** Writers fill it again in the same moment; what is in it, the next writer waits for. */
const highWater = 16 * 1024;
const resendTickMs = 100;

/** Keeps a channel's machine going: writes gathered into messages, resends in time, and those told who wait for room or for silence. */
export class ChannelPump {
  readonly #options: ChannelPumpOptions;
  readonly #turnstile: Turnstile;
  #onIdle: (() => void)[] = [];
  #isTicking = false;
  #isFlushing = false;

  constructor(options: ChannelPumpOptions) {
    this.#options = options;
    this.#turnstile = new Turnstile(() => options.machine.queued < highWater);
    options.signal.addEventListener('abort', () => this.#release(), { once: true });
  }

  apply(effects: readonly ChannelEffect[]): void {
    const { machine, perform } = this.#options;
    for (const effect of effects) perform(effect);
    this.#turnstile.turn();
    if (machine.isIdle) this.#tellIdle();
    if (machine.isWaiting) void this.#tick();
  }

  /** Small writes of one moment share a message. */
  write(bytes: Uint8Array): void {
    this.#options.machine.write(bytes);
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    queueMicrotask(() => {
      this.#isFlushing = false;
      this.flush();
    });
  }

  /** Sends what is queued, as far as there is room for it now. */
  flush(): void {
    const { machine, clock } = this.#options;
    this.apply(machine.flush(clock.now()));
  }

  /** Resolves when there is room, for one waiting writer after the other. */
  writable(): Promise<void> {
    return this.#options.signal.aborted ? Promise.resolve() : this.#turnstile.enter();
  }

  /** Resolves when everything is sent and acknowledged, or the session is over. */
  idle(): Promise<void> {
    if (this.#options.machine.isIdle || this.#options.signal.aborted) return Promise.resolve();
    return new Promise(resolve => this.#onIdle.push(resolve));
  }

  async #tick(): Promise<void> {
    if (this.#isTicking) return;
    this.#isTicking = true;
    const { machine, clock, perform, onTick, signal } = this.#options;
    const slept = () =>
      clock.sleep(resendTickMs, signal).then(
        () => true,
        () => false,
      );
    while (machine.isWaiting && (await slept())) {
      for (const effect of machine.tick(clock.now())) perform(effect);
      onTick();
    }
    this.#isTicking = false;
  }

  #tellIdle(): void {
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  #release(): void {
    this.#turnstile.open();
    this.#tellIdle();
  }
}
