import type {
  DescribeInstancesRequest,
  DescribeInstancesResult,
  Instance,
  RequestLaunchTemplateData,
  Reservation,
  RunInstancesRequest,
  TerminateInstancesRequest,
  TerminateInstancesResult,
} from '@aws-sdk/client-ec2';
import type { CallContext, JobHandler, Operation } from '../../kernel/account.ts';
import { AwsError, notImplemented } from '../../kernel/awsError.ts';
import { withMembers } from '../simulatedMembers.ts';
import { idempotent } from './clientToken.ts';
import { describe, find } from './describe.ts';
import { invalidValue, missingParameter } from './ec2Error.ts';
import { architectureOf, isInstanceType, offeringZones } from './instanceType.ts';
import { findTemplate, findVersion } from './launchTemplate.ts';
import { makeInterface } from './networkInterface.ts';
import { internalDomain } from './placement.ts';
import { rows, type InstanceRow, type Place, type SubnetRow } from './rows.ts';
import { specifiedTags, tagsOf } from './tags.ts';

/** Account seconds: until running, until terminated, and until a terminated instance is forgotten. */
const startSeconds = 20;
const stopSeconds = 40;
const forgetSeconds = 3600;
const states = { pending: 0, running: 16, 'shutting-down': 32, terminated: 48 } as const;

const setState = (instance: InstanceRow, Name: keyof typeof states): void => {
  instance.State = { Name, Code: states[Name] };
};

/** What is to be launched: the request's members over those of its launch template, as EC2 puts them together. */
function merged(input: RunInstancesRequest, context: CallContext): RunInstancesRequest {
  const { LaunchTemplate: reference } = input;
  if (!reference) return input;
  const { LaunchTemplateData } = findVersion(findTemplate(context, reference), reference.Version ?? '$Default');
  const data = LaunchTemplateData as RequestLaunchTemplateData as Partial<RunInstancesRequest>;
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const metadata = { ...data.MetadataOptions, ...input.MetadataOptions };
  return {
    ...data,
    ...given,
    MetadataOptions: metadata,
    TagSpecifications: mergedTags(data, input),
  } as RunInstancesRequest;
}

/** A tag of the request wins over one of the template. */
function mergedTags(template: Partial<RunInstancesRequest>, { TagSpecifications = [] }: RunInstancesRequest) {
  const all = [...(template.TagSpecifications ?? []), ...TagSpecifications];
  return [...new Set(all.map(item => item.ResourceType))].map(ResourceType => {
    const tags = all.filter(item => item.ResourceType === ResourceType).flatMap(item => item.Tags ?? []);
    return { ResourceType, Tags: [...new Map(tags.map(tag => [tag.Key, tag])).values()] };
  });
}

interface Launch {
  readonly request: RunInstancesRequest;
  readonly subnet: SubnetRow;
  readonly groups: readonly string[] | undefined;
  readonly type: string;
  readonly profile: Instance['IamInstanceProfile'];
}

/** Everything EC2 refuses before it makes anything. */
function checkedLaunch(input: RunInstancesRequest, context: CallContext): Launch {
  const request = merged(input, context);
  for (const name of unsupported) if (request[name] !== undefined) throw notImplemented(`ec2:RunInstances ${name}`);
  const { ImageId, InstanceType = 'm1.small', NetworkInterfaces: [device] = [] } = request;
  if (ImageId === undefined) throw missingParameter('ImageId');
  if (ImageId.startsWith('resolve:')) throw notImplemented(`ec2:RunInstances ImageId ${ImageId}`);
  if (!/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(ImageId))
    throw new AwsError('InvalidAMIID.Malformed', `Invalid id: "${ImageId}"`);
  if (!isInstanceType(InstanceType)) throw invalidValue(`Invalid value '${InstanceType}' for InstanceType.`);
  if ((request.NetworkInterfaces?.length ?? 0) > 1)
    throw notImplemented('ec2:RunInstances with several NetworkInterfaces');
  const SubnetId = device?.SubnetId ?? input.SubnetId ?? request.SubnetId;
  if (SubnetId === undefined)
    throw new AwsError('MissingInput', 'No subnets found for the default VPC. Please specify a subnet.');
  if (device && (request.SecurityGroupIds?.length ?? 0) > 0)
    throw new AwsError(
      'InvalidParameterCombination',
      'Network interfaces and an instance-level security groups may not be specified on the same request',
    );
  const subnet = find(context, 'subnets', SubnetId);
  const zones = offeringZones(context, InstanceType);
  if (!zones.some(zone => zone.name === subnet.AvailabilityZone))
    throw new AwsError(
      'Unsupported',
      `Your requested instance type (${InstanceType}) is not supported in your requested Availability Zone (${subnet.AvailabilityZone}). Please retry your request by not specifying an Availability Zone or choosing ${zones.map(zone => zone.name).join(', ')}.`,
    );
  const groups = device ? device.Groups : request.SecurityGroupIds;
  return { request, subnet, groups, type: InstanceType, profile: profileOf(context, request) };
}

const unsupported = [
  'CapacityReservationSpecification',
  'CreditSpecification',
  'ElasticInferenceAccelerators',
  'HibernationOptions',
  'InstanceMarketOptions',
  'LicenseSpecifications',
  'SecurityGroups',
] as const;

function profileOf(
  context: CallContext,
  { IamInstanceProfile: given }: RunInstancesRequest,
): Instance['IamInstanceProfile'] {
  if (!given) return undefined;
  const name = given.Name ?? given.Arn?.slice(given.Arn.lastIndexOf('/') + 1) ?? '';
  try {
    type Answer = { InstanceProfile: { Arn: string; InstanceProfileId: string } };
    const { Arn, InstanceProfileId } = context.account.call<Answer>(context, 'iam', 'GetInstanceProfile', {
      InstanceProfileName: name,
    }).InstanceProfile;
    return { Arn, Id: InstanceProfileId };
  } catch (error) {
    if (!(error instanceof AwsError && error.code === 'NoSuchEntity')) throw error;
    const [kind, value] = given.Name === undefined ? ['arn', given.Arn] : ['name', given.Name];
    throw invalidValue(
      `Value (${value ?? ''}) for parameter iamInstanceProfile.${kind} is invalid. Invalid IAM Instance Profile ${kind === 'arn' ? 'ARN' : 'name'}`,
    );
  }
}

/** Refuses what a launch with these members would be refused for; Auto Scaling asks so before it takes a template. */
export function checkLaunch(input: RunInstancesRequest, context: CallContext): void {
  checkedLaunch(input, context);
}

const runInstances: Operation<RunInstancesRequest, Reservation> = (input, context) => {
  const { account, region } = context;
  const { MinCount = 1, MaxCount = 1 } = input;
  if (MinCount < 1 || MaxCount < MinCount)
    throw invalidValue(`Invalid value '${MaxCount}' for maxCount. Must be greater than or equal to minCount.`);
  const { request, subnet, groups, type, profile } = checkedLaunch(input, context);
  const Tags = specifiedTags(context, 'instances', request.TagSpecifications, [
    'volume',
    'network-interface',
    'spot-instances-request',
  ]);
  const reservationId = account.resourceId('r');
  const made: InstanceRow[] = [];
  // As many as there are addresses for, from the least that was asked for.
  for (let index = 0; index < MaxCount; index++) {
    try {
      made.push(makeInstance(context, { request, subnet, groups, type, profile }, reservationId, index, Tags));
    } catch (error) {
      if (made.length >= MinCount) break;
      for (const { InstanceId, interfaceId } of made) {
        rows(context, 'instances').delete(InstanceId);
        rows(context, 'interfaces').delete(interfaceId);
      }
      throw error;
    }
  }
  for (const { InstanceId } of made) account.schedule(startSeconds, 'ec2.instanceRunning', { region, id: InstanceId });
  return reservation(context, made);
};

function makeInstance(
  context: CallContext,
  launch: Launch,
  reservationId: string,
  index: number,
  tags: InstanceRow['Tags'],
): InstanceRow {
  const { account, region } = context;
  const { request, subnet, groups, type, profile } = launch;
  const wish = {
    Groups: groups ? [...groups] : undefined,
    PrivateIpAddress: request.NetworkInterfaces?.[0]?.PrivateIpAddress ?? request.PrivateIpAddress,
    Description: request.NetworkInterfaces?.[0]?.Description ?? '',
  };
  const eni = makeInterface({ ...context, principal: { ...context.principal, arn: '' } }, subnet, wish);
  const InstanceId = account.resourceId('i');
  const now = new Date(account.now());
  const byName = subnet.PrivateDnsNameOptionsOnLaunch?.HostnameType === 'resource-name';
  const metadata = request.MetadataOptions ?? {};
  eni.Status = 'in-use';
  eni.Attachment = {
    AttachmentId: account.resourceId('eni-attach'),
    InstanceId,
    InstanceOwnerId: account.accountId,
    DeviceIndex: 0,
    Status: 'attached',
    AttachTime: now,
    DeleteOnTermination: true,
  };
  return rows(context, 'instances').set(InstanceId, {
    InstanceId,
    ImageId: request.ImageId,
    InstanceType: type as NonNullable<Instance['InstanceType']>,
    State: { Name: 'pending', Code: states.pending },
    LaunchTime: now,
    AmiLaunchIndex: index,
    Architecture: architectureOf(type),
    Hypervisor: 'xen',
    VirtualizationType: 'hvm',
    EbsOptimized: request.EbsOptimized ?? false,
    EnaSupport: true,
    RootDeviceName: '/dev/xvda',
    RootDeviceType: 'ebs',
    BlockDeviceMappings: [],
    SubnetId: subnet.SubnetId,
    VpcId: subnet.VpcId,
    Placement: { AvailabilityZone: subnet.AvailabilityZone, GroupName: '', Tenancy: 'default' },
    PrivateIpAddress: eni.PrivateIpAddress,
    PrivateDnsName: byName ? `${InstanceId}.${internalDomain(region)}` : (eni.PrivateDnsName ?? ''),
    PublicDnsName: '',
    SecurityGroups: eni.Groups,
    SourceDestCheck: true,
    Monitoring: { State: request.Monitoring?.Enabled ? 'enabled' : 'disabled' },
    MetadataOptions: {
      State: 'applied',
      HttpTokens: metadata.HttpTokens ?? 'optional',
      HttpPutResponseHopLimit: Number(metadata.HttpPutResponseHopLimit ?? 1),
      HttpEndpoint: metadata.HttpEndpoint ?? 'enabled',
      HttpProtocolIpv6: 'disabled',
      InstanceMetadataTags: metadata.InstanceMetadataTags ?? 'disabled',
    },
    ...(profile && { IamInstanceProfile: profile }),
    ...(request.KeyName !== undefined && { KeyName: request.KeyName }),
    ...(request.ClientToken !== undefined && { ClientToken: request.ClientToken }),
    ...(request.UserData !== undefined && { userData: request.UserData }),
    Tags: structuredClone(tags),
    reservationId,
    interfaceId: eni.NetworkInterfaceId,
  });
}

/** With its interface as it is now, for as long as there is one. */
function viewed(place: Place, instance: InstanceRow): InstanceRow {
  const eni = rows(place, 'interfaces').get(instance.interfaceId);
  if (!eni) return { ...instance, NetworkInterfaces: [], SecurityGroups: [], PrivateDnsName: '' };
  const {
    NetworkInterfaceId,
    SubnetId,
    VpcId,
    Description,
    Groups,
    MacAddress,
    OwnerId,
    PrivateIpAddress,
    PrivateIpAddresses,
    Status,
  } = eni;
  const { AttachmentId, DeviceIndex } = eni.Attachment ?? {};
  const Attachment = { AttachmentId, DeviceIndex, Status: 'attached' as const, DeleteOnTermination: true };
  const shown = {
    NetworkInterfaceId,
    SubnetId,
    VpcId,
    Description,
    Groups,
    MacAddress,
    OwnerId,
    PrivateIpAddress,
    PrivateIpAddresses,
    Status,
    Attachment,
  };
  return { ...instance, NetworkInterfaces: [shown], SecurityGroups: Groups };
}

function reservation(context: CallContext, instances: readonly InstanceRow[]): Reservation {
  return {
    ReservationId: instances[0]?.reservationId,
    OwnerId: context.account.accountId,
    Groups: [],
    Instances: instances.map(row => structuredClone(viewed(context, row)) as Instance),
  };
}

const describeInstances: Operation<DescribeInstancesRequest, DescribeInstancesResult> = (input, context) => {
  if (input.InstanceIds?.length && input.MaxResults !== undefined)
    throw new AwsError(
      'InvalidParameterCombination',
      'The parameter instancesSet cannot be used with the parameter maxResults',
    );
  const view = (row: InstanceRow) => viewed(context, row);
  const { found, ...next } = describe(context, 'instances', instanceFilters, input, input.InstanceIds, view);
  const ids = [...new Set(found.map(row => row.reservationId))];
  return {
    Reservations: ids.map(id =>
      reservation(
        context,
        found.filter(row => row.reservationId === id),
      ),
    ),
    ...next,
  };
};
const instanceFilters = {
  'instance-id': 'InstanceId',
  'instance-state-name': 'State.Name',
  'instance-state-code': 'State.Code',
  'instance-type': 'InstanceType',
  'image-id': 'ImageId',
  'availability-zone': 'Placement.AvailabilityZone',
  'vpc-id': 'VpcId',
  'subnet-id': 'SubnetId',
  'private-ip-address': 'PrivateIpAddress',
  'private-dns-name': 'PrivateDnsName',
  'iam-instance-profile.arn': 'IamInstanceProfile.Arn',
  'instance.group-id': 'SecurityGroups.GroupId',
  'network-interface.network-interface-id': 'NetworkInterfaces.NetworkInterfaceId',
  'reservation-id': 'reservationId',
  architecture: 'Architecture',
};

const terminateInstances: Operation<TerminateInstancesRequest, TerminateInstancesResult> = (
  { InstanceIds = [] },
  context,
) => {
  const { account, region } = context;
  const instances = InstanceIds.map(id => find(context, 'instances', id));
  const TerminatingInstances = instances.map(instance => {
    const { InstanceId, State: PreviousState } = instance;
    if (PreviousState.Name !== 'shutting-down' && PreviousState.Name !== 'terminated') {
      setState(instance, 'shutting-down');
      account.schedule(stopSeconds, 'ec2.instanceTerminated', { region, id: InstanceId });
    }
    return { InstanceId, PreviousState, CurrentState: instance.State };
  });
  return { TerminatingInstances };
};

type InstanceJob = { readonly region: string; readonly id: string };

const instanceRunning: JobHandler<InstanceJob> = ({ region, id }, account) => {
  const instance = rows({ account, region }, 'instances').get(id);
  if (instance?.State.Name === 'pending') setState(instance, 'running');
};

const instanceTerminated: JobHandler<InstanceJob> = ({ region, id }, account) => {
  const instance = rows({ account, region }, 'instances').get(id);
  if (!instance) return;
  setState(instance, 'terminated');
  rows({ account, region }, 'interfaces').delete(instance.interfaceId);
  account.schedule(forgetSeconds, 'ec2.instanceForgotten', { region, id });
  // Auto Scaling sees it at its next look.
  const group = tagsOf(instance).find(tag => tag.Key === 'aws:autoscaling:groupName')?.Value;
  if (group !== undefined && account.hasOperation('autoscaling', 'DescribeAutoScalingGroups'))
    account.schedule(5, 'autoscaling.look', { region, group });
};

const instanceForgotten: JobHandler<InstanceJob> = ({ region, id }, account) => {
  rows({ account, region }, 'instances').delete(id);
};

export const instanceJobs = {
  'ec2.instanceRunning': instanceRunning,
  'ec2.instanceTerminated': instanceTerminated,
  'ec2.instanceForgotten': instanceForgotten,
};

const runMembers =
  'MaxCount MinCount ImageId InstanceType SubnetId SecurityGroupIds IamInstanceProfile UserData LaunchTemplate TagSpecifications MetadataOptions NetworkInterfaces BlockDeviceMappings ClientToken PrivateIpAddress KeyName Monitoring EbsOptimized';

export const instanceOperations = {
  RunInstances: withMembers('ec2:RunInstances', runMembers, idempotent('RunInstances', runInstances)),
  DescribeInstances: describeInstances,
  TerminateInstances: terminateInstances,
};
