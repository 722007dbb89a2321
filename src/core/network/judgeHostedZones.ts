import { serviceHosts, zoneAgainstHost } from './endpointServices.ts';
import { parseBlock } from './addressBlock.ts';
import type { HostedZoneFacts, ZoneRecordFacts } from './networkFacts.ts';
import type { NetworkView } from './networkView.ts';
import { finding, type RawFinding } from './rawFinding.ts';
import { leadsElsewhere, leadsTo } from './routing.ts';
import { endpointOf, recordInWords, zoneAnswer } from './zoneRecords.ts';

/** A private hosted zone of somebody's own that answers for a service's name. Zones of endpoints' private DNS are AWS's. */
export function answeringZone(service: string, { facts, spec }: NetworkView): HostedZoneFacts | undefined {
  const [host = ''] = serviceHosts(service, spec.region);
  return facts.hostedZones.find(({ name, ownerId }) => !isAwsOwner(ownerId) && zoneAgainstHost(name, host) === 'own');
}

/** `vpce.amazonaws.com` owns the zones behind private DNS. */
const isAwsOwner = (ownerId: string): boolean => ownerId.endsWith('.amazonaws.com');

export interface ZoneVerdict {
  /** The endpoint of this VPC to which the zone leads: what it is worth is for its own judges to say. */
  readonly endpointId?: string;
  readonly findings: readonly RawFinding[];
}

/** What a zone that answers for a service is worth: nothing is made beside it, so that it has to lead to an endpoint. */
export function judgeAnsweringZone(zone: HostedZoneFacts, service: string, view: NetworkView): ZoneVerdict {
  const { facts, wish, spec, accountId } = view;
  const [host = ''] = serviceHosts(service, spec.region);
  const words = { service, host, vpc: wish.id, region: spec.region };
  const found = zoneAnswer(zone, host);
  if (found.answer === 'none')
    return { findings: [finding('hosted-zone-empty', zone.id, `${zone.name}, no record for it`, words)] };
  const whose = zone.ownerId === accountId ? '' : `, of account ${zone.ownerId}`;
  const unread = `${zone.name}${whose}; its records could not be read`;
  const seen = found.answer === 'unread' ? unread : recordInWords(found.record);
  const record = found.answer === 'record' ? found.record : undefined;
  const endpointId = record && endpointOf(record);
  if (endpointId !== undefined && facts.endpoints.some(({ id }) => id === endpointId))
    return { endpointId, findings: [] };
  const cut = record ? tablesWithoutWay(record, view) : [];
  if (cut.length > 0)
    return { findings: [finding('hosted-zone-no-route', zone.id, seen, { ...words, tables: cut.join(', ') })] };
  return { findings: [finding('hosted-zone-serves', zone.id, seen, words)] };
}

/** Route tables of the spec's subnets from which no packet comes to where a record leads: an address, or an endpoint elsewhere. */
function tablesWithoutWay({ type, values }: ZoneRecordFacts, { facts, routeTables }: NetworkView): string[] {
  const addresses = type === 'CNAME' ? [] : values.filter(value => parseBlock(`${value}/${type === 'A' ? 32 : 128}`));
  const inVpc = (address: string) => leadsTo(localRoutes(facts.vpc), `${address}/32`);
  return routeTables
    .filter(({ table }) =>
      addresses.length > 0
        ? !addresses.some(address => inVpc(address) || leadsTo(table, `${address}/32`))
        : !leadsElsewhere(table),
    )
    .map(({ table }) => table.id);
}

const localRoutes = ({ cidrs }: NetworkView['facts']['vpc']) => ({
  routes: cidrs.map(destination => ({ destination, target: 'local', state: 'active' as const })),
});

/**
 * Somebody's zone above AWS's names hides every service that has no private names of its own beneath it: the gateway's above all, which
 * has none. `gateways` are the services that are reached by their public names, `services` all that the cluster calls.
 */
export function judgeZonesAbove(
  view: NetworkView,
  services: readonly string[],
  gateways: readonly string[],
): RawFinding[] {
  const { facts, spec, wish } = view;
  const hostsUnder = (zone: HostedZoneFacts, names: readonly string[], ...places: ('own' | 'above')[]) =>
    names
      .flatMap(service => serviceHosts(service, spec.region))
      .filter(host => places.some(place => zoneAgainstHost(zone.name, host) === place));
  return facts.hostedZones.flatMap(zone => {
    if (isAwsOwner(zone.ownerId)) return [];
    const { id, name } = zone;
    const words = { name, region: spec.region, vpc: wish.id };
    const hidden = hostsUnder(zone, gateways, 'own', 'above').filter(host => zoneAnswer(zone, host).answer === 'none');
    if (hidden.length > 0)
      return [finding('hosted-zone-hides', id, `${name}, no record for them`, { ...words, hosts: hidden.join(', ') })];
    const hosts = [...hostsUnder(zone, services, 'above'), ...hostsUnder(zone, gateways, 'own')];
    const unique = [...new Set(hosts)].join(', ');
    return unique === '' ? [] : [finding('hosted-zone-shadows', id, name, { ...words, hosts: unique })];
  });
}
