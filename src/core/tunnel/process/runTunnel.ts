import { randomBytes } from 'node:crypto';
import type { AwsSession } from '../../aws/awsSession.ts';
import type { ProxySettings } from '../../aws/proxySettings.ts';
import { systemClock, type Clock } from '../../clock.ts';
import { eksToken } from '../../kube/eksToken.ts';
import { probe } from '../supervisor/probe.ts';
import { Tunnel } from '../supervisor/tunnel.ts';
import type { TunnelEvent } from '../supervisor/tunnelEvent.ts';
import type { TunnelOptions } from '../supervisor/tunnelOptions.ts';
import type { TunnelStatus } from '../supervisor/tunnelStatus.ts';
import { answers } from './bindControl.ts';
import type { ControlNews, ControlOrder } from './controlMessage.ts';
import { serveControl } from './controlServer.ts';
import { endLeftovers } from './endLeftovers.ts';
import { KeptNews } from './keptNews.ts';
import { Linger } from './linger.ts';
import { recordedSessions, SessionLedger } from './sessionLedger.ts';
import { controlPath, removeTunnelRecord, writeTunnelRecord, type TunnelRecord } from './tunnelRecord.ts';
import { noProxy, TunnelProxy } from './tunnelProxy.ts';

type Passed =
  'cluster' | 'findRoute' | 'choice' | 'sessions' | 'dial' | 'openSession' | 'settings' | 'port' | 'maxSessions';
type PassedToo = 'whenIdle' | 'keepAlive' | 'accountClock' | 'log';

export interface RunTunnelOptions extends Pick<TunnelOptions, Passed | PassedToo> {
  readonly home: string;
  readonly session: AwsSession;
  readonly accountId: string;
  /** Writes the kubeconfig for this port and gives its path. */
  readonly writeKubeconfig: (port: number) => Promise<string>;
  /** The user's own proxy, for whatever the CONNECT proxy does not send through the tunnel. */
  readonly upstreamProxy?: ProxySettings;
  /** Minutes to go on after the last window has let go; `undefined`: until `signal`. */
  readonly lingerMinutes: number | undefined;
  readonly onReady: (record: TunnelRecord, status: TunnelStatus) => void;
  readonly onStatus: (status: TunnelStatus) => void;
  readonly onEvent?: (event: TunnelEvent) => void;
  /** Real time. */
  readonly clock?: Clock;
}

/** How long Connect waits, on the account's clock, for a node's agent to come online. */
const waitForRouteMs = 6 * 60_000;
const probeTimeoutMs = 10_000;

/**
 * The life of a tunnel's process: from its port to the end of its sessions. Resolves when it was stopped.
 * @throws PrivateEksError `tunnel-busy` when another process has this cluster's tunnel or opens it now
 */
export async function runTunnel(options: RunTunnelOptions, signal: AbortSignal): Promise<void> {
  const { home, session, cluster, accountId, log } = options;
  const key = { accountId, region: cluster.region, cluster: cluster.name };
  const stop = new AbortController();
  const stopped = new Promise<void>(resolve => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
  const abort = () => stop.abort();
  signal.addEventListener('abort', abort, { once: true });
  // A code of an MFA device, say, that it waited for.
  const listenNoMore = session.onSignIn?.(() => tunnel?.signedIn());
  const linger = new Linger(options.lingerMinutes, () => stop.abort());
  const token = randomBytes(24).toString('hex');
  const control = controlPath(home, key, process.platform);
  const news = new KeptNews();
  let tunnel: Tunnel | undefined;
  let proxy: TunnelProxy | undefined;
  const obey = (order: ControlOrder, answer: (news: ControlNews) => void) => {
    if (order.type === 'stop') stop.abort();
    if (order.type === 'choose-route') tunnel?.chooseRoute(order.choice);
    if (order.type === 'reconnect') tunnel?.reconnect();
    if (order.type === 'signed-in') tunnel?.signedIn();
    if (order.type === 'sign-token')
      void session
        .credentials()
        .then(credentials => eksToken(credentials, cluster.region, cluster.name, Date.now()))
        .then(
          credential => answer({ type: 'token', credential }),
          (error: unknown) => answer({ type: 'token', reason: error instanceof Error ? error.message : String(error) }),
        );
    if (order.type === 'open-proxy')
      void proxy?.url().then(
        url => answer({ type: 'proxy', url }),
        (error: unknown) =>
          log(`The proxy cannot be opened: ${error instanceof Error ? error.message : String(error)}`),
      );
  };
  // First of all, so that of two that start at once only one opens a session.
  const server = await serveControl({
    path: control,
    token,
    current: () => news.all,
    onOrder: obey,
    onAttached: count => linger.attached(count),
  });
  try {
    const ledger = await SessionLedger.open(home, key);
    const left = ledger.sessions;
    const sessions = recordedSessions(options.sessions, ledger, () => Date.now());
    const publish = (what: ControlNews) => {
      news.add(what);
      server.publish(what);
    };
    tunnel = await openTunnel({ ...options, sessions }, publish, stop.signal);
    const leftovers = {
      home,
      key,
      own: ledger,
      left,
      isLive: isLive(home),
      terminate: (id: string) => sessions.terminate(id),
    };
    const tidying = endLeftovers({ ...leftovers, now: () => Date.now(), signal: stop.signal }).then(
      ended => tell(ended, tunnel, log),
      (error: unknown) => log(`Leftovers cannot be looked for: ${String(error)}`),
    );
    try {
      const { port } = tunnel.status;
      proxy = new TunnelProxy(cluster.host, port, options.upstreamProxy ?? noProxy, stop.signal);
      const kubeconfig = await options.writeKubeconfig(port);
      const { profile } = session;
      const own = { pid: process.pid, port, control, token, kubeconfig, startedAt: Date.now() };
      const record: TunnelRecord = { version: 1, ...key, ...(profile === undefined ? {} : { profile }), ...own };
      await writeTunnelRecord(home, record);
      options.onReady(record, tunnel.status);
      linger.begin(server.attached);
      await stopped;
    } finally {
      linger.end();
      stop.abort();
      await removeTunnelRecord(home, key);
      await tunnel.close();
      await tidying;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    listenNoMore?.();
    await server.close();
  }
}

function openTunnel(
  options: RunTunnelOptions,
  publish: (news: ControlNews) => void,
  signal: AbortSignal,
): Promise<Tunnel> {
  const { session, cluster } = options;
  const target = { host: cluster.host, ca: cluster.certificateAuthority };
  const parts: TunnelOptions = {
    ...options,
    clock: options.clock ?? systemClock,
    probe: (connect, abort) => probe({ ...target, connect }, probeTimeoutMs, abort),
    renew: () => session.renew?.(),
    waitForRouteMs,
    onStatus: status => {
      options.onStatus(status);
      publish({ type: 'status', status });
    },
    onEvent: event => {
      options.onEvent?.(event);
      publish({ type: 'event', event });
    },
    onRoutes: report => publish({ type: 'routes', report }),
  };
  return Tunnel.open(parts, signal);
}

function isLive(home: string) {
  return (key: { accountId: string; region: string; cluster: string }) =>
    answers(controlPath(home, key, process.platform));
}

function tell(
  { ended, kept }: Awaited<ReturnType<typeof endLeftovers>>,
  tunnel: Tunnel | undefined,
  log: (message: string) => void,
): void {
  for (const { sessionId, reason } of kept)
    log(`session ${sessionId} of a killed tunnel could not be ended: ${reason}`);
  if (ended.length === 0) return;
  const what =
    ended.length === 1
      ? 'A session that a killed tunnel left was'
      : `${ended.length} sessions that killed tunnels left were`;
  tunnel?.note({
    code: 'leftover-ended',
    severity: 'info',
    message: `${what} still open.`,
    cure: `Ended: ${ended.join(', ')}.`,
  });
}
