import { addressCount, type Cidr, formatAddress, formatCidr, overlaps, parseCidr, split } from '../spec/cidr.ts';
import type { ClusterSpec } from '../spec/clusterSpec.ts';

const blocks = (texts: readonly string[]): Cidr[] => texts.flatMap(text => parseCidr(text) ?? []);

/** EKS's own two first, in the order in which EKS itself would take them with an empty VPC; then others of the private ranges. */
const candidates = [
  ...blocks(['172.20.0.0/16', '10.100.0.0/16']),
  ...split({ base: 0xac100000, prefix: 12 }, 16),
  ...split({ base: 0x0a000000, prefix: 8 }, 16),
  ...split({ base: 0xc0a80000, prefix: 16 }, 18),
];

/**
 * The IPv4 block of Kubernetes services: the spec's, else one clear of the VPC's blocks and, where there is one, of the networks that may
 * reach the API. Undefined with IPv6, where EKS assigns it. Always said aloud: it cannot be changed, and nodes have to know it.
 */
export function serviceCidrOf(spec: Pick<ClusterSpec, 'network'>, vpcCidrs: readonly string[]): string | undefined {
  const { ipFamily, serviceCidr, apiAccess } = spec.network;
  if (ipFamily === 'ipv6') return undefined;
  if (serviceCidr !== undefined) return serviceCidr;
  const clearOf = (taken: readonly Cidr[]) => candidates.find(block => !taken.some(other => overlaps(block, other)));
  const vpc = blocks(vpcCidrs);
  const chosen = clearOf([...vpc, ...blocks(apiAccess.cidrs)]) ?? clearOf(vpc);
  if (!chosen) throw new TypeError('a VPC cannot cover all of the private ranges');
  return formatCidr(chosen);
}

/** The cluster's DNS: the tenth address of the services' block. */
export function clusterDnsOf(serviceCidr: string): string {
  const block = parseCidr(serviceCidr);
  if (!block || addressCount(block) <= 10) throw new TypeError(`${serviceCidr} is no block of services`);
  return formatAddress(block.base + 10);
}
