import { endpointNeeds, type EndpointNeed } from '../plan/endpointNeeds.ts';
import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { shortServiceName } from './endpointServices.ts';
import { endpointStanding } from './endpointStanding.ts';
import { finding, type RawFinding } from './rawFinding.ts';
import { cniSettings } from './cniSettings.ts';
import { aclFindings, podAclFindings } from './judgeAcls.ts';
import { judgeDns } from './judgeDns.ts';
import { judgeZonesAbove } from './judgeHostedZones.ts';
import { judgeRanges } from './judgeRanges.ts';
import { judgeRoom } from './judgeRoom.ts';
import { judgeRoutes } from './judgeRoutes.ts';
import { judgeSubnets } from './judgeSubnets.ts';
import type { NetworkFinding } from './networkFacts.ts';
import { wordFindings } from './wordFindings.ts';
import { inRegion } from './regionalCommands.ts';
import { isShared, networkView, type LookedAt, type NetworkView } from './networkView.ts';

const order = ['error', 'warning', 'unknown', 'info'] as const;

/** Everything that is wrong, doubtful or worth knowing about the spec's existing VPC, the worst first. Nothing for a new one. */
export function judgeNetwork(spec: ClusterSpec, account: LookedAt | undefined): NetworkFinding[] {
  const view = networkView(spec, account);
  if (!view) return [];
  const needs = endpointNeeds(spec).filter(({ service }) => !spec.endpoints.reachable.includes(service));
  const standings = needs.map(need => ({ type: need.type, ...endpointStanding(need, view) }));
  const made = standings.filter(({ type, standing }) => type === 'Interface' && standing === 'make');
  const all = [
    ...judgeSubnets(view),
    ...judgeRoom(view, made.length),
    ...judgeDns(view),
    ...judgeZonesAbove(view, servicesOf(needs), servicesOf(needs.filter(({ type }) => type === 'Gateway'))),
    ...judgeRoutes(view),
    ...aclFindings(view),
    ...podAclFindings(view, cniSettings(spec).externalSnat),
    ...judgeRanges(view),
    ...standings.flatMap(({ findings }) => findings),
    ...remarks(view),
    ...view.facts.unknown.map(({ look, why }) =>
      finding('look-refused', view.wish.id, 'refused', { look, reason: why }),
    ),
  ];
  const worded = wordFindings(all).sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return inRegion(worded, spec.region);
}

const servicesOf = (needs: readonly EndpointNeed[]): string[] => needs.map(({ service }) => service);

function remarks(view: NetworkView): RawFinding[] {
  const { facts, spec, wish, accountId } = view;
  const found: RawFinding[] = [];
  const services = facts.endpoints.map(endpoint => ({
    endpoint,
    service: shortServiceName(endpoint.serviceName, spec.region),
  }));
  for (const { endpoint, service } of services)
    if (endpoint.managedByAws) found.push(finding('endpoint-aws-managed', endpoint.id, service));
  const eks = services.find(({ service, endpoint }) => service === 'eks' && endpoint.privateDns);
  const willRead = endpointNeeds(spec).some(({ service }) => service === 'oidc-eks');
  if (eks && !willRead && !services.some(({ service }) => service === 'oidc-eks'))
    found.push(finding('oidc-shadowed', eks.endpoint.id, 'true', { region: spec.region }));
  if (isShared(view)) found.push(finding('shared-vpc', wish.id, facts.vpc.ownerId, { account: accountId }));
  const others = facts.clusters.filter(name => name !== spec.name);
  if (others.length > 0) found.push(finding('cluster-in-vpc', wish.id, others.join(', ')));
  return found;
}
