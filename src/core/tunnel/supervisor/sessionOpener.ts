import type { Clock } from '../../clock.ts';
import type { Route } from '../route/route.ts';
import { directId } from './directSession.ts';
import type { TunnelEventBody } from './eventLog.ts';
import type { PooledSession } from './pooledSession.ts';
import { resumedEvent, socketLostEvent } from './sessionEnd.ts';
import type { SessionPool } from './sessionPool.ts';
import type { SignInGate } from './signInGate.ts';
import type { OpenSession, SessionOver, SessionWatch } from './tunnelSession.ts';

export interface SessionOpenerOptions {
  readonly pool: SessionPool;
  readonly gate: SignInGate;
  readonly openSession: OpenSession;
  readonly clock: Clock;
  readonly measure: (member: PooledSession) => Promise<unknown>;
  readonly onOver: (member: PooledSession, over: SessionOver) => void;
  readonly onEvent: (event: TunnelEventBody) => void;
  readonly onChange: () => void;
  readonly log: (message: string) => void;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

/** Opens sessions into the pool, and tells what becomes of them while they live. */
export class SessionOpener {
  readonly #options: SessionOpenerOptions;
  readonly #opening = new Set<Promise<unknown>>();
  #begun = 0;
  #openedAt: number | undefined;

  constructor(options: SessionOpenerOptions) {
    this.#options = options;
  }

  /** How many sessions were begun, and when the first stood; the direct way is no session. */
  get begun(): number {
    return this.#begun;
  }

  get openedAt(): number | undefined {
    return this.#openedAt;
  }

  /** @throws PrivateEksError */
  async open(route: Route, code: 'session-opened' | 'session-added'): Promise<PooledSession> {
    const { gate, openSession, signal, pool, clock, onOver, onEvent } = this.#options;
    let member: PooledSession | undefined;
    const opening = gate.pass(
      () =>
        openSession(
          route,
          this.#watch(() => member),
          signal,
        ),
      signal,
    );
    this.#opening.add(opening);
    try {
      const session = await opening;
      const added = (member = pool.add(session));
      added.detail = route.reason;
      this.#openedAt ??= clock.now();
      void session.over.then(over => onOver(added, over));
      if (session.sessionId === directId) return added;
      this.#begun++;
      const how = code === 'session-added' ? 'was added, as the others are busy' : 'is open';
      const mode = session.carriesOne ? ' Its agent is so old that it carries one connection at a time.' : '';
      const message = `Session ${session.sessionId} to ${session.target} ${how}.${mode}`;
      onEvent({ code, severity: mode ? 'warning' : 'info', message, ...(mode ? { cure: 'Update the agent.' } : {}) });
      return added;
    } finally {
      this.#opening.delete(opening);
    }
  }

  /** Resolves when nothing is on its way to be a session any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#opening);
  }

  #watch(member: () => PooledSession | undefined): SessionWatch {
    const { onEvent, onChange, measure, log } = this.#options;
    const note = (what: Partial<Pick<PooledSession, 'detail' | 'health' | 'wasResumed'>>) => {
      const known = member();
      if (known) Object.assign(known, what);
      onChange();
    };
    return {
      onLost: reason => {
        onEvent(socketLostEvent(reason));
        note({ detail: reason, wasResumed: false });
      },
      onResumeFailed: error => {
        const detail = error instanceof Error ? error.message : String(error);
        log(`not resumed: ${detail}`);
        note({ detail });
      },
      onResumed: afterMs => {
        onEvent(resumedEvent(afterMs));
        note({ detail: 'resumed', health: 'unknown', wasResumed: true });
        const known = member();
        if (known) void measure(known);
      },
      onConnectError: () => {
        const known = member();
        // One probe for many connections that fail.
        if (known && known.connectErrors++ === 0) void measure(known);
      },
    };
  }
}
