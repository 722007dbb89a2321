import type { FindingText } from './findingText.ts';

const subnets = 'network.vpc.subnets';

/** Words of findings about where the subnets lead, and about ranges that meet what they lead to. */
export const routeTexts = {
  'subnet-on-main-table': {
    severity: 'warning',
    attribute: 'routeTableAssociation',
    wanted: 'a route table of its own',
    why: 'Whoever changes {table}, the VPC’s main table, changes this subnet; eksctl refuses such a subnet.',
    fix: '`aws ec2 create-route-table --vpc-id {vpc}`, then `aws ec2 associate-route-table --subnet-id {resource} --route-table-id NEW`',
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
    fix: '`aws ec2 delete-route --route-table-id {resource} {destination}`, or name other subnets.',
    specPath: subnets,
  },
  'nat-route': {
    severity: 'warning',
    attribute: 'routes',
    wanted: 'no route to a NAT gateway',
    why: 'Nodes and pods in {subnets} can reach the internet: this is not the VPC without internet that the plan assumes.',
    fix: 'If that is not wanted: `aws ec2 delete-route --route-table-id {resource} {destination}`',
  },
  'egress-only-route': {
    severity: 'warning',
    attribute: 'routes',
    wanted: 'no route to an egress-only internet gateway',
    why: 'Nodes and pods with IPv6 addresses in {subnets} can reach the internet.',
    fix: 'If that is not wanted: `aws ec2 delete-route --route-table-id {resource} {destination}`',
  },
  'blackhole-route': {
    severity: 'warning',
    attribute: 'routes',
    wanted: 'active routes',
    why: 'What the route led to is gone: packets to {to} are dropped without a word.',
    fix: '`aws ec2 delete-route --route-table-id {resource} {destination}`',
  },
  'default-route-elsewhere': {
    severity: 'unknown',
    attribute: 'routes',
    wanted: 'known egress',
    why: 'Everything else leaves {subnets} by {target}, {kind}. Whether it reaches the internet is decided there, and cannot be seen from here.',
    fix: 'Ask whoever runs {target} what it lets out.',
  },
  'vpc-route-diverted': {
    severity: 'warning',
    attribute: 'routes',
    wanted: 'local routes alone within the VPC',
    why: 'Packets from {subnets} to {to}, in the VPC itself, go by {target}, {kind}: it must let nodes, control plane and endpoints speak (TCP 443, 10250, TCP and UDP 53), both ways.',
    fix: 'Have whoever runs {target} let them pass, or: `aws ec2 delete-route --route-table-id {resource} {destination}`',
  },
  'api-source-unrouted': {
    severity: 'warning',
    attribute: 'routes',
    wanted: 'a route to {cidr} in each of the subnets’ route tables',
    why: 'network.apiAccess lets {cidr} in to the API endpoint, whose replies leave {subnets} by this table: without a route they do not come back.',
    fix: '`aws ec2 create-route --route-table-id {resource} --destination-cidr-block {cidr}` with the transit gateway, peering connection or VPN gateway that leads there; of a VPN gateway also: `aws ec2 enable-vgw-route-propagation`',
    specPath: 'network.apiAccess.cidrs',
  },
  'egress-without-way': {
    severity: 'warning',
    attribute: 'routes',
    wanted: 'a way to what the control plane calls',
    why: 'controlPlane.egress is {egress}: webhooks, OIDC issuers and aggregated APIs outside the VPC are called from {subnets}, and no route leads out of it. It cannot be taken back.',
    fix: 'Leave controlPlane.egress out, or add the routes that those calls need.',
    specPath: 'controlPlane.egress',
  },
  'service-range-overlap': {
    severity: 'error',
    attribute: 'cidrBlockAssociationSet',
    wanted: 'no block that meets the service range {range}',
    why: 'EKS refuses a service range that meets the VPC’s blocks.',
    fix: 'Choose another network.serviceCidr.',
    specPath: 'network.serviceCidr',
  },
  'service-range-routed': {
    severity: 'warning',
    attribute: 'routes',
    wanted: 'no route that meets the service range {range}',
    why: 'Pods cannot reach what lies behind {target} in {to}: in the cluster these are addresses of services.',
    fix: 'Say another network.serviceCidr; it cannot be changed later.',
    specPath: 'network.serviceCidr',
  },
} as const satisfies Readonly<Record<string, FindingText>>;
