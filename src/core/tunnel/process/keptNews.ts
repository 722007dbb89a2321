import type { RouteReport } from '../route/route.ts';
import { keptEvents } from '../supervisor/eventLog.ts';
import type { TunnelEvent } from '../supervisor/tunnelEvent.ts';
import type { TunnelStatus } from '../supervisor/tunnelStatus.ts';
import type { ControlNews } from './controlMessage.ts';

/** What is told to whoever attaches to a tunnel: the status, the events kept so far and the last report. */
export class KeptNews {
  #status: TunnelStatus | undefined;
  #report: RouteReport | undefined;
  #events: readonly TunnelEvent[] = [];

  /** Empty before there is a status. */
  get all(): ControlNews[] {
    if (!this.#status) return [];
    return [
      { type: 'status', status: this.#status },
      ...this.#events.map(event => ({ type: 'event', event }) as const),
      ...(this.#report ? [{ type: 'routes', report: this.#report } as const] : []),
    ];
  }

  add(news: ControlNews): void {
    if (news.type === 'status') this.#status = news.status;
    if (news.type === 'routes') this.#report = news.report;
    if (news.type === 'event') this.#events = [...this.#events, news.event].slice(-keptEvents);
  }
}
