import { contains, isCanonical, parseCidr, type Cidr } from './cidr.ts';
import { addressRules, hostBits } from './addressRules.ts';
import { apiAccessRules } from './apiAccessRules.ts';
import { existingVpcRules } from './existingVpcRules.ts';
import type { Finding } from './finding.ts';
import { privateBlocks } from './privateBlocks.ts';
import { regionsWithTwoZones, zoneIdPattern, zoneIdPrefix, zonesRefusedByEks } from './regions.ts';
import type { SpecFile } from './schema.ts';
import { smallestSubnetPrefix, subnetPrefix } from './subnetLayout.ts';

const path = ['network', 'cidr'];
const ranges = 'inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10';

export function networkRules(spec: SpecFile): Finding[] {
  const own = spec.network.vpc ? existingVpcRules(spec) : [...cidrRules(spec), ...zoneRules(spec)];
  return [...own, ...addressRules(spec), ...apiAccessRules(spec)];
}

function cidrRules({ network }: SpecFile): Finding[] {
  const block = parseCidr(network.cidr);
  if (!block)
    return [
      {
        path,
        why: 'which is not an IPv4 block',
        allowed: 'a private IPv4 block from /16 to /24, such as 10.40.0.0/16',
      },
    ];
  if (!isCanonical(block)) {
    return [{ path, ...hostBits(path, block) }];
  }
  if (block.prefix < 16 || block.prefix > 24) {
    return [
      {
        path,
        why: `which is ${block.prefix < 16 ? 'larger than a VPC can be' : 'too small for a cluster'}`,
        allowed: 'a block from /16 to /24',
      },
    ];
  }
  if (!privateBlocks.some(range => contains(range, block))) {
    const trap = network.cidr.startsWith('172.') ? ' (172.16 to 172.31 are private, others of 172 are not)' : '';
    return [{ path, why: `which is not private${trap}`, allowed: `a block ${ranges}` }];
  }
  return roomRules(block, network.zones);
}

function roomRules(block: Cidr, zones: SpecFile['network']['zones']): Finding[] {
  const count = typeof zones === 'number' ? zones : zones.length;
  const prefix = subnetPrefix(block, count);
  if (prefix <= smallestSubnetPrefix) return [];
  const needed = block.prefix - (prefix - smallestSubnetPrefix);
  return [
    {
      path,
      why: `which leaves a /${prefix} for each of ${count} zones, too small for nodes, pods and endpoints`,
      allowed: `/${needed} or larger for ${count} zones`,
      judgedBy: [['network', 'zones']],
    },
  ];
}

function zoneRules({ network, region }: SpecFile): Finding[] {
  const { zones } = network;
  if (typeof zones === 'number') {
    if (zones <= 2 || !regionsWithTwoZones.includes(region)) return [];
    return [
      {
        path: ['network', 'zones'],
        seen: `the number ${zones}`,
        why: `but EKS can use only two zones in ${region}`,
        allowed: '2',
        judgedBy: [['region']],
      },
    ];
  }
  const prefix = zoneIdPrefix(region);
  return zones.flatMap((zone, index): Finding[] => {
    const at = { path: ['network', 'zones', index], judgedBy: [['region']] };
    if (zones.indexOf(zone) !== index) return [{ ...at, why: 'which is in the list twice', allowed: 'another zone' }];
    if (prefix && zoneIdPattern.exec(zone)?.[1] !== prefix) {
      return [{ ...at, why: `which is not in ${region}`, allowed: `a zone id that begins with ${prefix}-az` }];
    }
    if (zonesRefusedByEks.includes(zone))
      return [{ ...at, why: 'where EKS cannot put a control plane', allowed: `another zone of ${region}` }];
    return [];
  });
}
