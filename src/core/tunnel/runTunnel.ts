import { randomBytes } from 'node:crypto';
import type { AwsSession } from '../aws/awsSession.ts';
import { systemClock, type Clock } from '../clock.ts';
import type { Dial } from './channelSocket.ts';
import type { ClusterAccess } from './clusterAccess.ts';
import { findNodeRoute } from './nodeRoute.ts';
import { probe } from './probe.ts';
import { sessionApi } from './sessionApi.ts';
import { Tunnel } from './tunnel.ts';
import { serveControl } from './tunnelControl.ts';
import { controlPath, removeTunnelRecord, writeTunnelRecord, type TunnelRecord } from './tunnelRecord.ts';
import type { TunnelStatus } from './tunnelStatus.ts';

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
  /** Minutes to go on after the last window has let go; `undefined`: until `signal`. */
  readonly lingerMinutes: number | undefined;
  readonly onReady: (record: TunnelRecord, status: TunnelStatus) => void;
  readonly onStatus: (status: TunnelStatus) => void;
  readonly log: (message: string) => void;
}

/** How long Connect waits, on the account's clock, for a node's agent to come online. */
const waitForRouteMs = 6 * 60_000;

/** The life of a tunnel's process: from its port to the end of its session. Resolves when it was stopped. */
export async function runTunnel(options: RunTunnelOptions, signal: AbortSignal): Promise<void> {
  const { home, session, cluster, accountId } = options;
  const key = { accountId, region: cluster.region, cluster: cluster.name };
  const stop = new AbortController();
  const stopped = new Promise<void>(resolve => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
  const abort = () => stop.abort();
  signal.addEventListener('abort', abort, { once: true });
  let publish: (status: TunnelStatus) => void = () => undefined;
  const target = { host: cluster.host, ca: cluster.certificateAuthority };
  const tunnel = await Tunnel.open(
    {
      cluster,
      findRoute: abortSignal => findNodeRoute(session, cluster, abortSignal),
      sessions: sessionApi(session),
      dial: options.dial,
      probe: (port, abortSignal) => probe({ ...target, port }, 10_000, abortSignal),
      accountClock: options.accountClock,
      clock: systemClock,
      port: options.port,
      waitForRouteMs,
      onStatus: status => {
        options.onStatus(status);
        publish(status);
      },
      log: options.log,
    },
    stop.signal,
  );
  try {
    const token = randomBytes(24).toString('hex');
    const control = controlPath(home, key, process.platform);
    const linger = new Linger(options.lingerMinutes, () => stop.abort());
    const server = await serveControl({
      path: control,
      token,
      current: () => tunnel.status,
      onStop: () => stop.abort(),
      onAttached: count => linger.attached(count),
    });
    publish = status => server.publish(status);
    const { port } = tunnel.status;
    const kubeconfig = await options.writeKubeconfig(port);
    const record: TunnelRecord = {
      version: 1,
      ...key,
      ...(session.profile === undefined ? {} : { profile: session.profile }),
      pid: process.pid,
      port,
      control,
      token,
      kubeconfig,
      startedAt: Date.now(),
    };
    await writeTunnelRecord(home, record);
    try {
      options.onReady(record, tunnel.status);
      linger.attached(server.attached);
      await stopped;
    } finally {
      linger.attached(1);
      await removeTunnelRecord(home, key);
      await tunnel.close();
      await server.close();
    }
  } finally {
    signal.removeEventListener('abort', abort);
    await tunnel.close();
  }
}

/** Ends a tunnel some minutes after nobody holds it any more. */
class Linger {
  readonly #minutes: number | undefined;
  readonly #onOver: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(minutes: number | undefined, onOver: () => void) {
    this.#minutes = minutes;
    this.#onOver = onOver;
  }

  attached(count: number): void {
    clearTimeout(this.#timer);
    if (count === 0 && this.#minutes !== undefined) this.#timer = setTimeout(this.#onOver, this.#minutes * 60_000);
  }
}
