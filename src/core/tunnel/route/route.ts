// CONTRACT: what a route is, and what is told of the ways that were tried. Plain data: it goes over the control socket and into views.

/** In the order in which they are probed. */
export const routeKinds = ['direct', 'instance', 'bastion', 'new-bastion'] as const;
export type RouteKind = (typeof routeKinds)[number];

/** The API endpoint answers without Session Manager: a VPN, Direct Connect, peering, or this machine is in the VPC. */
export interface DirectRoute {
  readonly kind: 'direct';
  /** Private addresses that the endpoint's name resolved to. */
  readonly addresses: readonly string[];
  /** Why this one, for people. */
  readonly reason: string;
}

/** A Session Manager target in the VPC that dials the endpoint for us. */
export interface SessionRoute {
  readonly kind: 'instance' | 'bastion';
  /** As StartSession takes it: `i-…`, `mi-…`, `ecs:<cluster>_<task>_<runtime id>`. */
  readonly target: string;
  readonly agentVersion: string | undefined;
  readonly reason: string;
}

export type Route = DirectRoute | SessionRoute;

/** One look at one thing: which resource, what was seen there, what would be needed. */
export interface RouteEvidence {
  readonly resource: string;
  readonly attribute: string;
  readonly seen: string;
  readonly needed?: string;
}

/** What was found out about one way in. `needs-consent`: it would work, and costs money that nobody has agreed to. */
export interface RouteFinding {
  readonly kind: RouteKind;
  readonly verdict: 'chosen' | 'usable' | 'unusable' | 'needs-consent' | 'not-tried';
  readonly summary: string;
  readonly evidence: readonly RouteEvidence[];
  readonly fix?: string;
}

/** The answer to *Why this route?*: every way in probing order. `at` is real time, ms since the epoch. */
export interface RouteReport {
  readonly route: Route | undefined;
  readonly findings: readonly RouteFinding[];
  readonly at: number;
}

/** What the user wants: the first that works, one kind, or one target. Choosing `new-bastion` is the consent to its cost. */
export interface RouteChoice {
  readonly kind: RouteKind | 'automatic';
  readonly target?: string;
}

export type FindRoute = (choice: RouteChoice, signal: AbortSignal) => Promise<RouteReport>;
