import type { FindingText } from './findingText.ts';

const modify = (change: string) => `\`aws ec2 modify-vpc-endpoint --vpc-endpoint-id {resource} ${change}\``;

/** Words of findings about VPC endpoints that are there. */
export const endpointTexts = {
  's3-route-missing': {
    severity: 'error',
    attribute: 'routeTableIds',
    wanted: '{tables} among its route tables',
    why: 'Nodes in {subnets} have no way to S3, where image layers lie: pulls hang and the nodes stay NotReady.',
    fix: modify('--add-route-table-ids {add}'),
  },
  's3-interface-only': {
    severity: 'warning',
    attribute: 'vpcEndpointType',
    wanted: 'a Gateway endpoint for S3',
    why: 'An interface endpoint for S3 does not serve image layers of ECR; the plan makes a gateway beside it, which is free.',
    fix: 'Nothing to do here.',
  },
  'endpoint-group-closed': {
    severity: 'error',
    attribute: 'securityGroupIds',
    wanted: 'TCP 443 from {cidr}',
    why: 'Nodes in {subnets} carry the cluster’s own group and are admitted by address alone; without {service} they hang until their group fails.',
    fix: '`aws ec2 authorize-security-group-ingress --group-id {group} --protocol tcp --port 443 --cidr {cidr}`',
  },
  'endpoint-group-secondary': {
    severity: 'warning',
    attribute: 'securityGroupIds',
    wanted: 'TCP 443 from {cidr} too',
    why: '{cidr} is a further block of the VPC; pods that take their addresses from it do not reach {service}.',
    fix: '`aws ec2 authorize-security-group-ingress --group-id {group} --protocol tcp --port 443 --cidr {cidr}`',
  },
  'endpoint-group-unknown': {
    severity: 'unknown',
    attribute: 'securityGroupIds',
    wanted: 'TCP 443 from {cidr}',
    why: 'Whether {subnets} are admitted to {service} cannot be told.',
    fix: 'Look at the rules of {group}.',
  },
  'endpoint-group-ipv6': {
    severity: 'error',
    attribute: 'securityGroupIds',
    wanted: 'TCP 443 from {cidr}',
    why: 'It answers {service} with IPv6 addresses too, which pods of an IPv6 cluster take first; from {subnets} they are not admitted.',
    fix: '`aws ec2 authorize-security-group-ingress --group-id {group} --ip-permissions IpProtocol=tcp,FromPort=443,ToPort=443,Ipv6Ranges=[{ranges}]`',
  },
  'endpoint-ipv6-only': {
    severity: 'error',
    attribute: 'ipAddressType',
    wanted: 'ipv4 or dualstack',
    why: 'Nodes reach {service} by IPv4: network.ipFamily is {family}, and it has IPv6 addresses alone.',
    fix: modify('--ip-address-type dualstack'),
  },
  'endpoint-private-dns-off': {
    severity: 'error',
    attribute: 'privateDnsEnabled',
    wanted: 'true',
    why: 'Nodes and add-ons call {service} by public names, which lead out of the VPC: there is no way.',
    fix: modify('--private-dns-enabled'),
  },
  'endpoint-not-available': {
    severity: 'error',
    attribute: 'state',
    wanted: 'available',
    why: 'It does not serve {service}.',
    fix: 'Accept, repair or delete it: `aws ec2 delete-vpc-endpoints --vpc-endpoint-ids {resources}`; the plan then makes one.',
  },
  'endpoint-pending': {
    severity: 'warning',
    attribute: 'state',
    wanted: 'available',
    why: 'It is being made; that takes a minute or two. Until then it does not serve {service}.',
    fix: 'Look again before the run begins.',
  },
  'endpoint-no-subnets': {
    severity: 'error',
    attribute: 'subnetIds',
    wanted: 'a subnet in each of {zones}',
    why: 'Without an interface in a subnet it has no address.',
    fix: modify('--add-subnet-ids {add}'),
  },
  'endpoint-zone-missing': {
    severity: 'warning',
    attribute: 'subnetIds',
    wanted: 'a subnet in each of {zones}',
    why: 'Nodes in {missing} reach {service} across zones: at a price, and not while the other zone is down.',
    fix: modify('--add-subnet-ids {add}'),
  },
  'endpoint-policy-blocks': {
    severity: 'error',
    attribute: 'policyDocument',
    wanted: 'a policy that lets {action} pass{on}',
    why: '{service} would answer nodes with 403: {reason}.',
    fix: `${modify('--policy-document FILE')}, with a statement for it`,
  },
  'endpoint-policy-unknown': {
    severity: 'unknown',
    attribute: 'policyDocument',
    wanted: 'a policy that lets {action} pass{on}',
    why: 'Whether it does cannot be told from here: {reason}.',
    fix: 'Read the policy with this in mind, or add a statement that surely allows it.',
  },
  'endpoint-duplicate': {
    severity: 'info',
    attribute: 'serviceName',
    wanted: 'one endpoint for {service}',
    why: '{other} serves already; this one is billed too.',
    fix: 'If nobody uses its own names: `aws ec2 delete-vpc-endpoints --vpc-endpoint-ids {resources}`',
  },
  'endpoint-aws-managed': {
    severity: 'info',
    attribute: 'requesterManaged',
    wanted: 'left alone',
    why: 'AWS made it for GuardDuty’s runtime monitoring; it is free and not this plan’s to change.',
    fix: 'Nothing to do here.',
  },
} as const satisfies Readonly<Record<string, FindingText>>;
