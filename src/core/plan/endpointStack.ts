import { networkView } from '../network/networkView.ts';
import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { type EndpointService, endpointsTemplate } from '../templates/endpointsTemplate.ts';
import type { Template } from '../templates/template.ts';
import type { VpcBlockCount } from '../templates/vpcBlocks.ts';
import { endpointsToMake, planZones } from './endpoints.ts';
import type { AccountFacts, ParameterSource, PlannedEndpoint } from './plan.ts';
import { accountFact, endpointSources, vpcCidrsOf } from './vpcSources.ts';

/** The stack of the endpoints that are missing: its template, and where the template's parameters come from. */
export function endpointStackTemplate(spec: ClusterSpec, account?: AccountFacts): Template {
  const services = endpointsToMake(spec, account).map(endpoint => ({
    service: endpoint.service,
    type: endpoint.type,
    ...placesOf(endpoint, spec, account),
  }));
  return endpointsTemplate(spec, services, blockCount(spec, account));
}

export function endpointStackParameters(spec: ClusterSpec, account?: AccountFacts): Record<string, ParameterSource> {
  const wanted = endpointStackTemplate(spec, account).Parameters ?? {};
  return Object.fromEntries(Object.entries(endpointSources(spec, account)).filter(([name]) => name in wanted));
}

/** Which of the stack's subnets or route tables an endpoint gets; nothing said where it gets all of them, or they are open. */
function placesOf(
  { type, zones, subnetIds, routeTableIds }: PlannedEndpoint,
  spec: ClusterSpec,
  account: AccountFacts | undefined,
): Pick<EndpointService, 'places'> {
  if (!account) return {};
  const list = (fact: 'endpointSubnetIds' | 'routeTableIds') => accountFact(fact, spec, account).split(',');
  const [own, all] = spec.network.vpc
    ? type === 'Gateway'
      ? [routeTableIds, list('routeTableIds')]
      : [subnetIds, list('endpointSubnetIds')]
    : [type === 'Gateway' ? undefined : zones, planZones(spec, account)];
  if (!own || !all || all.every(place => own.includes(place))) return {};
  return { places: own.map(place => all.indexOf(place)) };
}

/** An existing VPC that was not looked at has one IPv4 block at the least; a plan with the account knows. */
export function blockCount(spec: ClusterSpec, account: AccountFacts | undefined): VpcBlockCount {
  const ipv4 = Math.max(1, vpcCidrsOf(spec, account).length);
  const facts = networkView(spec, account)?.facts;
  return { ipv4, ipv6: facts ? facts.vpc.ipv6Cidrs.length : spec.network.ipFamily === 'ipv6' ? 1 : 0 };
}
