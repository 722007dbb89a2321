import { finding, type RawFinding } from './rawFinding.ts';
import type { RouteFacts } from './networkFacts.ts';
import { isShared, routeTableOf, type NetworkView } from './networkView.ts';

/** Where the spec's subnets lead. */
export function judgeRoutes(view: NetworkView): RawFinding[] {
  if (isShared(view)) return [];
  const { facts, wish, subnets, routeTables } = view;
  const associations = subnets.flatMap(({ id }) => {
    const table = routeTableOf(facts, id);
    if (!table) return [finding('route-table-unknown', id, 'none to be seen')];
    if (table.subnetIds.includes(id)) return [];
    return [finding('subnet-on-main-table', id, `${table.id}, the main table`, { table: table.id, vpc: wish.id })];
  });
  const routes = routeTables.flatMap(({ table, subnets: users }) =>
    table.routes.flatMap(route => judgeRoute(route, table.id, users.map(({ id }) => id).join(', '))),
  );
  return [...associations, ...routes];
}

const everywhere = ['0.0.0.0/0', '::/0'];

function judgeRoute({ destination, target, state }: RouteFacts, table: string, subnets: string): RawFinding[] {
  const family = destination.includes(':') ? '--destination-ipv6-cidr-block' : '--destination-cidr-block';
  const option = destination.startsWith('pl-') ? '--destination-prefix-list-id' : family;
  const words = { subnets, target, to: destination, destination: `${option} ${destination}` };
  const seen = `${destination} to ${target}`;
  if (state === 'blackhole') return [finding('blackhole-route', table, `${seen}, blackhole`, words)];
  if (target.startsWith('igw-')) return [finding('internet-route', table, seen, words)];
  if (target.startsWith('nat-')) return [finding('nat-route', table, seen, words)];
  if (target.startsWith('eigw-')) return [finding('egress-only-route', table, seen, words)];
  if (everywhere.includes(destination) && target !== 'local')
    return [finding('default-route-elsewhere', table, seen, words)];
  return [];
}
