import { contains, overlaps, parseCidr } from '../spec/cidr.ts';
import { blockOf, privateBlocks } from '../spec/privateBlocks.ts';
import { serviceCidrOf } from '../templates/serviceCidr.ts';
import { finding, type RawFinding } from './rawFinding.ts';
import type { NetworkView } from './networkView.ts';

/** Address families, the service range, and who is to reach the API endpoint. */
export function judgeRanges(view: NetworkView): RawFinding[] {
  const { facts, spec } = view;
  const noIpv6 = spec.network.ipFamily === 'ipv6' && facts.vpc.ipv6Cidrs.length === 0;
  return [
    ...(noIpv6 ? [finding('vpc-ipv6-missing', facts.vpc.id, 'none')] : []),
    ...publicBlocks(view),
    ...serviceRange(view),
    ...apiGroups(view),
  ];
}

/** RFC 1918, RFC 6598, and RFC 2544's, which many give to pods. */
const unroutable = [...privateBlocks, blockOf('198.18.0.0/15')];

function publicBlocks({ facts: { vpc } }: NetworkView): RawFinding[] {
  const open = vpc.cidrs.filter(text => {
    const block = parseCidr(text);
    return block && !unroutable.some(range => contains(range, block));
  });
  return open.map(cidr => finding('vpc-range-public', vpc.id, cidr));
}

function serviceRange({ facts, spec, routeTables, podTables }: NetworkView): RawFinding[] {
  // Left out, it is chosen clear of the VPC's blocks, and of nothing that routes lead to.
  const range = serviceCidrOf(spec, facts.vpc.cidrs);
  const block = range === undefined ? undefined : parseCidr(range);
  if (range === undefined || !block) return [];
  const meets = (text: string) => {
    const other = parseCidr(text);
    return other !== undefined && other.prefix > 0 && overlaps(other, block);
  };
  const own = facts.vpc.cidrs.filter(meets);
  const routed = [...routeTables, ...podTables].flatMap(({ table }) =>
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
