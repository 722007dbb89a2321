import { blocksCover, parseBlock, type AddressBlock } from './addressBlock.ts';
import { finding, type RawFinding } from './rawFinding.ts';
import type { EndpointFacts, SecurityGroupRuleFacts, SubnetFacts } from './networkFacts.ts';
import type { NetworkView } from './networkView.ts';

/** Whether an endpoint's security groups admit the nodes. They carry the cluster's own group, made later: only addresses can admit them. */
export function judgeEndpointGroups(endpoint: EndpointFacts, service: string, view: NetworkView): RawFinding[] {
  const { securityGroups, vpc } = view.facts;
  const groups = endpoint.securityGroupIds.map(id => securityGroups.find(group => group.id === id));
  const rules = groups.flatMap(group => group?.ingress ?? []).filter(coversHttps);
  const blocks = rules.flatMap(({ cidrs }) => cidrs.map(parseBlock)).filter(block => block !== undefined);
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
  const ipv6 = judgeIpv6(endpoint, service, rules, view);
  if (ipv6.length > 0) return ipv6;
  const pods = judgePods(endpoint, service, blocks, seen, view);
  const isTold = (cidr: string) => pods.shut.some(subnet => admits(asBlocks(cidr), subnet.cidr));
  const secondary = vpc.cidrs
    .filter(cidr => !isTold(cidr))
    .filter(cidr => !admits(blocks, cidr) && !view.subnets.some(subnet => admits(asBlocks(cidr), subnet.cidr)))
    .map(cidr => finding('endpoint-group-secondary', endpoint.id, seen, words(cidr)));
  return [...pods.findings, ...secondary];
}

/** Within the VPC pods speak with their own addresses, so those of subnets for pods alone have to be admitted, too. */
function judgePods(
  { id, securityGroupIds }: EndpointFacts,
  service: string,
  admitted: readonly AddressBlock[],
  seen: string,
  { podSubnets, facts }: NetworkView,
): { readonly shut: readonly SubnetFacts[]; readonly findings: readonly RawFinding[] } {
  const shut = podSubnets.filter(({ cidr }) => !admits(admitted, cidr));
  const whole = facts.vpc.cidrs.find(block => shut.every(subnet => admits(asBlocks(block), subnet.cidr)));
  const subnets = Map.groupBy(shut, ({ cidr }) => whole ?? cidr);
  const [group = 'GROUP'] = securityGroupIds;
  const findings = [...subnets].map(([cidr, those]) =>
    finding('endpoint-group-pods', id, seen, { service, group, cidr, subnets: those.map(one => one.id).join(', ') }),
  );
  return { shut, findings };
}

/** Where an endpoint answers by IPv6 as well, pods with IPv6 addresses go there by them. */
function judgeIpv6(
  { id, ipFamily = 'ipv4', securityGroupIds }: EndpointFacts,
  service: string,
  rules: readonly SecurityGroupRuleFacts[],
  { spec, subnets }: NetworkView,
): RawFinding[] {
  if (spec.network.ipFamily !== 'ipv6')
    return ipFamily === 'ipv6' ? [finding('endpoint-ipv6-only', id, ipFamily, { service, family: 'ipv4' })] : [];
  if (ipFamily === 'ipv4') return [];
  const blocks = rules.flatMap(({ ipv6Cidrs }) => ipv6Cidrs.map(parseBlock)).filter(block => block !== undefined);
  const shut = subnets.filter(({ ipv6Cidr }) => ipv6Cidr !== undefined && !admits(blocks, ipv6Cidr));
  if (shut.length === 0) return [];
  const cidrs = shut.flatMap(({ ipv6Cidr }) => ipv6Cidr ?? []);
  const seen = `${securityGroupIds.join(', ') || 'no group'}: TCP 443 from ${rules.flatMap(({ ipv6Cidrs }) => ipv6Cidrs).join(', ') || 'no IPv6 address'}`;
  const words = {
    service,
    group: securityGroupIds[0] ?? 'GROUP',
    cidr: cidrs.join(', '),
    ranges: cidrs.map(cidr => `{CidrIpv6=${cidr}}`).join(','),
    subnets: shut.map(subnet => subnet.id).join(', '),
  };
  return [finding('endpoint-group-ipv6', id, seen, words)];
}

export function coversHttps({ protocol, ports }: SecurityGroupRuleFacts): boolean {
  return (
    protocol === '-1' || (/^(tcp|6)$/.test(protocol) && ports !== undefined && ports.from <= 443 && ports.to >= 443)
  );
}

function admits(blocks: readonly AddressBlock[], text: string): boolean {
  const wanted = parseBlock(text);
  return wanted !== undefined && blocksCover(blocks, wanted);
}

const asBlocks = (text: string): AddressBlock[] => [parseBlock(text)].filter(block => block !== undefined);

function rulesInWords(rules: readonly SecurityGroupRuleFacts[]): string {
  const peers = rules.flatMap(({ cidrs, groups, prefixLists }) => [...cidrs, ...groups, ...prefixLists]);
  return peers.length === 0 ? 'TCP 443 from nowhere' : `TCP 443 from ${peers.join(', ')}`;
}
