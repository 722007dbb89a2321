import { finding, type RawFinding } from './rawFinding.ts';
import { blockContains, parseBlock } from './addressBlock.ts';
import { kindOfTarget, leadsElsewhere, leadsTo } from './routing.ts';
import type { RouteFacts, SubnetFacts, VpcFacts } from './networkFacts.ts';
import { isShared, routeTableOf, type NetworkView } from './networkView.ts';

/** Where the spec's subnets lead, and those for pods alone. */
export function judgeRoutes(view: NetworkView): RawFinding[] {
  if (isShared(view)) return [];
  const { facts, wish, subnets, routeTables, podSubnets, podTables } = view;
  const associations = [...subnets, ...podSubnets].flatMap(({ id }) => {
    const table = routeTableOf(facts, id);
    if (!table) return [finding('route-table-unknown', id, 'none to be seen')];
    if (table.subnetIds.includes(id)) return [];
    return [finding('subnet-on-main-table', id, `${table.id}, the main table`, { table: table.id, vpc: wish.id })];
  });
  const routes = [...routeTables, ...podTables].flatMap(({ table, subnets: users }) =>
    table.routes.flatMap(route => judgeRoute(route, table.id, idsOf(users), facts.vpc)),
  );
  return [...associations, ...routes, ...waysBack(view), ...controlPlaneEgress(view)];
}

const everywhere = ['0.0.0.0/0', '::/0'];

function judgeRoute(
  { destination, target, state }: RouteFacts,
  table: string,
  subnets: string,
  { cidrs, ipv6Cidrs }: VpcFacts,
): RawFinding[] {
  const family = destination.includes(':') ? '--destination-ipv6-cidr-block' : '--destination-cidr-block';
  const option = destination.startsWith('pl-') ? '--destination-prefix-list-id' : family;
  const kind = kindOfTarget(target);
  const words = { subnets, target, kind, to: destination, destination: `${option} ${destination}` };
  const seen = `${destination} to ${target}`;
  if (state === 'blackhole') return [finding('blackhole-route', table, `${seen}, blackhole`, words)];
  if (target.startsWith('igw-')) return [finding('internet-route', table, seen, words)];
  if (target.startsWith('nat-')) return [finding('nat-route', table, seen, words)];
  if (target.startsWith('eigw-')) return [finding('egress-only-route', table, seen, words)];
  if (everywhere.includes(destination) && target !== 'local')
    return [finding('default-route-elsewhere', table, seen, words)];
  const block = parseBlock(destination);
  const inVpc = (text: string) => {
    const own = parseBlock(text);
    return own && block && blockContains(own, block);
  };
  if (target !== 'local' && [...cidrs, ...ipv6Cidrs].some(inVpc))
    return [finding('vpc-route-diverted', table, seen, words)];
  return [];
}

/** Whoever is let in to the API endpoint from outside waits for its replies. */
function waysBack({ spec, routeTables }: NetworkView): RawFinding[] {
  return spec.network.apiAccess.cidrs.flatMap(cidr =>
    routeTables
      .filter(({ table }) => !leadsTo(table, cidr))
      .map(({ table, subnets }) =>
        finding('api-source-unrouted', table.id, `no route to ${cidr}`, { cidr, subnets: idsOf(subnets) }),
      ),
  );
}

/** A control plane whose own calls leave by the subnets gets no farther than these do. */
function controlPlaneEgress({ spec, routeTables }: NetworkView): RawFinding[] {
  const { egress } = spec.controlPlane;
  if (egress !== 'customer-routed' || routeTables.some(({ table }) => leadsElsewhere(table))) return [];
  return routeTables.map(({ table, subnets }) =>
    finding('egress-without-way', table.id, 'local routes alone', { egress, subnets: idsOf(subnets) }),
  );
}

const idsOf = (subnets: readonly SubnetFacts[]): string => subnets.map(({ id }) => id).join(', ');
