import { parseCidr, formatAddress } from '../spec/cidr.ts';
import { serviceHosts, zoneAgainstHost } from './endpointServices.ts';
import { isAwsOwner } from './endpointStanding.ts';
import { finding, type RawFinding } from './rawFinding.ts';
import type { NetworkView } from './networkView.ts';

/** Who answers for names in the VPC. `services`: those that the cluster calls by name. */
export function judgeDns(view: NetworkView, services: readonly string[]): RawFinding[] {
  const { vpc } = view.facts;
  const found: RawFinding[] = [];
  if (!vpc.dnsSupport) found.push(finding('dns-support-off', vpc.id, 'false'));
  if (!vpc.dnsHostnames) found.push(finding('dns-hostnames-off', vpc.id, 'false'));
  const { domainNameServers: servers, domainName, id } = vpc.dhcp;
  if (!servers.some(server => isAmazonDns(server, vpc.cidrs)))
    found.push(finding('dhcp-dns-foreign', id, servers.join(', ') || 'none', { vpc: vpc.id }));
  if (domainName !== undefined && /\s/.test(domainName.trim()))
    found.push(finding('dhcp-domain-names', id, domainName, { vpc: vpc.id }));
  return [...found, ...shadows(view, services)];
}

/** Under its name, or by its addresses: the second of the VPC's first block, and the link-local one. */
function isAmazonDns(server: string, [first = '']: readonly string[]): boolean {
  const block = parseCidr(first);
  return ['AmazonProvidedDNS', '169.254.169.253', block && formatAddress(block.base + 2)].includes(server);
}

/** Somebody's zone above AWS's names hides every service that has no private names of its own beneath it: the gateway's above all. */
function shadows(view: NetworkView, services: readonly string[]): RawFinding[] {
  const { facts, spec, wish } = view;
  return facts.hostedZones.flatMap(({ id, name, ownerId }) => {
    if (isAwsOwner(ownerId)) return [];
    const hosts = services
      .flatMap(service => serviceHosts(service, spec.region))
      .filter(host => zoneAgainstHost(name, host) === 'above');
    if (hosts.length === 0) return [];
    const words = { name, hosts: hosts.join(', '), region: spec.region, vpc: wish.id };
    return [finding('hosted-zone-shadows', id, name, words)];
  });
}
