import { endpointServiceName } from '../network/endpointServices.ts';
import { endpointStanding } from '../network/endpointStanding.ts';
import { networkView, podTablesToS3, type NetworkView } from '../network/networkView.ts';
import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { zoneCount } from '../spec/zoneCount.ts';
import { endpointNeeds, type EndpointNeed } from './endpointNeeds.ts';
import type { AccountFacts, PlannedEndpoint } from './plan.ts';
import { interfaceEndpointMonthly } from './prices.ts';

/** What the features need, and how each stands: with the account's facts the difference to what an existing VPC has. */
export function plannedEndpoints(spec: ClusterSpec, account?: AccountFacts): PlannedEndpoint[] {
  const view = networkView(spec, account);
  return endpointNeeds(spec).map(need => {
    const { standing, existingId } = standingOf(need, spec, view);
    const place = standing === 'make' ? placeOf(need, spec, account, view) : {};
    const paid = standing === 'make' && need.type === 'Interface';
    return {
      ...need,
      standing,
      ...(existingId === undefined ? {} : { existingId }),
      ...place,
      monthlyUsd: paid ? interfaceEndpointMonthly(place.zones?.length ?? zoneCount(spec)) : 0,
    };
  });
}

/** Those that a stack makes. */
export function endpointsToMake(spec: ClusterSpec, account?: AccountFacts): PlannedEndpoint[] {
  return plannedEndpoints(spec, account).filter(({ standing }) => standing === 'make');
}

function standingOf(
  need: EndpointNeed,
  spec: ClusterSpec,
  view: NetworkView | undefined,
): Pick<PlannedEndpoint, 'standing' | 'existingId'> {
  if (spec.endpoints.reachable.includes(need.service)) return { standing: 'said' };
  return view ? endpointStanding(need, view) : { standing: 'make' };
}

type Place = Pick<PlannedEndpoint, 'zones' | 'subnetIds' | 'routeTableIds'>;

function placeOf(
  { service, type }: EndpointNeed,
  spec: ClusterSpec,
  account: AccountFacts | undefined,
  view: NetworkView | undefined,
): Place {
  if (type === 'Gateway')
    return view ? { routeTableIds: [...view.routeTables, ...podTablesToS3(view)].map(({ table }) => table.id) } : {};
  return interfacePlace(account?.endpointZones?.[endpointServiceName(service, spec.region)], spec, account);
}

/** Where an interface endpoint goes: the plan's zones that its service is `offered` in (all, where that is not known), a subnet in each. */
export function interfacePlace(
  offered: readonly string[] | undefined,
  spec: ClusterSpec,
  account: AccountFacts | undefined,
): Pick<PlannedEndpoint, 'zones' | 'subnetIds'> {
  const zones = account && planZones(spec, account);
  if (!zones) return {};
  const view = networkView(spec, account);
  const served = offered ? zones.filter(zone => offered.includes(zone)) : zones;
  if (!view) return { zones: served };
  // AWS takes one subnet of a zone; the roomiest is the least likely to be full when nodes come.
  const roomiest = [...view.subnets].sort((a, b) => b.freeAddresses - a.freeAddresses || a.id.localeCompare(b.id));
  const subnetIds = served.flatMap(zone => roomiest.find(({ zoneName }) => zoneName === zone)?.id ?? []);
  return { zones: served, subnetIds };
}

/** The zones of a plan by name: those of an existing VPC's subnets, else the spec's, else the account's first ones. */
export function planZones(spec: ClusterSpec, account: AccountFacts): readonly string[] | undefined {
  const view = networkView(spec, account);
  if (view) return view.zones;
  const { vpc, zones } = spec.network;
  if (vpc) return undefined;
  const chosen =
    typeof zones === 'number'
      ? account.zones.slice(0, zones)
      : zones.flatMap(id => account.zones.find(zone => zone.id === id) ?? []);
  return chosen.length === zoneCount(spec) ? chosen.map(({ name }) => name) : undefined;
}
