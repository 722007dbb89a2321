import type { FindingText } from './findingText.ts';

const subnets = 'network.vpc.subnets';

/** Words of findings about where the subnets lead, and about ranges that meet what they lead to. */
export const routeTexts = {
  'subnet-on-main-table': {
    severity: 'warning',
    attribute: 'routeTableAssociation',
    wanted: 'a route table of its own',
    why: 'Whoever changes {table}, the VPC’s main table, changes this subnet; eksctl refuses such a subnet.',
    fix: 'aws ec2 create-route-table --vpc-id {vpc}, then aws ec2 associate-route-table --subnet-id {resource} --route-table-id NEW',
  },
  'route-table-unknown': {
    severity: 'unknown',
    attribute: 'routeTableAssociation',
    wanted: 'a route table that can be read',
    why: 'Without it nobody can say whether the subnet is private and reaches S3.',
    fix: 'Allow ec2:DescribeRouteTables, or ask the VPC’s owner.',
  },
  'internet-route': {
    severity: 'error',
    attribute: 'routes',
    wanted: 'no route to an internet gateway',
    why: 'The subnets {subnets} are not private: what has a public address there is reached from the internet.',
    fix: 'aws ec2 delete-route --route-table-id {resource} {destination}, or name other subnets.',
    specPath: subnets,
  },
  'nat-route': {
    severity: 'warning',
    attribute: 'routes',
    wanted: 'no route to a NAT gateway',
    why: 'Nodes and pods in {subnets} can reach the internet: this is not the VPC without internet that the plan assumes.',
    fix: 'If that is not wanted: aws ec2 delete-route --route-table-id {resource} {destination}',
  },
  'egress-only-route': {
    severity: 'warning',
    attribute: 'routes',
    wanted: 'no route to an egress-only internet gateway',
    why: 'Nodes and pods with IPv6 addresses in {subnets} can reach the internet.',
    fix: 'If that is not wanted: aws ec2 delete-route --route-table-id {resource} {destination}',
  },
  'blackhole-route': {
    severity: 'warning',
    attribute: 'routes',
    wanted: 'active routes',
    why: 'What the route led to is gone: packets to {to} are dropped without a word.',
    fix: 'aws ec2 delete-route --route-table-id {resource} {destination}',
  },
  'default-route-elsewhere': {
    severity: 'info',
    attribute: 'routes',
    wanted: 'known egress',
    why: 'Everything else leaves by {target}; whether it reaches the internet is decided there.',
    fix: 'Ask whoever runs {target} what it lets out.',
  },
  'service-range-overlap': {
    severity: 'error',
    attribute: 'cidrBlockAssociationSet',
    wanted: 'no block that meets network.serviceCidr {range}',
    why: 'EKS refuses a service range that meets the VPC’s blocks.',
    fix: 'Choose another network.serviceCidr.',
    specPath: 'network.serviceCidr',
  },
  'service-range-routed': {
    severity: 'warning',
    attribute: 'routes',
    wanted: 'no route that meets network.serviceCidr {range}',
    why: 'Pods cannot reach what lies behind {target} in {to}: in the cluster these are addresses of services.',
    fix: 'Choose another network.serviceCidr; it cannot be changed later.',
    specPath: 'network.serviceCidr',
  },
} as const satisfies Readonly<Record<string, FindingText>>;
