import type { Clock } from '../../clock.ts';
import type { Connect } from '../forward/portForward.ts';
import { Bell } from './bell.ts';
import { directId } from './directSession.ts';
import type { TunnelEventBody } from './eventLog.ts';
import type { PooledSession } from './pooledSession.ts';
import type { SessionPool } from './sessionPool.ts';

/** A round trip to the API server by a way of its own, ms. */
export type Probe = (connect: Connect, signal: AbortSignal) => Promise<number>;

export interface ProbeLoopOptions {
  readonly pool: SessionPool;
  readonly probe: Probe;
  readonly clock: Clock;
  /** Nobody has used the tunnel for a while. */
  readonly isQuiet: () => boolean;
  /** Gives up a session that looks open and carries nothing. */
  readonly replace: (member: PooledSession, why: TunnelEventBody) => void;
  readonly onEvent: (event: TunnelEventBody) => void;
  readonly onChange: () => void;
}

const everyMs = 60_000;
/** After a probe that failed. */
const againMs = 10_000;
/** Failed probes in a row after which a session is replaced; doubled each time that did not help. */
const failuresUntilReplaced = 2;
const mostPatience = failuresUntilReplaced * 16;

/** Asks the API server through every session, so that what is shown is measured and a dead session is replaced. */
export class ProbeLoop {
  readonly #options: ProbeLoopOptions;
  readonly #bell = new Bell();
  #latencyMs: number | undefined;
  #patience = failuresUntilReplaced;
  #hasTold = false;
  #isPaused = false;

  constructor(options: ProbeLoopOptions) {
    this.#options = options;
  }

  get latencyMs(): number | undefined {
    return this.#latencyMs;
  }

  /** No probes, because nobody uses the tunnel. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** The next round comes at once. */
  hurry(): void {
    this.#bell.ring();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { pool, clock, isQuiet, onChange } = this.#options;
    while (!signal.aborted) {
      const areWell = pool.staying.every(({ health }) => health === 'answering');
      await this.#bell.wait(signal, clock, areWell ? everyMs : againMs);
      if (signal.aborted) return;
      const wasPaused = this.#isPaused;
      this.#isPaused = isQuiet() && pool.staying.every(({ health }) => health === 'answering');
      if (!this.#isPaused) await this.round(signal);
      else if (!wasPaused) onChange();
    }
  }

  async round(signal: AbortSignal): Promise<void> {
    const open = this.#options.pool.staying.filter(
      // Behind the one connection that it carries a probe would wait until it fails.
      ({ session, connections }) => session.state === 'open' && !(session.carriesOne && connections > 0),
    );
    await Promise.all(open.map(member => this.measure(member, signal)));
  }

  /** True when the API server answered. */
  async measure(member: PooledSession, signal: AbortSignal): Promise<boolean> {
    const { probe, onChange } = this.#options;
    try {
      this.#latencyMs = await probe(abort => member.session.connect(abort), signal);
      this.#answered(member);
      return true;
    } catch (error) {
      // While it is being resumed, that is what there is to say.
      if (signal.aborted || member.isLeaving || member.session.state !== 'open') return false;
      this.#failed(member, error instanceof Error ? error.message : String(error));
      return false;
    } finally {
      if (!signal.aborted) onChange();
    }
  }

  #answered(member: PooledSession): void {
    const { onEvent } = this.#options;
    Object.assign(member, { health: 'answering', failures: 0, connectErrors: 0, hasAnswered: true, wasResumed: false });
    this.#patience = failuresUntilReplaced;
    if (!this.#hasTold) return;
    this.#hasTold = false;
    onEvent({
      code: 'recovered',
      severity: 'info',
      message: `The API server answers again, in ${this.#latencyMs} ms.`,
    });
  }

  #failed(member: PooledSession, detail: string): void {
    const { onEvent, replace, pool } = this.#options;
    const { connectErrors, hasAnswered } = member;
    member.failures++;
    Object.assign(member, { health: 'failing', detail, wasResumed: false });
    if (!pool.staying.some(({ health }) => health === 'answering')) this.#latencyMs = undefined;
    const isDirect = member.session.sessionId === directId;
    // The agent looks the endpoint's name up once a session: after a change of addresses only a new session helps.
    const isMoved = hasAnswered && connectErrors > 0;
    if (!this.#hasTold && !isMoved)
      onEvent({
        code: 'probe-failed',
        severity: 'warning',
        message: detail,
        cure: isDirect ? 'Asked again; then a route is looked for anew.' : 'Asked again; then a new session is opened.',
      });
    this.#hasTold = true;
    if (isMoved) return replace(member, isDirect ? directLost : endpointChanged);
    if (member.failures < this.#patience) return;
    this.#patience = Math.min(this.#patience * 2, mostPatience);
    replace(member, isDirect ? directLost : carriesNothing);
  }
}

const endpointChanged: TunnelEventBody = {
  code: 'endpoint-changed',
  severity: 'warning',
  message: 'The API endpoint is no longer where it was when the session began.',
  cure: 'A new session looks its address up anew, on the same port.',
};

const carriesNothing: TunnelEventBody = {
  code: 'session-lost',
  severity: 'warning',
  message: 'The session looks open and carries nothing: its target may be gone.',
  cure: 'A new one is opened at once, by a route looked for anew, on the same port.',
};

const directLost: TunnelEventBody = {
  code: 'session-lost',
  severity: 'warning',
  message: 'The direct way carries nothing any more: the VPN may be down.',
  cure: 'A route is looked for anew, on the same port.',
};
