import { addressCount, parseCidr } from '../spec/cidr.ts';
import { finding, type RawFinding } from './rawFinding.ts';
import type { SubnetFacts } from './networkFacts.ts';
import { isShared, type NetworkView } from './networkView.ts';
import { zonesRefusedByEks } from '../spec/regions.ts';

const reserved = 5;

/** The spec's subnets one by one, and together. */
export function judgeSubnets(view: NetworkView): RawFinding[] {
  const { wish, facts, zones, subnets } = view;
  const named = wish.subnets.flatMap(id => {
    const subnet = facts.subnets.find(found => found.id === id);
    if (!subnet && facts.unknown.some(({ look }) => look === 'ec2:DescribeSubnets')) return [];
    if (!subnet) return [finding('subnet-missing', id, 'not found', { vpc: wish.id })];
    if (subnet.vpcId !== wish.id) return [finding('subnet-other-vpc', id, subnet.vpcId, { vpc: wish.id })];
    return judgeSubnet(subnet, view);
  });
  const forPods = view.podSubnets
    .filter(({ state }) => state !== 'available')
    .map(({ id, state }) => finding('subnet-not-available', id, state));
  const together =
    subnets.length > 0 && zones.length < 2
      ? [finding('one-zone', wish.id, `subnets in ${zones.join(', ')} alone`)]
      : [];
  return [...named, ...forPods, ...together];
}

function judgeSubnet(subnet: SubnetFacts, view: NetworkView): RawFinding[] {
  const { id, zoneId, zoneName, cidr, freeAddresses, mapPublicIp, state, tags } = subnet;
  const { spec, wish } = view;
  const found: RawFinding[] = [];
  const free = `${freeAddresses} free addresses in ${cidr}`;
  const block = parseCidr(cidr);
  if (state !== 'available') found.push(finding('subnet-not-available', id, state));
  if (zonesRefusedByEks.includes(zoneId)) found.push(finding('zone-refused', id, `${zoneId} (${zoneName})`));
  if (block && block.prefix >= 28) {
    const seen = `${cidr}, ${addressCount(block) - reserved} addresses`;
    found.push(finding('subnet-too-small', id, seen, { zone: zoneName }));
  }
  if (freeAddresses < 6) found.push(finding('subnet-full', id, free));
  else if (freeAddresses < 16) found.push(finding('subnet-few-addresses', id, free, { vpc: wish.id }));
  if (mapPublicIp) found.push(finding('subnet-public-addresses', id, 'true'));
  if (spec.network.ipFamily === 'ipv6' && subnet.ipv6Cidr === undefined)
    found.push(finding('subnet-ipv6-missing', id, 'none'));
  else if (spec.network.ipFamily === 'ipv6' && subnet.assignsIpv6 === false)
    found.push(finding('subnet-ipv6-not-assigned', id, 'false'));
  if (tags['kubernetes.io/role/internal-elb'] !== '1' && !isShared(view))
    found.push(finding('subnet-tag-missing', id, tags['kubernetes.io/role/internal-elb'] ?? 'not there'));
  return found;
}
