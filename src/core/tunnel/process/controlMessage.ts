// CONTRACT: lines of JSON on a tunnel's control socket.
import type { ExecCredential } from '../../kube/eksToken.ts';
import type { RouteChoice, RouteReport } from '../route/route.ts';
import type { TunnelEvent } from '../supervisor/tunnelEvent.ts';
import type { TunnelStatus } from '../supervisor/tunnelStatus.ts';

/** From the tunnel. A client that attaches gets the status, the events kept so far and the last report, then whatever is new. */
export type ControlNews =
  | { readonly type: 'status'; readonly status: TunnelStatus }
  | { readonly type: 'event'; readonly event: TunnelEvent }
  | { readonly type: 'routes'; readonly report: RouteReport }
  /** The answer to `open-proxy`, to the client that asked and to no other: the URL holds the proxy's credentials. */
  | { readonly type: 'proxy'; readonly url: string }
  /** The answer to `sign-token`, likewise: a credential for kubectl, or why there is none. */
  | { readonly type: 'token'; readonly credential: ExecCredential }
  | { readonly type: 'token'; readonly reason: string };

/** To the tunnel, after the first line, which is `{"token"}`. */
export type ControlOrder =
  | { readonly type: 'stop' }
  /** Leaves the route it is on for another; the port stays. */
  | { readonly type: 'choose-route'; readonly choice: RouteChoice }
  /** A new session now, for example after the machine's network has changed. */
  | { readonly type: 'reconnect' }
  /** Somebody has signed in, in whatever way: what waits for that looks at once. */
  | { readonly type: 'signed-in' }
  /** The CONNECT proxy on loopback, opened at the first order and closed with the tunnel. */
  | { readonly type: 'open-proxy' }
  /** A token for the cluster's API, signed with the credentials that the tunnel has. */
  | { readonly type: 'sign-token' };
