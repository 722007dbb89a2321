import type {
  DescribeSecurityGroupsResult,
  DescribeSubnetsResult,
  DescribeVpcsResult,
  Subnet,
} from '@aws-sdk/client-ec2';
import type { CreateClusterRequest, EncryptionConfig, VpcConfigRequest } from '@aws-sdk/client-eks';
import type { GetRoleResponse } from '@aws-sdk/client-iam';
import type { DescribeKeyResponse } from '@aws-sdk/client-kms';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError, notImplemented } from '../../kernel/awsError.ts';
import { eksError } from './eksTables.ts';
import { offeredVersion } from './versions.ts';

/** Zones in which EKS makes no control plane; the names behind the ids differ from account to account. */
const refusedZoneIds = new Set(['use1-az3', 'usw1-az2', 'cac1-az3']);
const freeAddressesNeeded = 6;

/** What a cluster's subnets turn out to be. */
export interface ClusterNetwork {
  readonly vpcId: string;
  readonly vpcCidr: string;
  readonly subnets: readonly Subnet[];
}

/** Calls another service; what it refuses, EKS refuses with the same words. */
export function relayed<Output extends object>(
  context: CallContext,
  service: string,
  operation: string,
  input: object,
  members: Readonly<Record<string, unknown>> = {},
): Output {
  try {
    return context.account.call<Output>(context, service, operation, input);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code === 'SandboxNotImplemented') throw error;
    throw eksError('InvalidParameter', error.message, members);
  }
}

export function checkName(name: string, member = 'name'): void {
  const problem =
    name.length > 100
      ? 'Member must have length less than or equal to 100'
      : /^[0-9A-Za-z][A-Za-z0-9\-_]*$/.test(name)
        ? undefined
        : 'Member must satisfy regular expression pattern: ^[0-9A-Za-z][A-Za-z0-9\\-_]*';
  if (problem)
    throw eksError(
      'InvalidParameter',
      `1 validation error detected: Value '${name}' at '${member}' failed to satisfy constraint: ${problem}`,
    );
}

export function checkVersion(version: string, context: CallContext, clusterName: string) {
  const offered = offeredVersion(version, context.account.now());
  if (!offered) throw eksError('InvalidParameter', 'unsupported Kubernetes version', { clusterName });
  return offered;
}

/** The role's name from its ARN, whatever its path. */
export const roleName = (arn: string): string => arn.split('/').at(-1) ?? '';

/** Whether the role exists and lets `service` assume it; `undefined` when it does not exist. */
export function roleTrusts(context: CallContext, roleArn: string, service: string): boolean | undefined {
  try {
    const input = { RoleName: roleName(roleArn) };
    const { Role } = context.account.call<GetRoleResponse>(context, 'iam', 'GetRole', input);
    if (Role?.Arn !== roleArn) return undefined;
    return decodeURIComponent(Role.AssumeRolePolicyDocument ?? '').includes(`"${service}"`);
  } catch (error) {
    if (error instanceof AwsError && error.code !== 'SandboxNotImplemented') return undefined;
    throw error;
  }
}

export function checkClusterRole(roleArn: string, context: CallContext, clusterName: string): void {
  if (!roleTrusts(context, roleArn, 'eks.amazonaws.com'))
    throw eksError(
      'InvalidParameter',
      `Role with arn: ${roleArn}, could not be assumed because it does not exist or the trusted entity is not correct`,
      { clusterName },
    );
}

export function checkEndpointAccess(publicAccess: boolean, privateAccess: boolean, clusterName: string): void {
  if (!publicAccess && !privateAccess)
    throw eksError('InvalidParameter', 'Both private and public endpoint access cannot be false', { clusterName });
}

export function checkNetwork(config: VpcConfigRequest, context: CallContext, clusterName: string): ClusterNetwork {
  const refuse = (message: string) => eksError('InvalidParameter', message, { clusterName });
  const subnetIds = config.subnetIds ?? [];
  if (subnetIds.length === 0) throw refuse('subnetIds cannot be empty.');
  const call = <Output extends object>(operation: string, input: object): Output =>
    relayed<Output>(context, 'ec2', operation, input, { clusterName });
  const subnets = call<DescribeSubnetsResult>('DescribeSubnets', { SubnetIds: subnetIds }).Subnets ?? [];
  const vpcId = subnets[0]?.VpcId ?? '';
  if (subnets.some(subnet => subnet.VpcId !== vpcId)) throw refuse('Subnets specified must be in the same VPC');
  for (const subnet of subnets)
    if (refusedZoneIds.has(subnet.AvailabilityZoneId ?? '')) throw refusedZone(subnet, context, clusterName);
  if (new Set(subnets.map(subnet => subnet.AvailabilityZone)).size < 2)
    throw refuse('Subnets specified must be in at least two different AZs');
  if (subnets.some(subnet => (subnet.AvailableIpAddressCount ?? 0) < freeAddressesNeeded))
    throw refuse(
      'One or more of the subnets associated with your cluster does not have enough available IP addresses for Amazon EKS to perform cluster management operations.',
    );
  checkSecurityGroups(config.securityGroupIds ?? [], vpcId, context, clusterName);
  const [vpc] = call<DescribeVpcsResult>('DescribeVpcs', { VpcIds: [vpcId] }).Vpcs ?? [];
  return { vpcId, vpcCidr: vpc?.CidrBlock ?? '', subnets };
}

function checkSecurityGroups(ids: readonly string[], vpcId: string, context: CallContext, clusterName: string): void {
  if (ids.length === 0) return;
  if (ids.length > 5)
    throw eksError('InvalidParameter', 'The number of security groups cannot exceed 5', { clusterName });
  const found = relayed<DescribeSecurityGroupsResult>(
    context,
    'ec2',
    'DescribeSecurityGroups',
    { GroupIds: ids },
    { clusterName },
  );
  const foreign = found.SecurityGroups?.find(group => group.VpcId !== vpcId);
  if (foreign)
    throw eksError(
      'InvalidParameter',
      `Security group(s) [${foreign.GroupId ?? ''}] are not in the same VPC as the subnets.`,
      { clusterName },
    );
}

function refusedZone(subnet: Subnet, context: CallContext, clusterName: string): AwsError {
  const described = context.account.call<{ AvailabilityZones?: { ZoneName?: string; ZoneId?: string }[] }>(
    context,
    'ec2',
    'DescribeAvailabilityZones',
    {},
  );
  const validZones = (described.AvailabilityZones ?? [])
    .filter(zone => !refusedZoneIds.has(zone.ZoneId ?? ''))
    .map(zone => zone.ZoneName ?? '');
  return eksError(
    'UnsupportedAvailabilityZone',
    `Cannot create cluster '${clusterName}' because ${subnet.AvailabilityZone ?? ''}, the targeted availability zone, does not currently have sufficient capacity to support the cluster. Retry and choose from these availability zones: ${validZones.join(', ')}`,
    { clusterName, validZones },
  );
}

export function checkEncryption(configs: readonly EncryptionConfig[], context: CallContext, clusterName: string): void {
  for (const { resources, provider } of configs) {
    if (resources?.length !== 1 || resources[0] !== 'secrets')
      throw eksError('InvalidParameter', 'Invalid encryptionConfig resources. Valid values: [secrets]', {
        clusterName,
      });
    const input = { KeyId: provider?.keyArn };
    const { KeyMetadata } = relayed<DescribeKeyResponse>(context, 'kms', 'DescribeKey', input, { clusterName });
    if (KeyMetadata?.KeyState !== 'Enabled')
      throw eksError('InvalidParameter', `${KeyMetadata?.Arn ?? ''} is ${KeyMetadata?.KeyState ?? 'not found'}.`, {
        clusterName,
      });
  }
}

/** Services get the range that the VPC does not use. */
export const defaultServiceCidr = (vpcCidr: string): string =>
  vpcCidr.startsWith('10.') ? '172.20.0.0/16' : '10.100.0.0/16';

/** Known to AWS, not simulated: refused before anything is made. */
export function refuseUnsimulated(input: CreateClusterRequest): void {
  const asked: readonly [string, boolean][] = [
    ['outpostConfig', input.outpostConfig !== undefined],
    ['computeConfig (Auto Mode)', input.computeConfig?.enabled === true],
    ['storageConfig', input.storageConfig?.blockStorage?.enabled === true],
    ['remoteNetworkConfig', input.remoteNetworkConfig !== undefined],
    ['zonalShiftConfig', input.zonalShiftConfig?.enabled === true],
    ['controlPlaneScalingConfig', (input.controlPlaneScalingConfig?.tier ?? 'standard') !== 'standard'],
    ['kubernetesNetworkConfig.ipFamily ipv6', input.kubernetesNetworkConfig?.ipFamily === 'ipv6'],
    ['kubeApiServerConfig', input.kubeApiServerConfig !== undefined],
    ['kubeSchedulerConfig', input.kubeSchedulerConfig !== undefined],
    ['kubeControllerManagerConfig', input.kubeControllerManagerConfig !== undefined],
    [
      'resourcesVpcConfig.controlPlaneEgressMode',
      (input.resourcesVpcConfig?.controlPlaneEgressMode ?? 'AWS_MANAGED') !== 'AWS_MANAGED',
    ],
  ];
  const found = asked.find(([, given]) => given);
  if (found) throw notImplemented(`eks:CreateCluster ${found[0]}`);
}
