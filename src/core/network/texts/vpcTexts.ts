import type { FindingText } from './findingText.ts';

/** Words of findings about the VPC as a whole: its owner, its neighbours, who may come in, what could not be looked at. */
export const vpcTexts = {
  'vpc-range-public': {
    severity: 'warning',
    attribute: 'cidrBlockAssociationSet',
    wanted: 'blocks inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10 or 198.18.0.0/15',
    why: 'These are addresses of somebody on the internet: what lies behind them is not reached from here, and AWS’s services may treat traffic with them as public.',
    fix: 'Name a VPC with private blocks, or subnets of one: `aws ec2 associate-vpc-cidr-block --vpc-id {resource} --cidr-block 100.64.0.0/16`',
    specPath: 'network.vpc',
  },
  'shared-vpc': {
    severity: 'warning',
    attribute: 'ownerId',
    wanted: '{account}',
    why: 'The VPC is shared by account {seen}: its endpoints, route tables and network ACLs cannot be seen or changed from here.',
    fix: 'Give the ticket to the owner, and name what is reached then under endpoints.reachable.',
    specPath: 'endpoints.reachable',
  },
  'shared-vpc-endpoint': {
    severity: 'error',
    attribute: 'vpcEndpoints',
    wanted: 'an endpoint for {service}, made by {owner}',
    why: 'AWS lets no participant of a shared VPC make endpoints in its subnets.',
    fix: 'Have the owner make it, then name {service} under endpoints.reachable.',
    specPath: 'endpoints.reachable',
  },
  'api-group-missing': {
    severity: 'error',
    attribute: 'groupId',
    wanted: 'a security group of this region',
    why: 'network.apiAccess names it as a source for the API endpoint.',
    fix: 'Name an existing group.',
    specPath: 'network.apiAccess.securityGroups',
  },
  'api-group-other-vpc': {
    severity: 'error',
    attribute: 'vpcId',
    wanted: '{vpc}, or a peered VPC',
    why: 'A rule may name groups of its own VPC and of peered ones alone.',
    fix: 'Name the address blocks under network.apiAccess.cidrs instead.',
    specPath: 'network.apiAccess.securityGroups',
  },
  'cluster-in-vpc': {
    severity: 'info',
    attribute: 'clusters',
    wanted: 'known neighbours',
    why: 'These clusters use the same subnets’ addresses and endpoints; deleting theirs would cut both.',
    fix: 'Nothing to do here.',
  },
  'look-refused': {
    severity: 'unknown',
    attribute: 'permission',
    wanted: 'an answer',
    why: 'What could not be looked at is not judged, and may be wrong: {reason}',
    fix: 'Allow {look} to whoever plans.',
  },
} as const satisfies Readonly<Record<string, FindingText>>;
