import type { TunnelEvent } from './tunnelEvent.ts';

export type TunnelEventBody = Omit<TunnelEvent, 'seq' | 'at'>;

/** A tunnel lives for days: the oldest goes when there are this many. */
export const keptEvents = 500;

/** What happened to a tunnel, in order, and no more of it than can be read. */
export class EventLog {
  readonly #now: () => number;
  readonly #onEvent: (event: TunnelEvent) => void;
  #events: TunnelEvent[] = [];
  #seq = 0;

  constructor(now: () => number, onEvent: (event: TunnelEvent) => void) {
    this.#now = now;
    this.#onEvent = onEvent;
  }

  get events(): readonly TunnelEvent[] {
    return this.#events;
  }

  add(body: TunnelEventBody): void {
    const event: TunnelEvent = { seq: ++this.#seq, at: this.#now(), ...body };
    this.#events.push(event);
    if (this.#events.length > keptEvents) this.#events = this.#events.slice(-keptEvents);
    this.#onEvent(event);
  }
}

/** One line for a log file. */
export function eventLine({ code, message, cure }: TunnelEventBody): string {
  return `${code}: ${message}${cure === undefined ? '' : ` ${cure}`}`;
}
