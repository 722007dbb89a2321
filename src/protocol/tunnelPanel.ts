// CONTRACT: the tunnel panel: what it is, how it is, by which route and why, its traffic, its sessions, the log of what happened and its cure.
import { isRecord, type Ready } from './envelope.ts';

export type TunnelStateName =
  'finding-route' | 'opening' | 'healthy' | 'resting' | 'degraded' | 'resuming' | 'waiting-for-sign-in' | 'ended';
export const routeKinds = ['direct', 'instance', 'bastion', 'new-bastion'] as const;
export type RouteKindName = (typeof routeKinds)[number];

/** Which tunnel; what the panel keeps, to be filled again after a reload. */
export interface TunnelPlace {
  readonly accountId: string;
  readonly region: string;
  readonly cluster: string;
}
export interface RouteView {
  readonly kind: Exclude<RouteKindName, 'new-bastion'>;
  /** Instance or task; of a direct route the endpoint's addresses. */
  readonly target: string;
  readonly agentVersion: string | undefined;
  readonly reason: string;
}
export interface FindingView {
  readonly kind: RouteKindName;
  readonly verdict: 'chosen' | 'usable' | 'unusable' | 'needs-consent' | 'not-tried';
  readonly summary: string;
  readonly evidence: readonly {
    readonly resource: string;
    readonly attribute: string;
    readonly seen: string;
    readonly needed: string | undefined;
  }[];
  readonly fix: string | undefined;
}
export interface SessionView {
  readonly sessionId: string;
  readonly target: string;
  readonly state: 'opening' | 'open' | 'resuming';
  readonly connections: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly roundTripMs: number;
  readonly resumes: number;
}
/** Times are real, ms since the epoch, on the editor's machine. */
export interface TunnelNow {
  readonly state: TunnelStateName;
  readonly detail: string;
  /** `127.0.0.1:50443` */
  readonly address: string;
  readonly route: RouteView | undefined;
  readonly latencyMs: number | undefined;
  readonly resumes: number;
  readonly sessionsBegun: number;
  readonly sessions: readonly SessionView[];
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly openConnections: number;
  readonly since: number;
  readonly openedAt: number | undefined;
}
/** How far the counters were at a moment; what flowed is the difference of two. */
export interface TrafficSample {
  readonly at: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Absent where the tunnel did not answer then, or rested. */
  readonly latencyMs: number | undefined;
  /** It was not asked, because nothing was open. */
  readonly isResting?: true;
}
/** One line of the log; lines are only ever appended. */
export interface TunnelLogLine {
  readonly seq: number;
  readonly at: number;
  readonly severity: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly cure: string | undefined;
}
export interface TunnelPanelState {
  readonly place: TunnelPlace;
  /** "Sandbox", "prod · 1234…9012". */
  readonly account: string;
  /** The editor's time as it sent this: the panel's own clock may go differently. */
  readonly sentAt: number;
  /** Undefined: no such tunnel is known any more. */
  readonly tunnel: TunnelNow | undefined;
  /** When the ways in were looked at, and what was found. */
  readonly routes: { readonly at: number; readonly findings: readonly FindingView[] } | undefined;
  readonly samples: readonly TrafficSample[];
  readonly log: readonly TunnelLogLine[];
}
/** What is present has changed: samples and log lines are appended, the rest is whole. */
export interface TunnelPanelChange {
  readonly sentAt: number;
  readonly tunnel?: TunnelNow;
  readonly routes?: TunnelPanelState['routes'];
  readonly samples?: readonly TrafficSample[];
  readonly log?: readonly TunnelLogLine[];
}

/** How much of the past the panel shows and keeps, ms. */
export const trafficSpanMs = 5 * 60_000;

const plainRequests = [
  'connect',
  'disconnect',
  'reconnect',
  'change-route',
  'copy-environment',
  'copy-diagnostics',
  'open-terminal',
  'sign-in',
] as const;

export type TunnelPanelRequest =
  | Ready
  | { readonly type: (typeof plainRequests)[number] }
  /** From a finding: this way in instead of the present one. */
  | { readonly type: 'use-route'; readonly kind: RouteKindName };

export function readTunnelPanelRequest(message: unknown): TunnelPanelRequest | undefined {
  if (!isRecord(message)) return undefined;
  if (message.type === 'ready')
    return typeof message.version === 'number' ? { type: 'ready', version: message.version } : undefined;
  if (message.type === 'use-route') {
    const kind = routeKinds.find(known => known === message.kind);
    return kind && { type: 'use-route', kind };
  }
  const type = plainRequests.find(known => known === message.type);
  return type && { type };
}

/** What a restored panel says of itself; it is as untrusted as any message. */
export function readTunnelPlace(value: unknown): TunnelPlace | undefined {
  if (!isRecord(value)) return undefined;
  const { accountId, region, cluster } = value;
  const isName = (part: unknown): part is string => typeof part === 'string' && part.length > 0 && part.length <= 200;
  return isName(accountId) && isName(region) && isName(cluster) ? { accountId, region, cluster } : undefined;
}
