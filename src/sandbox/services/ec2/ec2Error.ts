import { AwsError } from '../../kernel/awsError.ts';
import type { Ec2Rows } from './rows.ts';

/** Kind → its name in tag specifications, its id's prefix, and of an id that leads nowhere: code and the thing's name in the sentence. */
const kinds: Readonly<Record<keyof Ec2Rows, readonly [type: string, prefix: string, code: string, name: string]>> = {
  vpcs: ['vpc', 'vpc', 'InvalidVpcID', 'vpc'],
  subnets: ['subnet', 'subnet', 'InvalidSubnetID', 'subnet'],
  routeTables: ['route-table', 'rtb', 'InvalidRouteTableID', 'routeTable'],
  internetGateways: ['internet-gateway', 'igw', 'InvalidInternetGatewayID', 'internetGateway'],
  securityGroups: ['security-group', 'sg', 'InvalidGroup', 'security group'],
  rules: ['security-group-rule', 'sgr', 'InvalidSecurityGroupRuleId', 'security group rule'],
  networkAcls: ['network-acl', 'acl', 'InvalidNetworkAclID', 'networkAcl'],
  dhcpOptions: ['dhcp-options', 'dopt', 'InvalidDhcpOptionID', 'dhcpOption'],
  natGateways: ['natgateway', 'nat', 'NatGatewayNotFound', 'NatGateway'],
  egressOnlyGateways: [
    'egress-only-internet-gateway',
    'eigw',
    'InvalidEgressOnlyInternetGatewayId',
    'egressOnlyInternetGateway',
  ],
  peerings: ['vpc-peering-connection', 'pcx', 'InvalidVpcPeeringConnectionID', 'vpcPeeringConnection'],
  addresses: ['elastic-ip', 'eipalloc', 'InvalidAllocationID', 'allocation'],
  endpoints: ['vpc-endpoint', 'vpce', 'InvalidVpcEndpointId', 'Vpc Endpoint'],
  interfaces: ['network-interface', 'eni', 'InvalidNetworkInterfaceID', 'networkInterface'],
  launchTemplates: ['launch-template', 'lt', 'InvalidLaunchTemplateId', 'launch template'],
  instances: ['instance', 'i', 'InvalidInstanceID', 'instance'],
  volumes: ['volume', 'vol', 'InvalidVolume', 'volume'],
  snapshots: ['snapshot', 'snap', 'InvalidSnapshot', 'snapshot'],
};
const kindNames = Object.keys(kinds) as (keyof Ec2Rows)[];

export const resourceTypes = Object.fromEntries(kindNames.map(kind => [kind, kinds[kind][0]])) as Record<
  keyof Ec2Rows,
  string
>;

export const kindOfId = (id: string): keyof Ec2Rows | undefined =>
  kindNames.find(kind => kinds[kind][1] === id.slice(0, id.indexOf('-')));

export function notFound(kind: keyof Ec2Rows, ids: readonly string[]): AwsError {
  const [, prefix, code, name] = kinds[kind];
  const [first = ''] = ids;
  const wellFormed = new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`);
  const malformed = ids.find(id => !wellFormed.test(id));
  if (malformed !== undefined && kind === 'securityGroups')
    return new AwsError('InvalidGroupId.Malformed', `Invalid id: "${malformed}" (expecting "sg-...")`);
  if (malformed !== undefined && kind === 'instances')
    return new AwsError('InvalidInstanceID.Malformed', `Invalid id: "${malformed}"`);
  const [noun, verb] = ids.length > 1 ? [`${name} IDs`, 'do'] : [`${name} ID`, 'does'];
  const sentences: Partial<Record<keyof Ec2Rows, string>> = {
    volumes: `The volume '${first}' does not exist.`,
    snapshots: `The snapshot '${first}' does not exist.`,
    endpoints: `The Vpc Endpoint Id '${first}' does not exist`,
    securityGroups: `The security group '${first}' does not exist`,
    natGateways: `The Nat Gateway ${first} was not found`,
    launchTemplates: `The specified launch template, with template ID ${first}, does not exist.`,
  };
  return new AwsError(
    kind === 'natGateways' ? code : `${code}.NotFound`,
    sentences[kind] ?? `The ${noun} '${ids.join(', ')}' ${verb} not exist`,
  );
}

export const invalidValue = (message: string): AwsError => new AwsError('InvalidParameterValue', message);
export const invalidParameter = (message: string): AwsError => new AwsError('InvalidParameter', message);
export const missingParameter = (name: string): AwsError =>
  new AwsError('MissingParameter', `The request must contain the parameter ${name}`);
export const dependencies = (what: string, id: string): AwsError =>
  new AwsError('DependencyViolation', `The ${what} '${id}' has dependencies and cannot be deleted.`);
