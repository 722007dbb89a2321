import type { Clock } from '../../clock.ts';
import type { ChannelSettings } from '../channel/channelSettings.ts';
import type { Dial } from '../channel/channelSocket.ts';
import type { ClusterAccess } from '../route/clusterAccess.ts';
import type { FindRoute, RouteChoice, RouteReport } from '../route/route.ts';
import type { SessionApi } from '../session/sessionApi.ts';
import type { Probe } from './probeLoop.ts';
import type { TunnelEvent } from './tunnelEvent.ts';
import type { SessionWatch, TunnelSession } from './tunnelSession.ts';
import type { TunnelStatus } from './tunnelStatus.ts';

export interface TunnelOptions {
  readonly cluster: ClusterAccess;
  readonly findRoute: FindRoute;
  /** Default: the first way that works. */
  readonly choice?: RouteChoice;
  readonly sessions: SessionApi;
  readonly dial: Dial;
  readonly settings?: Partial<ChannelSettings>;
  /** Instead of this product's own client: whatever opens sessions to a target. */
  readonly openSession?: (
    sessions: SessionApi,
    target: string,
    watch: SessionWatch,
    signal: AbortSignal,
  ) => Promise<TunnelSession>;
  readonly probe: Probe;
  /** Forgets credentials, so that the next call reads the sign-in anew. */
  readonly renew?: () => void;
  /** The account's clock: how long nodes take to come online. */
  readonly accountClock: Clock;
  /** Real time: the session's protocol. */
  readonly clock: Clock;
  /** 0 to 1; for pauses. */
  readonly random?: () => number;
  /** 0: any free port. */
  readonly port: number;
  /** The API endpoint's own; default 443. */
  readonly endpointPort?: number;
  /** How long to wait, on the account's clock, for a node that is not online yet. */
  readonly waitForRouteMs: number;
  /** Default 4. */
  readonly maxSessions?: number;
  /** When the account's idle timeout has ended the last session, which nobody used; default `next-connection`. */
  readonly whenIdle?: 'at-once' | 'next-connection';
  /** Probes also while nobody uses the tunnel, which keeps its sessions from the account's idle timeout; default false. */
  readonly keepAlive?: boolean;
  readonly onStatus: (status: TunnelStatus) => void;
  readonly onEvent?: (event: TunnelEvent) => void;
  readonly onRoutes?: (report: RouteReport) => void;
  readonly log: (message: string) => void;
}
