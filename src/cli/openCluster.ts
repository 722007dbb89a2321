import { systemClock } from '../core/clock.ts';
import { eksToken } from '../core/kube/eksToken.ts';
import { kubernetesApi } from '../core/kube/kubernetesApi.ts';
import type { OpenCluster } from '../core/run/openCluster.ts';
import { describeClusterAccess } from '../core/tunnel/route/clusterAccess.ts';
import { findRoute } from '../core/tunnel/route/findRoute.ts';
import type { RouteReport } from '../core/tunnel/route/route.ts';
import { routeDeps } from '../core/tunnel/route/routeDeps.ts';
import { probe } from '../core/tunnel/supervisor/probe.ts';
import { sessionApi } from '../core/tunnel/session/sessionApi.ts';
import { sessionDial } from '../core/tunnel/session/sessionDial.ts';
import { Tunnel } from '../core/tunnel/supervisor/tunnel.ts';
import type { Io } from './io.ts';

/** Real ms until it is open: a cluster that is made does not wait for ever on its proof. */
const patienceMs = 60_000;

/** A tunnel for a run's own questions to the Kubernetes API, probed before it is given. */
export function openCluster(env: Io['env']): OpenCluster {
  return async ({ session, cluster: name, clock, cancel }, ways) => {
    const signal = AbortSignal.any([cancel, AbortSignal.timeout(patienceMs)]);
    const cluster = await describeClusterAccess(session, name, signal);
    const { host, certificateAuthority: ca, region } = cluster;
    const { startBastion: _, ...deps } = routeDeps(session, cluster, clock);
    const look = findRoute(deps);
    const tunnel = await Tunnel.open(
      {
        cluster,
        findRoute: async (_choice, abort) => {
          let report: RouteReport = { route: undefined, findings: [], at: Date.now() };
          for (const kind of ways) {
            const { route, findings, at } = await look({ kind }, abort);
            const told = findings.filter(finding => finding.kind === kind);
            report = { route, findings: [...report.findings, ...told], at };
            if (route) break;
          }
          return report;
        },
        sessions: sessionApi(session),
        dial: await sessionDial(session, { env, clock: systemClock }),
        probe: (connect, abort) => probe({ host, ca, connect }, 10_000, abort),
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
    const token = async () => (await eksToken(await session.credentials(), region, name, Date.now())).status.token;
    return {
      api: kubernetesApi({ port: tunnel.status.port, host, ca, token }),
      latencyMs: tunnel.status.latencyMs,
      close: () => tunnel.close(),
    };
  };
}
