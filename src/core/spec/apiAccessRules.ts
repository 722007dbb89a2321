import { hostBits } from './addressRules.ts';
import { contains, isCanonical, overlaps, parseCidr, type Cidr } from './cidr.ts';
import type { Finding } from './finding.ts';
import type { SpecFile } from './schema.ts';

/** AWS's quota of inbound rules in one security group. */
const mostRules = 60;
/** A block above this holds networks of many others. */
const widestPrefix = 8;

/** Who may reach the API endpoint: blocks that mean what they say, each once, as many as a security group holds. */
export function apiAccessRules({ network }: SpecFile): Finding[] {
  const { apiAccess } = network;
  const { cidrs, securityGroups } = apiAccess;
  const path = ['network', 'apiAccess'];
  const total = cidrs.length + securityGroups.length;
  const seen = `${total} blocks and groups`;
  const allowed = `at most ${mostRules}, AWS’s quota of rules in one security group`;
  return [
    ...(total > mostRules
      ? [
          {
            severity: 'warning' as const,
            path,
            at: 'key' as const,
            seen,
            allowed,
            message: `network.apiAccess has ${seen}; it must be ${allowed}.`,
          },
        ]
      : []),
    ...cidrs.flatMap((text, index) => blockRules(text, index, cidrs, network)),
    ...securityGroups.flatMap((group, index): Finding[] =>
      securityGroups.indexOf(group) === index
        ? []
        : [{ path: [...path, 'securityGroups', index], why: 'which is in the list twice', allowed: 'another group' }],
    ),
  ];
}

function blockRules(text: string, index: number, all: readonly string[], network: SpecFile['network']): Finding[] {
  const at = { path: ['network', 'apiAccess', 'cidrs', index] };
  const block = parseCidr(text);
  if (!block) return [{ ...at, why: 'which is not an IPv4 block', allowed: 'a block such as 10.0.0.0/8' }];
  if (block.prefix === 0)
    return [{ ...at, why: 'which is everybody', allowed: 'the blocks of your VPN, office or other VPCs' }];
  if (!isCanonical(block)) return [{ ...at, ...hostBits(at.path, block) }];
  if (all.indexOf(text) !== index) return [{ ...at, why: 'which is in the list twice', allowed: 'another block' }];
  const around = all.find(other => {
    const outer = parseCidr(other);
    return outer && outer.prefix > 0 && outer.prefix < block.prefix && contains(outer, block);
  });
  if (around !== undefined)
    return [{ ...at, severity: 'warning', why: `which lies in ${around} already`, allowed: 'left out' }];
  if (block.prefix < widestPrefix)
    return [{ ...at, severity: 'warning', why: 'which is very wide', allowed: `/${widestPrefix} or smaller` }];
  return clashes(at.path, block, network);
}

/** Who has an address of the cluster's own is sent no answer. A block that holds more than the cluster's may mean the others. */
function clashes(
  path: Finding['path'],
  block: Cidr,
  { cidr, podCidr, serviceCidr, vpc }: SpecFile['network'],
): Finding[] {
  const own = [
    ...(vpc ? [] : [['cidr', cidr] as const, ['podCidr', podCidr] as const]),
    ['serviceCidr', serviceCidr] as const,
  ];
  return own.flatMap(([field, text]): Finding[] => {
    const other = parseCidr(text ?? '');
    if (!other || !overlaps(other, block) || (contains(block, other) && block.prefix < other.prefix)) return [];
    const services = field === 'serviceCidr';
    return [
      {
        severity: 'warning',
        path,
        why: `which overlaps network.${field}, ${text}: ${services ? 'pods cannot answer' : 'the VPC answers itself'}`,
        allowed: services ? 'addresses that services do not have' : 'addresses outside the VPC',
        judgedBy: [['network', field]],
      },
    ];
  });
}
