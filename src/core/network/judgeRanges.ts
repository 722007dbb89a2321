import { overlaps, parseCidr } from '../spec/cidr.ts';
import { finding, type RawFinding } from './rawFinding.ts';
import type { NetworkView } from './networkView.ts';

/** Address families, the service range, and who is to reach the API endpoint. */
export function judgeRanges(view: NetworkView): RawFinding[] {
  const { facts, spec } = view;
  const noIpv6 = spec.network.ipFamily === 'ipv6' && facts.vpc.ipv6Cidrs.length === 0;
  return [
    ...(noIpv6 ? [finding('vpc-ipv6-missing', facts.vpc.id, 'none')] : []),
    ...serviceRange(view),
    ...apiGroups(view),
  ];
}

function serviceRange({ facts, spec, routeTables }: NetworkView): RawFinding[] {
  const { serviceCidr: range } = spec.network;
  const block = range === undefined ? undefined : parseCidr(range);
  if (range === undefined || !block) return [];
  const meets = (text: string) => {
    const other = parseCidr(text);
    return other !== undefined && other.prefix > 0 && overlaps(other, block);
  };
  const own = facts.vpc.cidrs.filter(meets);
  const routed = routeTables.flatMap(({ table }) =>
    table.routes
      .filter(({ destination, target }) => target !== 'local' && meets(destination))
      .map(({ destination, target }) =>
        finding('service-range-routed', table.id, `${destination} to ${target}`, { range, target, to: destination }),
      ),
  );
  return [...own.map(cidr => finding('service-range-overlap', facts.vpc.id, cidr, { range })), ...routed];
}

function apiGroups({ facts, spec, wish, routeTables }: NetworkView): RawFinding[] {
  const peered = routeTables.some(({ table }) => table.routes.some(({ target }) => target.startsWith('pcx-')));
  const unseen = facts.unknown.some(({ look }) => look === 'ec2:DescribeSecurityGroups');
  return spec.network.apiAccess.securityGroups.flatMap(id => {
    const group = facts.securityGroups.find(found => found.id === id);
    if (!group) return unseen ? [] : [finding('api-group-missing', id, 'not found')];
    if (group.vpcId === wish.id || peered) return [];
    return [finding('api-group-other-vpc', id, group.vpcId, { vpc: wish.id })];
  });
}
