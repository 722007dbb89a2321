import { networkView } from '../network/networkView.ts';
import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { zoneCount } from '../spec/zoneCount.ts';
import { hasPodSubnets } from '../templates/networkTemplate.ts';
import { interfacePlace, plannedEndpoints } from './endpoints.ts';
import type { AccountFact, AccountFacts, ParameterSource, StackId } from './plan.ts';

export const output = (stack: StackId, name: string): ParameterSource => ({ from: 'output', stack, output: name });
export const literal = (value: string): ParameterSource => ({ from: 'literal', value });

/** A fact as a literal, or open while there is no account that says it. */
function fact(name: AccountFact, spec: ClusterSpec, account?: AccountFacts): ParameterSource {
  return account ? literal(accountFact(name, spec, account)) : { from: 'account', fact: name };
}

/** What an open parameter gets in an account, as a template takes it: lists with commas. */
export function accountFact(name: AccountFact, spec: ClusterSpec, account: AccountFacts): string {
  const made = plannedEndpoints(spec, account).filter(({ standing }) => standing === 'make');
  switch (name) {
    case 'callerPrincipalArn':
      return account.callerPrincipalArn;
    case 'zones':
      return zoneIdsFrom(spec, account).join(',');
    case 'vpcCidrs':
      return networkView(spec, account)?.facts.vpc.cidrs.join(',') ?? '';
    case 'vpcIpv6Cidrs':
      return networkView(spec, account)?.facts.vpc.ipv6Cidrs.join(',') ?? '';
    case 'endpointSubnetIds':
      return [...new Set(made.flatMap(({ subnetIds = [] }) => subnetIds))].join(',');
    case 'proxySubnetIds':
      return (interfacePlace(account.proxyService?.zones, spec, account).subnetIds ?? []).join(',');
    case 'routeTableIds':
      return [...new Set(made.flatMap(({ routeTableIds = [] }) => routeTableIds))].join(',');
  }
}

/** Zones by id, comma-separated: those of the spec, else the account's first ones, else open until the run. */
export function zoneSource(spec: ClusterSpec, account?: AccountFacts): ParameterSource {
  const { zones } = spec.network;
  return typeof zones === 'number' ? fact('zones', spec, account) : literal(zones.join(','));
}

/** The ids of the zones that a plan uses in an account: those of an existing VPC's subnets, the spec's, or the first that EKS takes. */
export function zoneIdsFrom(spec: ClusterSpec, account: AccountFacts): string[] {
  const { vpc, zones } = spec.network;
  if (vpc) {
    const ids = networkView(spec, account)?.subnets.map(({ zoneId }) => zoneId) ?? [];
    return [...new Set(ids)].sort();
  }
  return typeof zones === 'number' ? account.zones.slice(0, zoneCount(spec)).map(({ id }) => id) : [...zones];
}

export function vpcIdSource({ network: { vpc } }: ClusterSpec): ParameterSource {
  return vpc ? literal(vpc.id) : output('network', 'VpcId');
}

/** Subnets of the control plane's interfaces and of the nodes. */
export function subnetSource({ network: { vpc } }: ClusterSpec): ParameterSource {
  return vpc ? literal(vpc.subnets.join(',')) : output('network', 'SubnetIds');
}

/** Subnets of Fargate's pods: those for pods, where there are any. */
export function podSubnetSource(spec: ClusterSpec): ParameterSource {
  return hasPodSubnets(spec) ? output('network', 'PodSubnetIds') : subnetSource(spec);
}

/** Where endpoints stand and whom they serve, for the template's parameters of these names. */
export function endpointSources(spec: ClusterSpec, account?: AccountFacts): Record<string, ParameterSource> {
  if (!spec.network.vpc) {
    return {
      VpcId: vpcIdSource(spec),
      VpcCidrs: output('network', 'VpcCidrs'),
      VpcIpv6Cidrs: output('network', 'VpcIpv6Cidrs'),
      SubnetIds: output('network', 'SubnetIds'),
      RouteTableIds: output('network', 'RouteTableIds'),
    };
  }
  return {
    VpcId: vpcIdSource(spec),
    VpcCidrs: fact('vpcCidrs', spec, account),
    VpcIpv6Cidrs: fact('vpcIpv6Cidrs', spec, account),
    SubnetIds: fact('endpointSubnetIds', spec, account),
    RouteTableIds: fact('routeTableIds', spec, account),
  };
}

/** The same for the way to a proxy, which may be the only endpoint that an existing VPC gets. */
export function proxySources(spec: ClusterSpec, account?: AccountFacts): Record<string, ParameterSource> {
  const sources = endpointSources(spec, account);
  return spec.network.vpc ? { ...sources, SubnetIds: fact('proxySubnetIds', spec, account) } : sources;
}

/** The IPv4 blocks of the VPC as far as they are known: of an existing one only with its facts. */
export function vpcCidrsOf(spec: ClusterSpec, account?: AccountFacts): readonly string[] {
  const { cidr, podCidr, vpc } = spec.network;
  if (vpc) return networkView(spec, account)?.facts.vpc.cidrs ?? [];
  return hasPodSubnets(spec) && podCidr !== undefined ? [cidr, podCidr] : [cidr];
}
