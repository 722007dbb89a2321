// CONTRACT: the log of what happened to a tunnel and how it was cured, for people; kept by its process, shown by views.

/** `at` is real time, ms since the epoch; `seq` counts from 1. Never holds a credential, a token or a stream URL. */
export interface TunnelEvent {
  readonly seq: number;
  readonly at: number;
  readonly severity: 'info' | 'warning' | 'error';
  readonly code: TunnelEventCode;
  /** What happened: "Session Manager closed the socket, as it does about every hour." */
  readonly message: string;
  /** What was done about it: "Resumed in 0.4 s; no stream was lost." */
  readonly cure?: string;
}

export type TunnelEventCode =
  | 'route-found'
  | 'no-route'
  | 'session-opened'
  | 'session-added'
  | 'session-dropped'
  | 'socket-lost'
  | 'resumed'
  | 'session-lost'
  | 'idle-timeout'
  | 'maximum-duration'
  | 'probe-failed'
  | 'recovered'
  | 'endpoint-changed'
  | 'signed-out'
  | 'signed-in'
  | 'slept'
  | 'bastion-started'
  | 'bastion-stopped'
  | 'leftover-ended'
  | 'ended';
