import type { Route, RouteReport } from '../../core/tunnel/route/route.ts';
import type { TunnelEvent } from '../../core/tunnel/supervisor/tunnelEvent.ts';
import type { TunnelStatus } from '../../core/tunnel/supervisor/tunnelStatus.ts';
import type {
  RouteView,
  TrafficSample,
  TunnelLogLine,
  TunnelNow,
  TunnelPanelChange,
  TunnelPanelState,
  TunnelPlace,
} from '../../protocol/tunnelPanel.ts';

/** What this window knows of a tunnel, for as long as it is open, and of its last hour after it has ended. */
export interface TunnelMemory {
  readonly status: TunnelStatus;
  readonly events: readonly TunnelEvent[];
  readonly report: RouteReport | undefined;
  readonly samples: readonly TrafficSample[];
}

/** A tunnel in its panel's words. `memory` is absent when nobody knows it any more. */
export function tunnelPanelState(
  place: TunnelPlace,
  account: string,
  memory: TunnelMemory | undefined,
  now: number,
): TunnelPanelState {
  return {
    place,
    account,
    sentAt: now,
    tunnel: memory && tunnelNow(memory.status),
    routes: memory?.report && routesView(memory.report),
    samples: memory?.samples ?? [],
    log: memory?.events.map(logLine) ?? [],
  };
}

/** What is new since `before`, so that a log of days is not sent again with each probe. */
export function tunnelPanelChange(before: TunnelMemory, after: TunnelMemory, now: number): TunnelPanelChange {
  const lastSeq = before.events.at(-1)?.seq ?? 0;
  const lastAt = before.samples.at(-1)?.at ?? 0;
  const log = after.events.filter(event => event.seq > lastSeq).map(logLine);
  const samples = after.samples.filter(sample => sample.at > lastAt);
  return {
    sentAt: now,
    tunnel: tunnelNow(after.status),
    ...(after.report !== before.report && after.report ? { routes: routesView(after.report) } : {}),
    ...(log.length > 0 ? { log } : {}),
    ...(samples.length > 0 ? { samples } : {}),
  };
}

function tunnelNow(status: TunnelStatus): TunnelNow {
  const { state, detail, port, route, latencyMs, resumes, sessionsBegun, sessions } = status;
  const { bytesIn, bytesOut, openConnections, since, openedAt } = status;
  return {
    state,
    detail,
    address: `127.0.0.1:${port}`,
    route: route && routeView(route),
    latencyMs,
    resumes,
    sessionsBegun,
    sessions,
    bytesIn,
    bytesOut,
    openConnections,
    since,
    openedAt,
  };
}

function routeView(route: Route): RouteView {
  const { reason } = route;
  return route.kind === 'direct'
    ? { kind: route.kind, target: route.addresses.join(', '), agentVersion: undefined, reason }
    : { kind: route.kind, target: route.target, agentVersion: route.agentVersion, reason };
}

function routesView({ at, findings }: RouteReport): NonNullable<TunnelPanelState['routes']> {
  return {
    at,
    findings: findings.map(({ kind, verdict, summary, evidence, fix }) => ({
      kind,
      verdict,
      summary,
      evidence: evidence.map(({ resource, attribute, seen, needed }) => ({ resource, attribute, seen, needed })),
      fix,
    })),
  };
}

function logLine({ seq, at, severity, message, cure }: TunnelEvent): TunnelLogLine {
  return { seq, at, severity, message, cure };
}

/** One line for tree and status bar: "instance i-0abc", "direct", "bastion". */
export function routeName(route: Route | undefined): string {
  if (!route) return 'no route yet';
  if (route.kind === 'direct') return 'direct';
  // An ECS target names cluster, task and runtime: the task is what people find in the console.
  return route.kind === 'bastion' ? `bastion ${route.target.split('_')[1]?.slice(0, 8) ?? route.target}` : route.target;
}
