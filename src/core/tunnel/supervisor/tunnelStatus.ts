export type TunnelState =
  'finding-route' | 'opening' | 'healthy' | 'degraded' | 'resuming' | 'waiting-for-sign-in' | 'ended';

/** What a tunnel tells of itself; measured, never assumed. Plain data: it goes over the control socket and into the tree. */
export interface TunnelStatus {
  readonly state: TunnelState;
  /** One line for people: what it waits for, or why it is as it is. */
  readonly detail: string;
  readonly port: number;
  /** Why this route, once there is one. */
  readonly route: string | undefined;
  /** Round trip of the last probe through the tunnel, ms. */
  readonly latencyMs: number | undefined;
  readonly resumes: number;
  readonly sessions: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly openConnections: number;
  /** When the state began, ms since the epoch, real time. */
  readonly since: number;
}
