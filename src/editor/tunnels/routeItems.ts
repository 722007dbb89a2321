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

/** Every way in, in the order in which they are looked at, with what was found out about it when that was last done. */
export function routeItems(
  route: Route | undefined,
  report: RouteReport | undefined,
  instances: readonly string[],
  offer: BastionOffer,
): RouteItem[] {
  const finding = (kind: RouteFinding['kind']) => report?.findings.find(found => found.kind === kind);
  const about = (kind: RouteFinding['kind']) => finding(kind)?.summary;
  const target = route && route.kind !== 'direct' ? route.target : undefined;
  const known = [
    ...new Set([...instances, ...instancesOf(report), ...(route?.kind === 'instance' ? [route.target] : [])]),
  ];
  return [
    item('$(wand) Automatic', 'the first that works', undefined, { kind: 'automatic' }, false),
    item(
      '$(globe) Direct',
      'VPN, Direct Connect, peering',
      about('direct'),
      { kind: 'direct' },
      route?.kind === 'direct',
    ),
    ...(known.length === 0
      ? [item('$(server) Instance', 'any that is online', about('instance'), { kind: 'instance' }, false)]
      : known.map(id =>
          item('$(server) Instance', id, about('instance'), { kind: 'instance', target: id }, id === target),
        )),
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

/** Instances that the last look named. */
function instancesOf(report: RouteReport | undefined): string[] {
  const evidence = report?.findings.find(({ kind }) => kind === 'instance')?.evidence ?? [];
  return evidence.map(({ resource }) => resource).filter(resource => /^m?i-[0-9a-f]{8,17}$/.test(resource));
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
