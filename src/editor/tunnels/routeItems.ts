import type { Route, RouteChoice, RouteFinding, RouteReport } from '../../core/tunnel/route/route.ts';

/** One line of the quick pick of routes, without the editor's own types. */
export interface RouteItem {
  readonly label: string;
  readonly description: string;
  readonly detail: string | undefined;
  readonly choice: RouteChoice;
  readonly isCurrent: boolean;
}

/** What a new bastion costs, as it is shown before anybody agrees to it. */
export interface BastionOffer {
  readonly hourlyUsd: number;
  readonly ttlMinutes: number;
}

/** An instance of the VPC, as far as its agent is concerned. */
export interface KnownInstance {
  readonly instanceId: string;
  readonly isNode: boolean;
  readonly agent: { readonly version: string; readonly status: string } | undefined;
}

/** Every way in, in the order in which they are looked at, with what was found out about it when that was last done. */
export function routeItems(
  route: Route | undefined,
  report: RouteReport | undefined,
  instances: readonly KnownInstance[],
  offer: BastionOffer,
): RouteItem[] {
  const about = (kind: RouteFinding['kind']) =>
    report?.findings.find(found => found.kind === kind && found.verdict !== 'not-tried')?.summary;
  return [
    item('$(wand) Automatic', 'the first that works', undefined, { kind: 'automatic' }, false),
    item(
      '$(globe) Direct',
      'VPN, Direct Connect, peering',
      about('direct'),
      { kind: 'direct' },
      route?.kind === 'direct',
    ),
    ...instanceItems(route, about('instance'), instances),
    item(
      '$(vm-running) Running bastion',
      route?.kind === 'bastion' ? (route.target.split('_')[1]?.slice(0, 8) ?? '') : 'a task that is there',
      about('bastion'),
      { kind: 'bastion' },
      route?.kind === 'bastion',
    ),
    item(
      '$(add) New bastion…',
      `about ${offer.hourlyUsd} USD an hour, at most ${hours(offer.ttlMinutes)}`,
      about('new-bastion'),
      { kind: 'new-bastion' },
      false,
    ),
  ];
}

/** Each instance that Session Manager knows; where none is known, any. The one in use is there, whoever knows it. */
function instanceItems(
  route: Route | undefined,
  detail: string | undefined,
  instances: readonly KnownInstance[],
): RouteItem[] {
  const current = route?.kind === 'instance' ? route.target : undefined;
  const managed = instances.filter(({ agent }) => agent);
  if (managed.length === 0 && current === undefined)
    return [item('$(server) Instance', 'any that is online', detail, { kind: 'instance' }, false)];
  const notes = new Map(managed.map(instance => [instance.instanceId, instanceNote(instance)]));
  return [...new Set([...(current === undefined ? [] : [current]), ...notes.keys()])].map(id =>
    item('$(server) Instance', id, notes.get(id), { kind: 'instance', target: id }, id === current),
  );
}

function instanceNote({ isNode, agent }: KnownInstance): string {
  const status = agent?.status === 'Online' ? 'online' : 'not online';
  return `${isNode ? 'node of this cluster' : 'in the VPC'} · agent ${agent?.version || 'unknown'} ${status}`;
}

function item(
  label: string,
  description: string,
  detail: string | undefined,
  choice: RouteChoice,
  isCurrent: boolean,
): RouteItem {
  return { label, description: isCurrent ? `${description} · in use` : description, detail, choice, isCurrent };
}

export function hours(minutes: number): string {
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}

/** What is said before money is spent: what is made, what it costs, when it ends, who may use it. */
export function bastionConsent(cluster: string, offer: BastionOffer, isSandbox: boolean): string {
  return [
    `A Fargate task in the cluster’s VPC: no public address, no inbound rule, no key. It needs 30 to 60 seconds.`,
    `About ${offer.hourlyUsd} USD an hour (us-east-1 list price), at most ${hours(offer.ttlMinutes)}: then it ends by itself.${isSandbox ? ' The sandbox costs nothing.' : ''}`,
    `The first one of a VPC also makes a stack that costs nothing, and a rule that lets it reach ${cluster} on 443. Everybody with leave to use the VPC’s bastions shares it.`,
  ].join('\n\n');
}
