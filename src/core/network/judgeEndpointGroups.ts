import { contains, parseCidr, type Cidr } from '../spec/cidr.ts';
import { finding, type RawFinding } from './rawFinding.ts';
import type { EndpointFacts, SecurityGroupRuleFacts } from './networkFacts.ts';
import type { NetworkView } from './networkView.ts';

/** Whether an endpoint's security groups admit the nodes. They carry the cluster's own group, made later: only addresses can admit them. */
export function judgeEndpointGroups(endpoint: EndpointFacts, service: string, view: NetworkView): RawFinding[] {
  const { securityGroups, vpc } = view.facts;
  const groups = endpoint.securityGroupIds.map(id => securityGroups.find(group => group.id === id));
  const rules = groups.flatMap(group => group?.ingress ?? []).filter(coversHttps);
  const blocks = rules.flatMap(({ cidrs }) => cidrs.map(parseCidr)).filter(block => block !== undefined);
  const [group = 'GROUP'] = endpoint.securityGroupIds;
  const seen = `${endpoint.securityGroupIds.join(', ') || 'no group'}: ${rulesInWords(rules)}`;
  const shut = view.subnets.filter(({ cidr }) => !admits(blocks, cidr));
  const words = (cidr: string) => ({
    service,
    group,
    cidr,
    subnets: (shut.length > 0 ? shut : view.subnets).map(({ id }) => id).join(', '),
  });
  if (shut.length > 0) {
    const unsure = groups.includes(undefined) || rules.some(({ prefixLists }) => prefixLists.length > 0);
    const cidr = vpc.cidrs.find(block => shut.every(subnet => admits(asBlocks(block), subnet.cidr))) ?? shut[0]?.cidr;
    return [finding(unsure ? 'endpoint-group-unknown' : 'endpoint-group-closed', endpoint.id, seen, words(cidr ?? ''))];
  }
  return vpc.cidrs
    .filter(cidr => !admits(blocks, cidr) && !view.subnets.some(subnet => admits(asBlocks(cidr), subnet.cidr)))
    .map(cidr => finding('endpoint-group-secondary', endpoint.id, seen, words(cidr)));
}

export function coversHttps({ protocol, ports }: SecurityGroupRuleFacts): boolean {
  return (
    protocol === '-1' || (/^(tcp|6)$/.test(protocol) && ports !== undefined && ports.from <= 443 && ports.to >= 443)
  );
}

function admits(blocks: readonly Cidr[], text: string): boolean {
  const wanted = parseCidr(text);
  return wanted !== undefined && covered(blocks, wanted);
}

/** By one block, or by several that together fill it. */
function covered(blocks: readonly Cidr[], wanted: Cidr): boolean {
  if (blocks.some(block => contains(block, wanted))) return true;
  if (wanted.prefix >= 28 || !blocks.some(block => contains(wanted, block))) return false;
  const prefix = wanted.prefix + 1;
  return covered(blocks, { ...wanted, prefix }) && covered(blocks, { base: wanted.base + 2 ** (32 - prefix), prefix });
}

const asBlocks = (text: string): Cidr[] => [parseCidr(text)].filter(block => block !== undefined);

function rulesInWords(rules: readonly SecurityGroupRuleFacts[]): string {
  const peers = rules.flatMap(({ cidrs, groups, prefixLists }) => [...cidrs, ...groups, ...prefixLists]);
  return peers.length === 0 ? 'TCP 443 from nowhere' : `TCP 443 from ${peers.join(', ')}`;
}
