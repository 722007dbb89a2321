import { systemClock } from '../core/clock.ts';
import type { ClusterProbe } from '../core/run/steps/verify.ts';
import { describeClusterAccess } from '../core/tunnel/route/clusterAccess.ts';
import { findRoute } from '../core/tunnel/route/findRoute.ts';
import { probe } from '../core/tunnel/supervisor/probe.ts';
import { sessionApi } from '../core/tunnel/session/sessionApi.ts';
import { sessionDial } from '../core/tunnel/session/sessionDial.ts';
import { Tunnel } from '../core/tunnel/supervisor/tunnel.ts';
import type { Io } from './io.ts';

/** Real ms for the whole of it: a verified cluster does not wait for ever on its proof. */
const patienceMs = 60_000;

/** Opens a tunnel, asks the Kubernetes API one thing through it, and closes it again. */
export function clusterProbe(env: Io['env']): ClusterProbe {
  return async ({ session, cluster: name, clock, cancel }) => {
    const signal = AbortSignal.any([cancel, AbortSignal.timeout(patienceMs)]);
    const cluster = await describeClusterAccess(session, name, signal);
    const target = { host: cluster.host, ca: cluster.certificateAuthority };
    const tunnel = await Tunnel.open(
      {
        cluster,
        findRoute: findRoute({ session, cluster, clock, direct: undefined }),
        choice: { kind: 'instance' },
        sessions: sessionApi(session),
        dial: await sessionDial(session, { env, clock: systemClock }),
        probe: (connect, abort) => probe({ ...target, connect }, 10_000, abort),
        maxSessions: 1,
        accountClock: clock,
        clock: systemClock,
        port: 0,
        waitForRouteMs: 0,
        onStatus: () => undefined,
        log: () => undefined,
      },
      signal,
    );
    try {
      return `the Kubernetes API answers through a tunnel in ${tunnel.status.latencyMs ?? '?'} ms`;
    } finally {
      await tunnel.close();
    }
  };
}
