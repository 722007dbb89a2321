import type * as Ec2 from '@aws-sdk/client-ec2';
import type * as Eks from '@aws-sdk/client-eks';
import type { GetRoleResponse } from '@aws-sdk/client-iam';
import type { DescribeKeyResponse } from '@aws-sdk/client-kms';
import type { Account, CallContext } from '../../kernel/account.ts';
import { AwsError, notImplemented } from '../../kernel/awsError.ts';
import { checkPattern, constraintError } from '../../kernel/constraint.ts';
import { contains, parseCidr } from '../ec2/ipv4.ts';
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
    if (!provider?.keyArn) throw eksError('InvalidParameter', 'KeyArn is required');
    if (resources?.join() !== 'secrets')
      throw eksError('InvalidParameter', 'Invalid encryptionConfig resources. Valid values: [secrets]');
    const { KeyMetadata } = relayed<DescribeKeyResponse>(context, 'kms', 'DescribeKey', { KeyId: provider.keyArn });
    const { Arn = '', KeyState = '', KeySpec = '' } = KeyMetadata ?? {};
    if (KeyState !== 'Enabled') throw eksError('InvalidParameter', `Key ${Arn} is not enabled: it is ${KeyState}.`);
    if (KeySpec !== 'SYMMETRIC_DEFAULT')
      throw eksError('InvalidParameter', `Key ${Arn} is not symmetric: it is ${KeySpec}.`);
  }
}

export function checkSecurityGroups(
  GroupIds: readonly string[],
  vpcId: string | undefined,
  context: CallContext,
): void {
  if (GroupIds.length === 0) return;
  const described = relayed<Ec2.DescribeSecurityGroupsResult>(context, 'ec2', 'DescribeSecurityGroups', { GroupIds });
  const other = (described.SecurityGroups ?? []).filter(group => group.VpcId !== vpcId);
  if (other.length > 0)
    throw eksError(
      'InvalidParameter',
      `Security group(s) [${other.map(group => group.GroupId).join(', ')}] are not in the same VPC as the subnets. Please specify all security groups in the same VPC.`,
    );
}

const privateBlocks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map(parseCidr);

/** The addresses of services: as asked for, or a range that the VPC does not use. */
export function serviceNetwork(
  asked: Eks.KubernetesNetworkConfigRequest | undefined,
  vpc: Ec2.Vpc,
  account: Account,
): Eks.KubernetesNetworkConfigResponse {
  const refuse = (message: string) => eksError('InvalidParameter', message);
  const { ipFamily = 'ipv4', serviceIpv4Cidr: cidr } = asked ?? {};
  const blocks = [vpc.CidrBlock ?? '', ...(vpc.CidrBlockAssociationSet ?? []).map(item => item.CidrBlock ?? '')];
  if (ipFamily === 'ipv6') {
    if (cidr !== undefined) throw refuse('serviceIpv4Cidr cannot be specified when ipFamily is ipv6');
    if (!vpc.Ipv6CidrBlockAssociationSet?.length)
      throw refuse(
        'The VPC and subnets of a cluster with ipFamily ipv6 must have IPv6 CIDR blocks associated with them',
      );
    return { ipFamily, serviceIpv6Cidr: `fd${account.hex(2)}:${account.hex(4)}:${account.hex(4)}::/108` };
  }
  if (cidr === undefined)
    return {
      ipFamily,
      serviceIpv4Cidr: blocks.some(block => block.startsWith('10.')) ? '172.20.0.0/16' : '10.100.0.0/16',
    };
  const range = parseCidr(cidr);
  if (!range || !privateBlocks.some(block => block && contains(block, range)))
    throw refuse(
      `Service IPv4 CIDR ${cidr} is not within the private IP address ranges: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16`,
    );
  if (range.prefix < 12 || range.prefix > 24) throw refuse('Service IPv4 CIDR block must be between /24 and /12.');
  const clash = blocks.map(parseCidr).some(block => block && (contains(block, range) || contains(range, block)));
  if (clash) throw refuse(`Service IPv4 CIDR ${cidr} overlaps with a CIDR block of the VPC ${vpc.VpcId}`);
  return { ipFamily, serviceIpv4Cidr: cidr };
}

type AutoMode = Pick<Eks.CreateClusterRequest, 'computeConfig' | 'storageConfig' | 'kubernetesNetworkConfig'>;

/** Auto Mode is all of its three parts, or none. */
export function checkAutoMode(asked: AutoMode, context: CallContext): boolean {
  const { computeConfig, storageConfig, kubernetesNetworkConfig: network } = asked;
  const parts = [
    computeConfig?.enabled,
    storageConfig?.blockStorage?.enabled,
    network?.elasticLoadBalancing?.enabled,
  ].map(part => part ?? false);
  if (new Set(parts).size > 1)
    throw eksError(
      'InvalidParameter',
      'For EKS Auto Mode, please ensure that all required configs, including computeConfig, kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully disabled.',
    );
  const { nodePools = [], nodeRoleArn } = computeConfig ?? {};
  const strange = nodePools.filter(pool => pool !== 'general-purpose' && pool !== 'system');
  if (strange.length > 0) throw eksError('InvalidParameter', `Invalid node pools: [${strange.join(', ')}]`);
  if (nodePools.length > 0 && nodeRoleArn === undefined)
    throw eksError(
      'InvalidParameter',
      'When Compute Config nodeRoleArn is null or empty, nodePool value(s) should not be provided.',
    );
  if (nodeRoleArn !== undefined && roleTrusts(context, nodeRoleArn, 'ec2.amazonaws.com') !== true)
    throw eksError(
      'InvalidParameter',
      `Role with arn: ${nodeRoleArn}, could not be assumed because it does not exist or the trusted entity is not correct`,
    );
  return parts[0] ?? false;
}
