import { parseCidr, formatAddress } from '../spec/cidr.ts';
import { finding, type RawFinding } from './rawFinding.ts';
import type { NetworkView } from './networkView.ts';

/** Which resolver the VPC's machines ask, and what it may answer. */
export function judgeDns(view: NetworkView): RawFinding[] {
  const { vpc } = view.facts;
  const found: RawFinding[] = [];
  if (!vpc.dnsSupport) found.push(finding('dns-support-off', vpc.id, 'false'));
  if (!vpc.dnsHostnames) found.push(finding('dns-hostnames-off', vpc.id, 'false'));
  const { domainNameServers: servers, domainName, id } = vpc.dhcp;
  const amazons = servers.filter(server => isAmazonDns(server, vpc.cidrs));
  if (amazons.length === 0) found.push(finding('dhcp-dns-foreign', id, servers.join(', ') || 'none', { vpc: vpc.id }));
  else if (amazons.length < servers.length)
    found.push(finding('dhcp-dns-mixed', id, servers.join(', '), { vpc: vpc.id }));
  if (domainName !== undefined && /\s/.test(domainName.trim()))
    found.push(finding('dhcp-domain-names', id, domainName, { vpc: vpc.id }));
  return found;
}

/** Under its name, or by its addresses: the second of the VPC's first block, and the link-local one. */
function isAmazonDns(server: string, [first = '']: readonly string[]): boolean {
  const block = parseCidr(first);
  return ['AmazonProvidedDNS', '169.254.169.253', block && formatAddress(block.base + 2)].includes(server);
}
