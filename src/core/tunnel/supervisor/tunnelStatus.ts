// CONTRACT: what a tunnel tells of itself; measured, never assumed. Plain data: it goes over the control socket and into views.
import type { Route } from '../route/route.ts';

/** `resting`: the port listens, nothing is open on AWS's side, the next connection opens a session. */
export type TunnelState =
  'finding-route' | 'opening' | 'healthy' | 'resting' | 'degraded' | 'resuming' | 'waiting-for-sign-in' | 'ended';

export interface TunnelStatus {
  readonly state: TunnelState;
  /** One line for people: what it waits for, or why it is as it is. */
  readonly detail: string;
  readonly port: number;
  readonly route: Route | undefined;
  /** Round trip of the last probe through the tunnel, ms. */
  readonly latencyMs: number | undefined;
  /** How often a lost socket was resumed with its streams. */
  readonly resumes: number;
  /** How many sessions were begun, the lost ones included. */
  readonly sessionsBegun: number;
  /** The sessions that are open now; empty on a direct route, and while it rests. */
  readonly sessions: readonly SessionStatus[];
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly openConnections: number;
  /** When the state began, and when the tunnel first carried anything: ms since the epoch, real time. */
  readonly since: number;
  readonly openedAt: number | undefined;
}

export interface SessionStatus {
  readonly sessionId: string;
  readonly target: string;
  readonly state: 'opening' | 'open' | 'resuming';
  readonly connections: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** The channel's own estimate of its round trip to the agent, ms. */
  readonly roundTripMs: number;
  readonly resumes: number;
}
