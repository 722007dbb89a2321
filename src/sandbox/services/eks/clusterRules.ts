import type * as Ec2 from '@aws-sdk/client-ec2';
import type * as Eks from '@aws-sdk/client-eks';
import type { GetRoleResponse } from '@aws-sdk/client-iam';
import type { DescribeKeyResponse } from '@aws-sdk/client-kms';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError, notImplemented } from '../../kernel/awsError.ts';
import { checkPattern, constraintError } from '../../kernel/constraint.ts';
import { eksError } from './eksTables.ts';
import { offeredVersion, type KubernetesVersion } from './versions.ts';

/** Zones in which EKS makes no control plane; the names behind the ids differ from account to account. */
const refusedZoneIds = new Set(['use1-az3', 'usw1-az2', 'cac1-az3']);
const freeAddressesNeeded = 6;

/** Whether an error is an answer of AWS's, rather than something that this sandbox does not simulate. */
export const isAnswer = (error: unknown): error is AwsError =>
  error instanceof AwsError && error.code !== 'SandboxNotImplemented';

/** Calls another service; what it refuses, EKS refuses with the same words. */
export function relayed<Output extends object>(
  context: CallContext,
  service: string,
  operation: string,
  input: object,
): Output {
  try {
    return context.account.call<Output>(context, service, operation, input);
  } catch (error) {
    throw isAnswer(error) ? eksError('InvalidParameter', error.message) : error;
  }
}

/** Calls another service; undefined when it refuses. */
export function answered<Output extends object>(
  context: CallContext,
  service: string,
  operation: string,
  input: object,
): Output | undefined {
  try {
    return context.account.call<Output>(context, service, operation, input);
  } catch (error) {
    if (isAnswer(error)) return undefined;
    throw error;
  }
}

/** Of a member's own members, refuses those that are not simulated. */
export function refuseOther(where: string, asked: object, simulated: string): void {
  const known = simulated.split(' ');
  for (const [member, value] of Object.entries(asked))
    if (value !== undefined && !known.includes(member)) throw notImplemented(`eks:${where} ${member}`);
}

export function checkName(member: string, name: string, longest: number): void {
  const code = 'InvalidParameterException';
  if (name.length > longest) throw constraintError(member, name, `have length less than or equal to ${longest}`, code);
  checkPattern(member, name, '[0-9A-Za-z][A-Za-z0-9\\-_]*', code);
}

export function checkVersion(version: string, context: CallContext): KubernetesVersion {
  const offered = offeredVersion(version, context.account.now());
  if (!offered) throw eksError('InvalidParameter', 'unsupported Kubernetes version');
  return offered;
}

/** The role's name from its ARN, whatever its path. */
export const roleName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** Whether the role lets `service` assume it; undefined when there is no such role. */
export function roleTrusts(context: CallContext, roleArn: string, service: string): boolean | undefined {
  const { Role } = answered<GetRoleResponse>(context, 'iam', 'GetRole', { RoleName: roleName(roleArn) }) ?? {};
  if (Role?.Arn !== roleArn) return undefined;
  return decodeURIComponent(Role.AssumeRolePolicyDocument ?? '').includes(`"${service}"`);
}

export function checkClusterRole(roleArn: string, context: CallContext): void {
  if (roleTrusts(context, roleArn, 'eks.amazonaws.com')) return;
  const why = 'could not be assumed because it does not exist or the trusted entity is not correct';
  throw eksError('InvalidParameter', `Role with arn: ${roleArn}, ${why}`);
}

export function checkEndpointAccess(publicAccess: boolean | undefined, privateAccess: boolean | undefined): void {
  if (!publicAccess && !privateAccess)
    throw eksError('InvalidParameter', 'Both private and public endpoint access cannot be false');
}

/** The VPC that a cluster's subnets agree on. */
export function checkNetwork(subnetIds: readonly string[], context: CallContext, cluster: string): Ec2.Vpc {
  const refuse = (message: string) => eksError('InvalidParameter', message);
  if (subnetIds.length === 0) throw refuse('subnetIds cannot be empty.');
  const ec2 = <Output extends object>(operation: string, input: object) =>
    relayed<Output>(context, 'ec2', operation, input);
  const { Subnets = [] } = ec2<Ec2.DescribeSubnetsResult>('DescribeSubnets', { SubnetIds: subnetIds });
  const vpcId = Subnets[0]?.VpcId ?? '';
  if (Subnets.some(subnet => subnet.VpcId !== vpcId)) throw refuse('Subnets specified must be in the same VPC');
  const refused = Subnets.find(subnet => refusedZoneIds.has(subnet.AvailabilityZoneId ?? ''));
  if (refused) throw refusedZone(refused, context, cluster);
  if (new Set(Subnets.map(subnet => subnet.AvailabilityZone)).size < 2)
    throw refuse('Subnets specified must be in at least two different AZs');
  if (Subnets.some(subnet => (subnet.AvailableIpAddressCount ?? 0) < freeAddressesNeeded))
    throw refuse(
      'One or more of the subnets associated with your cluster does not have enough available IP addresses for Amazon EKS to perform cluster management operations.',
    );
  return ec2<Ec2.DescribeVpcsResult>('DescribeVpcs', { VpcIds: [vpcId] }).Vpcs?.[0] ?? {};
}

function refusedZone({ AvailabilityZone = '' }: Ec2.Subnet, context: CallContext, clusterName: string): AwsError {
  const described = relayed<Ec2.DescribeAvailabilityZonesResult>(context, 'ec2', 'DescribeAvailabilityZones', {});
  const valid = (described.AvailabilityZones ?? []).filter(zone => !refusedZoneIds.has(zone.ZoneId ?? ''));
  const validZones = valid.map(zone => zone.ZoneName ?? '');
  return eksError(
    'UnsupportedAvailabilityZone',
    `Cannot create cluster '${clusterName}' because ${AvailabilityZone}, the targeted availability zone, does not currently have sufficient capacity to support the cluster. Retry and choose from these availability zones: ${validZones.join(', ')}`,
    { clusterName, validZones },
  );
}

export function checkEncryption(configs: readonly Eks.EncryptionConfig[], context: CallContext): void {
  for (const { resources, provider } of configs) {
    if (resources?.join() !== 'secrets')
      throw eksError('InvalidParameter', 'Invalid encryptionConfig resources. Valid values: [secrets]');
    const { KeyMetadata } = relayed<DescribeKeyResponse>(context, 'kms', 'DescribeKey', { KeyId: provider?.keyArn });
    const { Arn = '', KeyState = '' } = KeyMetadata ?? {};
    if (KeyState !== 'Enabled') throw eksError('InvalidParameter', `Key ${Arn} is not enabled: it is ${KeyState}.`);
  }
}
