import type { Duplex } from 'node:stream';
import type { ClosedKind } from '../channel/closedReason.ts';
import type { Route } from '../route/route.ts';

/** One Session Manager session of a tunnel, whoever speaks its protocol. */
export interface TunnelSession {
  readonly sessionId: string;
  readonly target: string;
  readonly state: 'open' | 'resuming' | 'ended';
  /** All that it carried, probes and framing included. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly roundTripMs: number;
  readonly resumes: number;
  /** Its agent is so old that it has one connection at a time; the others wait. */
  readonly carriesOne: boolean;
  /** Settles when the session is over; its connections are gone then. */
  readonly over: Promise<SessionOver>;
  connect(signal: AbortSignal): Promise<Duplex>;
  /** Gives up the socket, which looks open and may not be, so that the session is resumed on a new one. */
  redial(): void;
  /** Ends it on AWS's side, best effort. */
  end(): Promise<void>;
}

export interface SessionOver {
  readonly kind: ClosedKind;
  /** In the service's words where it gave any. */
  readonly reason: string;
  /** How many connections went with it. */
  readonly connections: number;
}

/** What a session tells while it lives. */
export interface SessionWatch {
  /** Its socket is lost; it tries to resume. */
  readonly onLost: (reason: string) => void;
  readonly onResumeFailed: (error: unknown) => void;
  readonly onResumed: (afterMs: number) => void;
  /** The target could not reach the API endpoint for some connection. */
  readonly onConnectError: () => void;
}

export type OpenSession = (route: Route, watch: SessionWatch, signal: AbortSignal) => Promise<TunnelSession>;
