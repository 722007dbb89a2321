import { networkView } from '../network/networkView.ts';
import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { zoneCount } from '../spec/zoneCount.ts';
import { serviceCidrOf } from '../templates/serviceCidr.ts';
import { vpcCidrsOf } from './vpcSources.ts';
import type { AccountFacts, PlanWarning } from './plan.ts';
import { remark } from './remark.ts';

/** Of an existing VPC: what a plan took for granted without having looked, by field and value, and where nobody looks at all. */
export function existingVpcRemarks(spec: ClusterSpec, account: AccountFacts | undefined): PlanWarning[] {
  const { vpc } = spec.network;
  if (!vpc) return [];
  const looked = networkView(spec, account) !== undefined;
  return [
    ...(looked ? [] : placesAssumed(spec)),
    ...(vpcCidrsOf(spec, account).length > 0 ? [] : blocksAssumed(spec)),
    ...(looked ? [notLookedAt(vpc.id)] : []),
  ];
}

function placesAssumed(spec: ClusterSpec): PlanWarning[] {
  const { id = '', subnets = [] } = spec.network.vpc ?? {};
  return [
    remark(
      'vpc-open',
      'network.vpc',
      `Planned without an account: ${id} was not looked at. Assumed: it has none of the endpoints. What it has is adopted when the run begins, at no further cost, and what is wrong with it is seen then.`,
    ),
    remark(
      'assumed-zones',
      'network.vpc.subnets',
      `Assumed: network.vpc.subnets names ${subnets.length} subnets in ${zoneCount(spec)} zones. Endpoints are priced, and nodes spread, by that.`,
    ),
  ];
}

function blocksAssumed(spec: ClusterSpec): PlanWarning[] {
  const { ipFamily, serviceCidr } = spec.network;
  const range = serviceCidrOf(spec, []);
  const blocks = `one IPv4 block and ${ipFamily === 'ipv6' ? 'one' : 'no'} IPv6 block`;
  return [
    remark(
      'assumed-blocks',
      'network.vpc.id',
      `Assumed: the VPC of network.vpc.id has ${blocks}. The endpoints’ security group has a rule for each of its blocks: more of them make another template.`,
    ),
    ...(range === undefined || serviceCidr !== undefined
      ? []
      : [
          remark(
            'assumed-service-range',
            'network.serviceCidr',
            `Assumed: network.serviceCidr is ${range}. It must be clear of the VPC’s blocks, which are not known; the run chooses with them. It cannot be changed later: name it to be sure.`,
          ),
        ]),
  ];
}

function notLookedAt(vpcId: string): PlanWarning {
  return remark(
    'not-looked-at',
    'network.vpc.id',
    `Not looked at in ${vpcId}: Route 53 Resolver rules, Profiles and DNS Firewall (they may send AWS’s names elsewhere), Network Firewall, and what transit gateways, peers, VPN gateways and appliances let through. Name what is reached by them under endpoints.reachable.`,
  );
}
