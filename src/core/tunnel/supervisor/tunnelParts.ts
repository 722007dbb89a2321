import { directSession } from './directSession.ts';
import { EventLog, type TunnelEventBody } from './eventLog.ts';
import { LoadKeeper } from './loadKeeper.ts';
import { openNativeSession, type NativeSessionOptions } from './nativeSession.ts';
import type { PooledSession } from './pooledSession.ts';
import { ProbeLoop } from './probeLoop.ts';
import { RouteKeeper } from './routeKeeper.ts';
import { SessionKeeper } from './sessionKeeper.ts';
import { SessionOpener } from './sessionOpener.ts';
import { SessionPool } from './sessionPool.ts';
import { signedInEvent, signedOutEvent } from './signInEvents.ts';
import { SignInGate } from './signInGate.ts';
import type { TunnelEvent } from './tunnelEvent.ts';
import type { TunnelOptions } from './tunnelOptions.ts';
import type { OpenSession } from './tunnelSession.ts';

/** What a tunnel is made of; each part knows the others only by what it is given here. */
export interface TunnelParts {
  readonly log: EventLog;
  readonly gate: SignInGate;
  readonly pool: SessionPool;
  readonly routes: RouteKeeper;
  readonly opener: SessionOpener;
  readonly load: LoadKeeper;
  readonly keeper: SessionKeeper;
  readonly probes: ProbeLoop;
}

export interface TunnelHooks {
  readonly onEvent: (event: TunnelEvent) => void;
  readonly onChange: () => void;
  /** For how long no user's byte went through; ms. */
  readonly quietMs: () => number;
  readonly signal: AbortSignal;
}

/** After so long without a user's byte, nobody is taken to use the tunnel. */
const quietAfterMs = 5 * 60_000;

export function tunnelParts(options: TunnelOptions, hooks: TunnelHooks): TunnelParts {
  const { clock, accountClock, findRoute, cluster, log: say, choice = { kind: 'automatic' } } = options;
  const { random = Math.random, renew = () => undefined, maxSessions = 4, whenIdle = 'next-connection' } = options;
  const { onChange, quietMs, signal } = hooks;
  const log = new EventLog(() => clock.now(), hooks.onEvent);
  const onEvent = (event: TunnelEventBody) => log.add(event);
  const pool = new SessionPool(() => clock.now());
  const gate = new SignInGate({
    ...{ clock, random, renew, onChange },
    onAsked: error => onEvent(signedOutEvent(error)),
    onSignedIn: afterMs => onEvent(signedInEvent(afterMs)),
  });
  const onReport: TunnelOptions['onRoutes'] = report => options.onRoutes?.(report);
  const routes = new RouteKeeper({ cluster, findRoute, choice, accountClock, gate, onReport, onEvent });
  const probes: ProbeLoop = new ProbeLoop({
    ...{ pool, probe: options.probe, clock, onEvent, onChange },
    isQuiet: () => options.keepAlive !== true && quietMs() >= quietAfterMs,
    replace: (member, why) => keeper.replace(member, why),
  });
  const measure = (member: PooledSession) => probes.measure(member, signal);
  const common = { pool, clock, measure, onEvent, onChange, log: say, signal };
  const openSession = sessionFactory(options, gate);
  const opener = new SessionOpener({
    ...{ ...common, gate, openSession },
    onOver: (member, over) => keeper.over(member, over),
  });
  const load = new LoadKeeper({ ...common, routes, opener, maxSessions });
  const { vpcId } = cluster;
  const keeper: SessionKeeper = new SessionKeeper({ ...common, routes, opener, vpcId, random, whenIdle, quietMs });
  return { log, gate, pool, routes, opener, load, keeper, probes };
}

/** By the kind of route, and the client that was asked for. */
function sessionFactory(options: TunnelOptions, gate: SignInGate): OpenSession {
  const { cluster, sessions, openSession } = options;
  const endpoint = { host: cluster.host, port: options.endpointPort ?? 443 };
  const native: NativeSessionOptions = {
    ...options,
    ...{ gate, endpoint, reason: `Private EKS: kubectl for ${cluster.name}` },
  };
  return async (route, watch, signal) => {
    if (route.kind === 'direct') return directSession(route, endpoint.port, watch);
    return openSession
      ? openSession(sessions, route.target, watch, signal)
      : openNativeSession(native, route.target, watch, signal);
  };
}
