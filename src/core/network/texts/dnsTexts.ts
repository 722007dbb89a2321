import type { FindingText } from './findingText.ts';

/** Words of findings about who answers for names in the VPC. */
export const dnsTexts = {
  'dns-support-off': {
    severity: 'error',
    attribute: 'enableDnsSupport',
    wanted: 'true',
    why: 'No name resolves in the VPC: neither the API endpoint’s nor those of AWS’s services.',
    fix: '`aws ec2 modify-vpc-attribute --vpc-id {resource} --enable-dns-support`',
  },
  'dns-hostnames-off': {
    severity: 'error',
    attribute: 'enableDnsHostnames',
    wanted: 'true',
    why: 'Private DNS of endpoints needs it, and so does the private API endpoint.',
    fix: '`aws ec2 modify-vpc-attribute --vpc-id {resource} --enable-dns-hostnames`',
  },
  'dhcp-dns-foreign': {
    severity: 'error',
    attribute: 'domain-name-servers',
    wanted: 'AmazonProvidedDNS',
    why: 'EKS demands it for a private API endpoint: other resolvers do not know the private names of endpoints.',
    fix: '`aws ec2 create-dhcp-options --dhcp-configurations Key=domain-name-servers,Values=AmazonProvidedDNS`, then `aws ec2 associate-dhcp-options --dhcp-options-id NEW --vpc-id {vpc}`; own names go by a Route 53 Resolver rule.',
  },
  'dhcp-dns-mixed': {
    severity: 'warning',
    attribute: 'domain-name-servers',
    wanted: 'AmazonProvidedDNS alone',
    why: 'Machines ask any of these; the others do not know the private names of endpoints, and an answer that a name does not exist is not asked again elsewhere.',
    fix: '`aws ec2 create-dhcp-options --dhcp-configurations Key=domain-name-servers,Values=AmazonProvidedDNS`, then `aws ec2 associate-dhcp-options --dhcp-options-id NEW --vpc-id {vpc}`; own names go by a Route 53 Resolver rule.',
  },
  'dhcp-domain-names': {
    severity: 'warning',
    attribute: 'domain-name',
    wanted: 'one domain name',
    why: 'Linux takes several names in one option for a single one with spaces in it.',
    fix: '`aws ec2 create-dhcp-options` with one domain-name, then `aws ec2 associate-dhcp-options --vpc-id {vpc}`',
  },
  'hosted-zone-serves': {
    severity: 'warning',
    attribute: 'name',
    wanted: 'records that lead to an endpoint for {service} which admits this VPC',
    why: 'It answers for {host} in the VPC, as a central endpoint VPC does. Nothing is made for {service}: beside this zone AWS refuses private DNS (conflicting DNS domain).',
    fix: 'See that its records and the way to them work from the subnets, or take it away: `aws route53 disassociate-vpc-from-hosted-zone --hosted-zone-id {resource} --vpc VPCRegion={region},VPCId={vpc}`',
  },
  'hosted-zone-empty': {
    severity: 'error',
    attribute: 'records',
    wanted: 'a record for {host} that leads to an endpoint for {service}',
    why: 'The zone answers for {host} in the VPC, and says that it does not exist: nothing reaches {service}, and beside it AWS refuses private DNS (conflicting DNS domain).',
    fix: 'Add the record, an alias to the endpoint, or take the zone away: `aws route53 disassociate-vpc-from-hosted-zone --hosted-zone-id {resource} --vpc VPCRegion={region},VPCId={vpc}`',
  },
  'hosted-zone-no-route': {
    severity: 'error',
    attribute: 'records',
    wanted: 'an address that the subnets reach',
    why: 'The zone answers for {host}, and no route of {tables} leads to where it says: nothing reaches {service}.',
    fix: 'Add a route (transit gateway or peering) to the central endpoints’ VPC, or take the zone away: `aws route53 disassociate-vpc-from-hosted-zone --hosted-zone-id {resource} --vpc VPCRegion={region},VPCId={vpc}`',
  },
  'hosted-zone-hides': {
    severity: 'error',
    attribute: 'records',
    wanted: 'no private zone above {hosts}, or records for them',
    why: 'For whatever it has no record the zone says that it does not exist: {hosts}, which a gateway endpoint leaves to public DNS. Image layers are not found.',
    fix: '`aws route53 disassociate-vpc-from-hosted-zone --hosted-zone-id {resource} --vpc VPCRegion={region},VPCId={vpc}`, or zones for single services instead.',
  },
  'hosted-zone-shadows': {
    severity: 'warning',
    attribute: 'name',
    wanted: 'no private zone above AWS’s names',
    why: 'It answers for everything under {name} in the VPC, and what it has no record for does not exist: {hosts}.',
    fix: '`aws route53 disassociate-vpc-from-hosted-zone --hosted-zone-id {resource} --vpc VPCRegion={region},VPCId={vpc}`, or zones for single services instead.',
  },
  'oidc-shadowed': {
    severity: 'info',
    attribute: 'privateDnsEnabled',
    wanted: 'an endpoint for oidc-eks beside it',
    why: 'The private names of eks swallow oidc.eks.{region}: whoever reads the cluster’s OIDC issuer in the VPC finds nothing.',
    fix: 'If somebody does, as Terraform’s tls_certificate: features.oidcDiscovery: true',
    specPath: 'features.oidcDiscovery',
  },
} as const satisfies Readonly<Record<string, FindingText>>;
