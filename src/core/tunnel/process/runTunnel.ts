import { randomBytes } from 'node:crypto';
import type { AwsSession } from '../../aws/awsSession.ts';
import type { ProxySettings } from '../../aws/proxySettings.ts';
import { systemClock, type Clock } from '../../clock.ts';
import type { Dial } from '../channel/channelSocket.ts';
import type { ClusterAccess } from '../route/clusterAccess.ts';
import { findNodeRoute } from '../route/nodeRoute.ts';
import { probe } from '../supervisor/probe.ts';
import { sessionApi } from '../session/sessionApi.ts';
import { Tunnel } from '../supervisor/tunnel.ts';
import { serveControl } from './controlServer.ts';
import { controlPath, removeTunnelRecord, writeTunnelRecord, type TunnelRecord } from './tunnelRecord.ts';
import { noProxy, TunnelProxy } from './tunnelProxy.ts';
import type { TunnelStatus } from '../supervisor/tunnelStatus.ts';

export interface RunTunnelOptions {
  readonly home: string;
  readonly session: AwsSession;
  readonly cluster: ClusterAccess;
  readonly accountId: string;
  readonly accountClock: Clock;
  readonly dial: Dial;
  /** 0: any free port. */
  readonly port: number;
  /** Writes the kubeconfig for this port and gives its path. */
  readonly writeKubeconfig: (port: number) => Promise<string>;
  /** The user's own proxy, for whatever the CONNECT proxy does not send through the tunnel. */
  readonly upstreamProxy?: ProxySettings;
  /** Minutes to go on after the last window has let go; `undefined`: until `signal`. */
  readonly lingerMinutes: number | undefined;
  readonly onReady: (record: TunnelRecord, status: TunnelStatus) => void;
  readonly onStatus: (status: TunnelStatus) => void;
  readonly log: (message: string) => void;
}

/** How long Connect waits, on the account's clock, for a node's agent to come online. */
const waitForRouteMs = 6 * 60_000;

/**
 * The life of a tunnel's process: from its port to the end of its session. Resolves when it was stopped.
 * @throws PrivateEksError `tunnel-busy` when another process has this cluster's tunnel or opens it now
 */
export async function runTunnel(options: RunTunnelOptions, signal: AbortSignal): Promise<void> {
  const { home, session, cluster, accountId } = options;
  const key = { accountId, region: cluster.region, cluster: cluster.name };
  const stop = new AbortController();
  const stopped = new Promise<void>(resolve => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
  const abort = () => stop.abort();
  signal.addEventListener('abort', abort, { once: true });
  const linger = new Linger(options.lingerMinutes, () => stop.abort());
  const token = randomBytes(24).toString('hex');
  const control = controlPath(home, key, process.platform);
  let current: TunnelStatus | undefined;
  let proxy: TunnelProxy | undefined;
  // First of all, so that of two that start at once only one opens a session.
  const server = await serveControl({
    path: control,
    token,
    current: () => (current ? [{ type: 'status', status: current }] : []),
    onOrder: (order, answer) => {
      if (order.type === 'stop') stop.abort();
      if (order.type === 'open-proxy')
        void proxy?.url().then(
          url => answer({ type: 'proxy', url }),
          (error: unknown) =>
            options.log(`The proxy cannot be opened: ${error instanceof Error ? error.message : String(error)}`),
        );
    },
    onAttached: count => linger.attached(count),
  });
  try {
    const tunnel = await openTunnel(options, stop.signal, status => {
      current = status;
      options.onStatus(status);
      server.publish({ type: 'status', status });
    });
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
      await removeTunnelRecord(home, key);
      await tunnel.close();
    }
  } finally {
    signal.removeEventListener('abort', abort);
    await server.close();
  }
}

function openTunnel(
  options: RunTunnelOptions,
  signal: AbortSignal,
  onStatus: (status: TunnelStatus) => void,
): Promise<Tunnel> {
  const { session, cluster, dial, accountClock, port, log } = options;
  const target = { host: cluster.host, ca: cluster.certificateAuthority };
  return Tunnel.open(
    {
      cluster,
      findRoute: async (_choice, abort) => ({
        route: await findNodeRoute(session, cluster, abort),
        findings: [],
        at: Date.now(),
      }),
      sessions: sessionApi(session),
      dial,
      probe: (connect, abort) => probe({ ...target, connect }, 10_000, abort),
      accountClock,
      clock: systemClock,
      port,
      waitForRouteMs,
      onStatus,
      log,
    },
    signal,
  );
}

/** Ends a tunnel some minutes after nobody holds it any more. */
class Linger {
  readonly #minutes: number | undefined;
  readonly #onOver: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isOn = false;

  constructor(minutes: number | undefined, onOver: () => void) {
    this.#minutes = minutes;
    this.#onOver = onOver;
  }

  begin(count: number): void {
    this.#isOn = true;
    this.attached(count);
  }

  end(): void {
    this.#isOn = false;
    clearTimeout(this.#timer);
  }

  attached(count: number): void {
    clearTimeout(this.#timer);
    if (this.#isOn && count === 0 && this.#minutes !== undefined)
      this.#timer = setTimeout(this.#onOver, this.#minutes * 60_000);
  }
}
