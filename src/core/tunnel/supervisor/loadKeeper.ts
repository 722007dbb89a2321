import type { Clock } from '../../clock.ts';
import type { TunnelEventBody } from './eventLog.ts';
import type { PooledSession } from './pooledSession.ts';
import { isBusy, nextPoolStep } from './poolPolicy.ts';
import type { RouteKeeper } from './routeKeeper.ts';
import type { SessionOpener } from './sessionOpener.ts';
import type { SessionPool } from './sessionPool.ts';

export interface LoadKeeperOptions {
  readonly pool: SessionPool;
  readonly routes: RouteKeeper;
  readonly opener: SessionOpener;
  readonly clock: Clock;
  readonly maxSessions: number;
  readonly measure: (member: PooledSession) => Promise<unknown>;
  readonly onEvent: (event: TunnelEventBody) => void;
  readonly log: (message: string) => void;
}

/** A connection that comes while all sessions are busy waits so long for the session that is on its way. */
const shareTimeoutMs = 2_000;
/** After a session could not be added. */
const addAgainMs = 60_000;

/** Adds sessions under load and ends them when nobody uses them, as the policy says. */
export class LoadKeeper {
  readonly #options: LoadKeeperOptions;
  #adding = 0;
  #addAfter = -Infinity;

  constructor(options: LoadKeeperOptions) {
    this.#options = options;
  }

  /** One step towards as many sessions as the load asks for. */
  adapt(): void {
    const { pool, routes, maxSessions, clock, onEvent } = this.#options;
    for (const member of pool.staying) member.measure();
    if (routes.route?.kind === 'direct') return;
    const step = nextPoolStep(pool.loads, this.#adding, maxSessions);
    if (step?.kind === 'add' && clock.now() >= this.#addAfter) void this.#add();
    const member = step?.kind === 'drop' && pool.staying.find(({ session }) => session.sessionId === step.id);
    if (!member) return;
    const message = `Session ${member.session.sessionId} is not needed: nobody has used it for some minutes.`;
    onEvent({ code: 'session-dropped', severity: 'info', message, cure: 'It was ended; the others carry the load.' });
    void pool.end([member]);
  }

  /** Resolves when a new connection can be given to a session that is not busy, or there is no point in waiting for one. */
  async room(gone: AbortSignal): Promise<void> {
    const { pool, clock } = this.#options;
    const areBusy = this.#adding > 0 && pool.loads.every(load => !load.isUsable || isBusy(load));
    if (areBusy) await pool.came(gone, clock, shareTimeoutMs);
  }

  async #add(): Promise<void> {
    const { routes, opener, log, clock, measure } = this.#options;
    const { route } = routes;
    if (!route) return;
    this.#adding++;
    try {
      void measure(await opener.open(route, 'session-added'));
    } catch (error) {
      this.#addAfter = clock.now() + addAgainMs;
      log(`no further session: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.#adding--;
    }
  }
}
