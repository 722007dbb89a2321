import { type Cidr, contains, formatCidr, isCanonical, overlaps, parseCidr, toCanonical } from './cidr.ts';
import type { Finding } from './finding.ts';
import { blockOf, rfc1918Blocks, sharedBlock } from './privateBlocks.ts';
import type { SpecFile } from './schema.ts';
import { formatSpecPath, type SpecPath } from './specPath.ts';
import { smallestSubnetPrefix, subnetPrefix } from './subnetLayout.ts';

const ipFamily = ['network', 'ipFamily'];
/** AWS's table of blocks that a VPC may be given beside its first one. */
const restricted = [
  { first: blockOf('172.16.0.0/12'), second: blockOf('172.31.0.0/16') },
  { first: blockOf('10.0.0.0/15'), second: blockOf('10.0.0.0/16') },
];

/** The blocks beside the VPC's first one: of pods and of Kubernetes services; and what IPv6 makes of them. */
export function addressRules(spec: SpecFile): Finding[] {
  return [...podRules(spec), ...serviceRules(spec), ...ipv6Rules(spec)];
}

function podRules({ network }: SpecFile): Finding[] {
  const { podCidr, cidr, zones, vpc } = network;
  if (podCidr === undefined || vpc) return [];
  const at = { path: ['network', 'podCidr'] };
  const block = parseCidr(podCidr);
  if (!block || block.prefix < 16 || block.prefix > 24) {
    const why = block
      ? `which is ${block.prefix < 16 ? 'larger than a block of a VPC can be' : 'too small for pods'}`
      : 'which is not an IPv4 block';
    return [{ ...at, why, allowed: 'a private IPv4 block from /16 to /24, such as 100.64.0.0/16' }];
  }
  if (!isCanonical(block)) return [{ ...at, ...hostBits(at.path, block) }];
  const first = parseCidr(cidr);
  if (!first || !isCanonical(first)) return [];
  const judged = { ...at, judgedBy: [['network', 'cidr']] };
  if (overlaps(block, first))
    return [{ ...judged, why: `which overlaps network.cidr, ${cidr}`, allowed: 'a block of its own' }];
  const home = rfc1918Blocks.find(range => contains(range, first));
  const allowed = `a block inside ${formatCidr(sharedBlock)}${home ? ` or ${formatCidr(home)}` : ''}`;
  if (!contains(sharedBlock, block) && !(home && contains(home, block)))
    return [{ ...judged, why: `which AWS takes into no VPC that begins with ${cidr}`, allowed }];
  const kept = restricted.find(pair => contains(pair.first, first) && overlaps(pair.second, block));
  if (kept) {
    const why = `in ${formatCidr(kept.second)}, which AWS takes into no VPC that begins with ${cidr}`;
    return [{ ...judged, why, allowed: `a block inside ${formatCidr(sharedBlock)}` }];
  }
  const count = typeof zones === 'number' ? zones : zones.length;
  const prefix = subnetPrefix(block, count);
  if (prefix <= smallestSubnetPrefix) return [];
  const why = `which leaves a /${prefix} for each of ${count} zones, too small for pods`;
  const needed = block.prefix - (prefix - smallestSubnetPrefix);
  return [{ ...at, why, allowed: `/${needed} or larger for ${count} zones`, judgedBy: [['network', 'zones']] }];
}

function serviceRules({ network }: SpecFile): Finding[] {
  const { serviceCidr, vpc } = network;
  if (serviceCidr === undefined) return [];
  const at = { path: ['network', 'serviceCidr'] };
  const block = parseCidr(serviceCidr);
  if (!block || block.prefix < 12 || block.prefix > 24) {
    const why = block
      ? `which is ${block.prefix < 12 ? 'larger' : 'smaller'} than EKS takes`
      : 'which is not an IPv4 block';
    return [{ ...at, why, allowed: 'a private IPv4 block from /12 to /24, such as 172.20.0.0/16' }];
  }
  if (!isCanonical(block)) return [{ ...at, ...hostBits(at.path, block) }];
  if (!rfc1918Blocks.some(range => contains(range, block)))
    return [
      { ...at, why: 'which is not private', allowed: 'a block inside 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16' },
    ];
  // The blocks of an existing VPC are the account's to say.
  if (vpc) return [];
  return (['cidr', 'podCidr'] as const).flatMap((field): Finding[] => {
    const other = parseCidr(network[field] ?? '');
    if (!other || !overlaps(other, block)) return [];
    const why = `which overlaps network.${field}, ${network[field]}`;
    return [{ ...at, why, allowed: 'a block clear of the VPC’s own', judgedBy: [['network', field]] }];
  });
}

/** EKS: not in China; one family for pods and services; no custom networking, and services get addresses of their own. */
function ipv6Rules({ network, region, features }: SpecFile): Finding[] {
  if (network.ipFamily !== 'ipv6') return [];
  const found: Finding[] = [];
  if (region.startsWith('cn-'))
    found.push({ path: ipFamily, why: 'which EKS does not have in China', allowed: 'ipv4', judgedBy: [['region']] });
  for (const field of ['podCidr', 'serviceCidr'] as const) {
    if (network[field] === undefined) continue;
    const why = `but with ipv6 ${field === 'podCidr' ? 'pods need no block of their own' : 'EKS chooses the block of services'}`;
    found.push({ path: ['network', field], why, allowed: 'left out', judgedBy: [ipFamily] });
  }
  if (features.fsx) {
    const why = 'but FSx for Lustre cannot be used with IPv6';
    found.push({ severity: 'warning', path: ['features', 'fsx'], why, allowed: 'false', judgedBy: [ipFamily] });
  }
  return found;
}

export function hostBits(path: SpecPath, block: Cidr): Pick<Finding, 'why' | 'allowed' | 'fix'> {
  const meant = formatCidr(toCanonical(block));
  return {
    why: 'which has bits set after its prefix',
    allowed: `the first address of the block: ${meant}`,
    fix: { title: `Use ${meant}`, path: formatSpecPath(path), value: meant },
  };
}
