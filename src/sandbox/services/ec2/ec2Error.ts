import { AwsError } from '../../kernel/awsError.ts';
import type { Ec2Rows } from './rows.ts';

/** What EC2 says of ids that lead nowhere: id prefix, code, and the thing's name in the sentence. */
const names: Readonly<Record<keyof Ec2Rows, readonly [prefix: string, code: string, name: string]>> = {
  vpcs: ['vpc', 'InvalidVpcID', 'vpc'],
  subnets: ['subnet', 'InvalidSubnetID', 'subnet'],
  routeTables: ['rtb', 'InvalidRouteTableID', 'routeTable'],
  internetGateways: ['igw', 'InvalidInternetGatewayID', 'internetGateway'],
  securityGroups: ['sg', 'InvalidGroup', 'security group'],
  rules: ['sgr', 'InvalidSecurityGroupRuleId', 'security group rule'],
  endpoints: ['vpce', 'InvalidVpcEndpointId', 'Vpc Endpoint'],
  interfaces: ['eni', 'InvalidNetworkInterfaceID', 'networkInterface'],
  launchTemplates: ['lt', 'InvalidLaunchTemplateId', 'launch template'],
  instances: ['i', 'InvalidInstanceID', 'instance'],
};

export const kindOfId = (id: string): keyof Ec2Rows | undefined => {
  const prefix = id.slice(0, id.indexOf('-'));
  return (Object.keys(names) as (keyof Ec2Rows)[]).find(kind => names[kind][0] === prefix);
};

export function notFound(kind: keyof Ec2Rows, ids: readonly string[]): AwsError {
  const [prefix, code, name] = names[kind];
  const [first = ''] = ids;
  const wellFormed = new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`);
  const malformed = ids.find(id => !wellFormed.test(id));
  if (malformed !== undefined && kind === 'securityGroups')
    return new AwsError('InvalidGroupId.Malformed', `Invalid id: "${malformed}" (expecting "sg-...")`);
  if (malformed !== undefined && kind === 'instances')
    return new AwsError('InvalidInstanceID.Malformed', `Invalid id: "${malformed}"`);
  if (kind === 'endpoints') return new AwsError(`${code}.NotFound`, `The Vpc Endpoint Id '${first}' does not exist`);
  if (kind === 'securityGroups')
    return new AwsError(`${code}.NotFound`, `The security group '${first}' does not exist`);
  if (kind === 'launchTemplates') {
    const message = `The specified launch template, with template ID ${first}, does not exist.`;
    return new AwsError(`${code}.NotFound`, message);
  }
  const [noun, verb] = ids.length > 1 ? [`${name} IDs`, 'do'] : [`${name} ID`, 'does'];
  return new AwsError(`${code}.NotFound`, `The ${noun} '${ids.join(', ')}' ${verb} not exist`);
}

export const invalidValue = (message: string): AwsError => new AwsError('InvalidParameterValue', message);
export const invalidParameter = (message: string): AwsError => new AwsError('InvalidParameter', message);
export const missingParameter = (name: string): AwsError =>
  new AwsError('MissingParameter', `The request must contain the parameter ${name}`);
export const dependencies = (what: string, id: string): AwsError =>
  new AwsError('DependencyViolation', `The ${what} '${id}' has dependencies and cannot be deleted.`);
