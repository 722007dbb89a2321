import { blockContains, blocksOverlap, parseBlock } from './addressBlock.ts';
import type { RouteFacts, RouteTableFacts } from './networkFacts.ts';

/** The route that packets to a block take: the one with the longest prefix. Lists of prefixes are not looked into. */
export function routeTo({ routes }: Pick<RouteTableFacts, 'routes'>, text: string): RouteFacts | undefined {
  const wanted = parseBlock(text);
  if (!wanted) return undefined;
  const fitting = routes.flatMap(route => {
    const block = parseBlock(route.destination);
    return block && blockContains(block, wanted) ? [{ route, prefix: block.prefix }] : [];
  });
  return fitting.sort((a, b) => b.prefix - a.prefix)[0]?.route;
}

/** Whether replies to a block have any way: a route that holds it, one to a part of it, or a list that may. */
export function leadsTo({ routes }: Pick<RouteTableFacts, 'routes'>, text: string): boolean {
  const wanted = parseBlock(text);
  return routes.some(({ destination, target, state }) => {
    if (state === 'blackhole' || (destination.startsWith('pl-') && target.startsWith('vpce-'))) return false;
    const block = parseBlock(destination);
    return destination.startsWith('pl-') || (wanted && block && blocksOverlap(block, wanted));
  });
}

/** Whether anything but the VPC itself is reached. Gateways' own routes lead to S3 alone. */
export const leadsElsewhere = ({ routes }: Pick<RouteTableFacts, 'routes'>): boolean =>
  routes.some(
    ({ destination, target, state }) =>
      state === 'active' && target !== 'local' && !(destination.startsWith('pl-') && target.startsWith('vpce-')),
  );

/** What a route leads to, by its id. */
export function kindOfTarget(target: string): string {
  const kinds: Readonly<Record<string, string>> = {
    tgw: 'a transit gateway',
    vgw: 'a virtual private gateway (VPN or Direct Connect)',
    pcx: 'a peering connection, which passes nothing on beyond its other VPC',
    eni: 'a network interface (an instance or appliance)',
    i: 'an instance',
    vpce: 'a Gateway Load Balancer’s endpoint (an appliance)',
    lgw: 'a local gateway',
    cagw: 'a carrier gateway',
  };
  if (target.startsWith('arn:')) return 'a core network of Cloud WAN';
  return kinds[target.split('-')[0] ?? ''] ?? 'something else';
}
