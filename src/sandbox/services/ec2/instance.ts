import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext, JobHandler } from '../../kernel/account.ts';
import { AwsError, notImplemented } from '../../kernel/awsError.ts';
import { describer, find } from './describe.ts';
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
const stateOf = (Name: keyof typeof states) => ({ Name, Code: states[Name] });

/** What is to be launched: the request's members over those of its launch template, as EC2 puts them together. */
function merged(input: Sdk.RunInstancesRequest, context: CallContext): Sdk.RunInstancesRequest {
  if (!input.LaunchTemplate) return input;
  const template = findTemplate(context, input.LaunchTemplate);
  const { VersionNumber, LaunchTemplateData } = findVersion(template, input.LaunchTemplate.Version ?? '$Default');
  const data = LaunchTemplateData as Partial<Sdk.RunInstancesRequest>;
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const { LaunchTemplateId: id } = template;
  const source = { id, version: String(VersionNumber) };
  const own = Object.entries(source).map(([key, Value]) => ({ Key: `aws:ec2launchtemplate:${key}`, Value }));
  const all = [
    ...(data.TagSpecifications ?? []),
    ...(input.TagSpecifications ?? []),
    { ResourceType: 'instance' as const, Tags: own },
  ];
  // A tag of the request wins over one of the template.
  const TagSpecifications = [...new Set(all.map(item => item.ResourceType))].map(ResourceType => {
    const tags = all.filter(item => item.ResourceType === ResourceType).flatMap(item => item.Tags ?? []);
    return { ResourceType, Tags: [...new Map(tags.map(tag => [tag.Key, tag])).values()] };
  });
  const MetadataOptions = { ...data.MetadataOptions, ...input.MetadataOptions };
  return { ...data, ...given, MetadataOptions, TagSpecifications } as Sdk.RunInstancesRequest;
}

interface Launch {
  readonly request: Sdk.RunInstancesRequest;
  readonly subnet: SubnetRow;
  readonly type: Sdk._InstanceType;
  readonly profile: Sdk.IamInstanceProfile | undefined;
}

const unsupported = [
  'CapacityReservationSpecification',
  'HibernationOptions',
  'InstanceMarketOptions',
  'LicenseSpecifications',
  'SecurityGroups',
] as const;

/** Everything EC2 refuses before it makes anything. Auto Scaling asks so before it takes a template. */
export function checkedLaunch(input: Sdk.RunInstancesRequest, context: CallContext): Launch {
  const request = merged(input, context);
  const { ImageId, InstanceType: type = 'm1.small', NetworkInterfaces: [device, ...more] = [] } = request;
  for (const name of unsupported) if (request[name] !== undefined) throw notImplemented(`ec2:RunInstances ${name}`);
  if (more.length > 0) throw notImplemented('ec2:RunInstances with several NetworkInterfaces');
  if (ImageId === undefined) throw missingParameter('ImageId');
  if (ImageId.startsWith('resolve:')) throw notImplemented(`ec2:RunInstances ImageId ${ImageId}`);
  if (!/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(ImageId))
    throw new AwsError('InvalidAMIID.Malformed', `Invalid id: "${ImageId}"`);
  if (!isInstanceType(type)) throw invalidValue(`Invalid value '${type}' for InstanceType.`);
  const SubnetId = device?.SubnetId ?? request.SubnetId;
  if (SubnetId === undefined)
    throw new AwsError('MissingInput', 'No subnets found for the default VPC. Please specify a subnet.');
  const both = 'Network interfaces and an instance-level security groups may not be specified on the same request';
  if (device && request.SecurityGroupIds?.length) throw new AwsError('InvalidParameterCombination', both);
  const subnet = find(context, 'subnets', SubnetId);
  const zones = offeringZones(context, type).map(zone => zone.name);
  if (!zones.includes(subnet.AvailabilityZone))
    throw new AwsError(
      'Unsupported',
      `Your requested instance type (${type}) is not supported in your requested Availability Zone (${subnet.AvailabilityZone}). Please retry your request by not specifying an Availability Zone or choosing ${zones.join(', ')}.`,
    );
  return { request, subnet, type, profile: profileOf(context, request.IamInstanceProfile) };
}

function profileOf(
  context: CallContext,
  given: Sdk.IamInstanceProfileSpecification | undefined,
): Sdk.IamInstanceProfile | undefined {
  if (!given) return undefined;
  const [member, what, value = ''] =
    given.Name === undefined ? ['arn', 'ARN', given.Arn] : ['name', 'name', given.Name];
  try {
    const input = { InstanceProfileName: value.slice(value.lastIndexOf('/') + 1) };
    type Answer = { InstanceProfile: { Arn: string; InstanceProfileId: string } };
    const { InstanceProfile } = context.account.call<Answer>(context, 'iam', 'GetInstanceProfile', input);
    return { Arn: InstanceProfile.Arn, Id: InstanceProfile.InstanceProfileId };
  } catch (error) {
    if (!(error instanceof AwsError && error.code === 'NoSuchEntity')) throw error;
    throw invalidValue(
      `Value (${value}) for parameter iamInstanceProfile.${member} is invalid. Invalid IAM Instance Profile ${what}`,
    );
  }
}

function makeInstance(
  context: CallContext,
  launch: Launch,
  reservationId: string,
  index: number,
  Tags: Sdk.Tag[],
): InstanceRow {
  const { account, region } = context;
  const { request, subnet, type, profile } = launch;
  const { MetadataOptions: metadata = {}, NetworkInterfaces: [device] = [] } = request;
  const eni = makeInterface(context, subnet, {
    Groups: device ? device.Groups : request.SecurityGroupIds,
    PrivateIpAddress: device?.PrivateIpAddress ?? request.PrivateIpAddress,
    Description: device?.Description,
  });
  const InstanceId = account.resourceId('i');
  eni.Status = 'in-use';
  eni.Attachment = {
    AttachmentId: account.resourceId('eni-attach'),
    InstanceId,
    InstanceOwnerId: account.accountId,
    DeviceIndex: 0,
    Status: 'attached',
    DeleteOnTermination: true,
  };
  const byName = subnet.PrivateDnsNameOptionsOnLaunch?.HostnameType === 'resource-name';
  return rows(context, 'instances').set(InstanceId, {
    InstanceId,
    ImageId: request.ImageId,
    InstanceType: type,
    State: stateOf('pending'),
    LaunchTime: new Date(account.now()),
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
    Tags: structuredClone(Tags),
    reservationId,
    interfaceId: eni.NetworkInterfaceId,
  });
}

/** With its interface as it is now, for as long as there is one. */
function viewed(instance: InstanceRow, place: Place): InstanceRow {
  const eni = rows(place, 'interfaces').get(instance.interfaceId);
  const { RequesterId: _id, RequesterManaged: _managed, TagSet: _tags, ...shown } = eni ?? {};
  return {
    ...instance,
    NetworkInterfaces: eni ? [shown] : [],
    SecurityGroups: eni?.Groups ?? [],
    PrivateDnsName: eni ? instance.PrivateDnsName : '',
  };
}

const reservation = (context: CallContext, instances: readonly InstanceRow[]) => ({
  ReservationId: instances[0]?.reservationId,
  OwnerId: context.account.accountId,
  Groups: [],
  Instances: structuredClone(instances),
});

const describeRows = describer(
  'instances',
  'Instances',
  'InstanceIds',
  'instance-id instance-state-name=State.Name instance-state-code=State.Code instance-type image-id availability-zone=Placement.AvailabilityZone vpc-id subnet-id private-ip-address private-dns-name iam-instance-profile.arn instance.group-id=SecurityGroups.GroupId network-interface.network-interface-id=NetworkInterfaces.NetworkInterfaceId reservation-id=reservationId architecture',
  viewed,
);

export const instanceOperations = {
  RunInstances(input: Sdk.RunInstancesRequest, context: CallContext): object {
    const { account, region } = context;
    const { MinCount = 1, MaxCount = 1 } = input;
    if (MinCount < 1 || MaxCount < MinCount)
      throw invalidValue(`Invalid value '${MaxCount}' for maxCount. Must be greater than or equal to minCount.`);
    const launch = checkedLaunch(input, context);
    const others = ['volume', 'network-interface', 'spot-instances-request'];
    // EC2 itself adds tags that no caller may.
    const asEc2 = { ...context, principal: { ...context.principal, arn: 'ec2.amazonaws.com' } };
    specifiedTags(context, 'instances', input, others);
    const tags = specifiedTags(asEc2, 'instances', launch.request, others);
    const reservationId = account.resourceId('r');
    const made: InstanceRow[] = [];
    // As many as there are addresses for, from the least that was asked for.
    while (made.length < MaxCount) {
      try {
        made.push(makeInstance(context, launch, reservationId, made.length, tags));
      } catch (error) {
        if (made.length >= MinCount) break;
        for (const { InstanceId, interfaceId } of made) {
          rows(context, 'instances').delete(InstanceId);
          rows(context, 'interfaces').delete(interfaceId);
        }
        throw error;
      }
    }
    for (const { InstanceId } of made)
      account.schedule(startSeconds, 'ec2.instanceRunning', { region, id: InstanceId });
    return reservation(
      context,
      made.map(row => viewed(row, context)),
    );
  },

  DescribeInstances(input: Sdk.DescribeInstancesRequest, context: CallContext): object {
    const both = 'The parameter instancesSet cannot be used with the parameter maxResults';
    if (input.InstanceIds?.length && input.MaxResults !== undefined)
      throw new AwsError('InvalidParameterCombination', both);
    const { Instances, ...next } = describeRows(input, context) as { Instances: InstanceRow[] };
    const groups = Map.groupBy(Instances, row => row.reservationId);
    return { Reservations: [...groups.values()].map(group => reservation(context, group)), ...next };
  },

  TerminateInstances(
    { InstanceIds = [] }: Sdk.TerminateInstancesRequest,
    context: CallContext,
  ): Sdk.TerminateInstancesResult {
    const { account, region } = context;
    const instances = InstanceIds.map(id => find(context, 'instances', id));
    const TerminatingInstances = instances.map(instance => {
      const { InstanceId, State: PreviousState } = instance;
      if (PreviousState.Name === 'pending' || PreviousState.Name === 'running') {
        instance.State = stateOf('shutting-down');
        account.schedule(stopSeconds, 'ec2.instanceTerminated', { region, id: InstanceId });
      }
      return { InstanceId, PreviousState, CurrentState: instance.State };
    });
    return { TerminatingInstances };
  },
};

type InstanceJob = { readonly region: string; readonly id: string };

const instanceRunning: JobHandler<InstanceJob> = ({ region, id }, account) => {
  const instance = rows({ account, region }, 'instances').get(id);
  if (instance?.State.Name === 'pending') instance.State = stateOf('running');
};

const instanceTerminated: JobHandler<InstanceJob> = ({ region, id }, account) => {
  const instance = rows({ account, region }, 'instances').get(id);
  if (!instance) return;
  instance.State = stateOf('terminated');
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
