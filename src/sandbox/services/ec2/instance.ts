import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext, JobHandler } from '../../kernel/account.ts';
import { AwsError, notImplemented } from '../../kernel/awsError.ts';
import { copyOf } from '../../kernel/copyOf.ts';
import { describer, find } from './describe.ts';
import { invalidValue, missingParameter } from './ec2Error.ts';
import { architectureOf, isInstanceType, offeringZones } from './instanceType.ts';
import { findTemplate, versionData, versionNumber } from './launchTemplate.ts';
import { makeInterface } from './networkInterface.ts';
import { rows, type InstanceRow, type Place, type SubnetRow } from './rows.ts';
import { specifiedTags, tagsOf } from './tags.ts';

/** Account seconds: until running, until terminated, and until a terminated instance is forgotten. */
const startSeconds = 20;
const stopSeconds = 40;
const forgetSeconds = 3600;
const states = { pending: 0, running: 16, 'shutting-down': 32, terminated: 48 } as const;
const stateOf = (Name: keyof typeof states) => ({ Name, Code: states[Name] });

/** Members of a template's data that are simulated; volumes are taken and not made. */
const simulatedData =
  'BlockDeviceMappings IamInstanceProfile ImageId InstanceMarketOptions InstanceType MetadataOptions Monitoring SecurityGroupIds TagSpecifications UserData';

/** What is to be launched: the request's members over those of its launch template, as EC2 puts them together. */
function merged(input: Sdk.RunInstancesRequest, context: CallContext): Sdk.RunInstancesRequest {
  // AWS's own services launch what they know without one.
  if (!input.LaunchTemplate && context.principal.arn.endsWith('.amazonaws.com')) return input;
  if (!input.LaunchTemplate) throw notImplemented('ec2:RunInstances without LaunchTemplate');
  const template = findTemplate(context, input.LaunchTemplate);
  const wanted = input.LaunchTemplate.Version ?? '$Default';
  const data = versionData(template, wanted) as Partial<Sdk.RunInstancesRequest>;
  const other = Object.keys(data).find(member => !simulatedData.split(' ').includes(member));
  if (other !== undefined) throw notImplemented(`ec2:RunInstances ${other} of a launch template`);
  const source = { id: template.LaunchTemplateId, version: String(versionNumber(template, wanted)) };
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
  return { ...data, ...input, InstanceType: input.InstanceType ?? data.InstanceType, TagSpecifications };
}

interface Launch {
  readonly request: Sdk.RunInstancesRequest;
  readonly subnet: SubnetRow;
  readonly type: Sdk._InstanceType;
  readonly profile: Sdk.IamInstanceProfile | undefined;
}

/** Everything EC2 refuses before it makes anything. Auto Scaling asks so before it takes a template. */
export function checkedLaunch(input: Sdk.RunInstancesRequest, context: CallContext): Launch {
  const request = merged(input, context);
  const { ImageId, InstanceType: type = 'm1.small', SubnetId } = request;
  if (ImageId === undefined) throw missingParameter('ImageId');
  if (!/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(ImageId))
    throw new AwsError('InvalidAMIID.Malformed', `Invalid id: "${ImageId}"`);
  if (!isInstanceType(type)) throw invalidValue(`Invalid value '${type}' for InstanceType.`);
  if (SubnetId === undefined)
    throw new AwsError('MissingInput', 'No subnets found for the default VPC. Please specify a subnet.');
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

function makeInstance(context: CallContext, launch: Launch, Tags: Sdk.Tag[]): InstanceRow {
  const { account } = context;
  const { request, subnet, type, profile } = launch;
  const { MetadataOptions: metadata = {} } = request;
  const eni = makeInterface(context, subnet, { Groups: request.SecurityGroupIds });
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
  return rows(context, 'instances').set(InstanceId, {
    InstanceId,
    ImageId: request.ImageId,
    InstanceType: type,
    State: stateOf('pending'),
    LaunchTime: new Date(account.now()),
    AmiLaunchIndex: 0,
    Architecture: architectureOf(type),
    Hypervisor: 'xen',
    VirtualizationType: 'hvm',
    EbsOptimized: false,
    EnaSupport: true,
    RootDeviceName: '/dev/xvda',
    RootDeviceType: 'ebs',
    BlockDeviceMappings: [],
    SubnetId: subnet.SubnetId,
    VpcId: subnet.VpcId,
    Placement: { AvailabilityZone: subnet.AvailabilityZone, GroupName: '', Tenancy: 'default' },
    PrivateIpAddress: eni.PrivateIpAddress,
    PrivateDnsName: eni.PrivateDnsName,
    PublicDnsName: '',
    SecurityGroups: eni.Groups,
    SourceDestCheck: true,
    Monitoring: { State: 'disabled' },
    MetadataOptions: {
      State: 'applied',
      HttpTokens: metadata.HttpTokens ?? 'optional',
      HttpPutResponseHopLimit: Number(metadata.HttpPutResponseHopLimit ?? 1),
      HttpEndpoint: metadata.HttpEndpoint ?? 'enabled',
      HttpProtocolIpv6: 'disabled',
      InstanceMetadataTags: metadata.InstanceMetadataTags ?? 'disabled',
    },
    ...(profile && { IamInstanceProfile: profile }),
    Tags: copyOf(Tags),
    reservationId: account.resourceId('r'),
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
  Instances: copyOf(instances),
});

const describeRows = describer(
  'instances',
  'Instances',
  'InstanceIds',
  'instance-id instance-state-name=State.Name instance-type vpc-id subnet-id private-dns-name',
  viewed,
);

export const instanceOperations = {
  /** One instance at a time, by a launch template, as Auto Scaling asks. */
  RunInstances(input: Sdk.RunInstancesRequest, context: CallContext): object {
    const { account, region } = context;
    if (input.MinCount !== 1 || input.MaxCount !== 1) throw notImplemented('ec2:RunInstances of other than 1');
    const launch = checkedLaunch(input, context);
    // EC2 itself adds tags that no caller may.
    const asEc2 = { ...context, principal: { ...context.principal, arn: 'ec2.amazonaws.com' } };
    specifiedTags(context, 'instances', input);
    const tags = specifiedTags(asEc2, 'instances', launch.request, ['volume', 'network-interface']);
    const instance = makeInstance(context, launch, tags);
    account.schedule(startSeconds, 'ec2.instanceRunning', { region, id: instance.InstanceId });
    return reservation(context, [viewed(instance, context)]);
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
