import type * as Sdk from '@aws-sdk/client-auto-scaling';
import type { Account, CallContext, SandboxResource, Service } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import { findGroup, groups, validationError, type GroupRow } from './autoscaling/group.ts';
import { candidates, lookSoon, scalingJobs } from './autoscaling/scaling.ts';
import { checkedLaunch } from './ec2/instance.ts';
import { ensureLinkedRole } from './iam/serviceLinkedRole.ts';
import { simulatedOperations } from './simulatedOperations.ts';

function checkedTags(tags: Sdk.Tag[] | undefined, { principal }: CallContext): GroupRow['tags'] {
  if (!principal.arn.endsWith('.amazonaws.com') && tags?.some(tag => /^aws:/i.test(tag.Key ?? '')))
    throw validationError("Invalid tag key: 'aws:' prefixed tag key names are not allowed for external use.");
  return (tags ?? []).map(({ Key = '', Value = '', PropagateAtLaunch = false }) => ({ Key, Value, PropagateAtLaunch }));
}

function checkSizes({ MinSize = 0, MaxSize = 0 }: Sdk.CreateAutoScalingGroupType, desired: number): void {
  if (MinSize > MaxSize) throw validationError('Max bound, must be greater than or equal to min bound');
  if (desired < MinSize || desired > MaxSize)
    throw validationError(
      `Desired capacity:${desired} must be between the specified min size:${MinSize} and max size:${MaxSize}`,
    );
}

/** The launch is tried on paper, as Auto Scaling does by a dry run: in one of the subnets it must be possible. */
function checkLaunch(context: CallContext, mixed: Sdk.MixedInstancesPolicy, subnets: readonly string[]): void {
  let refusal: unknown;
  for (const SubnetId of subnets)
    for (const choice of candidates({ mixed }))
      try {
        checkedLaunch({ ...choice, SubnetId, MinCount: 1, MaxCount: 1 }, context);
        return;
      } catch (error) {
        refusal ??= error;
      }
  if (!(refusal instanceof AwsError) || refusal.code === 'SandboxNotImplemented') throw refusal;
  const aboutSubnet = refusal.code === 'InvalidSubnetID.NotFound';
  throw validationError(
    `${aboutSubnet ? '' : 'You must use a valid fully-formed launch template. '}${refusal.message}`,
  );
}

const mixedOf = ({
  MixedInstancesPolicy: mixed,
  LaunchTemplate,
}: Pick<Sdk.CreateAutoScalingGroupType, 'MixedInstancesPolicy' | 'LaunchTemplate'>) =>
  mixed ?? (LaunchTemplate && { LaunchTemplate: { LaunchTemplateSpecification: LaunchTemplate, Overrides: [] } });

function zonesOfSubnets(context: CallContext, subnets: readonly string[]): string[] {
  type Answer = { Subnets: { AvailabilityZone: string }[] };
  const Filters = [{ Name: 'subnet-id', Values: subnets }];
  const { Subnets } = context.account.call<Answer>(context, 'ec2', 'DescribeSubnets', { Filters });
  return [...new Set(Subnets.map(subnet => subnet.AvailabilityZone))].sort();
}

const shown = (group: GroupRow): Sdk.AutoScalingGroup =>
  structuredClone({
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    ...(group.plain
      ? { LaunchTemplate: group.mixed.LaunchTemplate?.LaunchTemplateSpecification }
      : { MixedInstancesPolicy: group.mixed }),
    MinSize: group.minSize,
    MaxSize: group.maxSize,
    DesiredCapacity: group.desired,
    DefaultCooldown: 300,
    AvailabilityZones: [...group.zones],
    LoadBalancerNames: [],
    TargetGroupARNs: [],
    HealthCheckType: 'EC2',
    HealthCheckGracePeriod: 0,
    Instances: group.members.map(member => ({
      InstanceId: member.instanceId,
      InstanceType: member.instanceType,
      AvailabilityZone: member.zone,
      LifecycleState: member.state,
      HealthStatus: 'Healthy',
      LaunchTemplate: group.mixed.LaunchTemplate?.LaunchTemplateSpecification,
      ProtectedFromScaleIn: false,
    })),
    CreatedTime: group.created,
    SuspendedProcesses: [],
    VPCZoneIdentifier: group.subnets.join(','),
    EnabledMetrics: [],
    ...(group.deleting && { Status: 'Delete in progress' }),
    Tags: group.tags.map(tag => ({ ResourceId: group.name, ResourceType: 'auto-scaling-group', ...tag })),
    TerminationPolicies: ['Default'],
    NewInstancesProtectedFromScaleIn: false,
    ServiceLinkedRoleARN: group.serviceLinkedRole,
    TrafficSources: [],
  });

/** As far as node groups need it. */
const operations = {
  CreateAutoScalingGroup(input: Sdk.CreateAutoScalingGroupType, context: CallContext): object {
    const { account, region } = context;
    const { AutoScalingGroupName: name = '', MinSize = 0, MaxSize = 0, LaunchTemplate } = input;
    const mixed = mixedOf(input);
    if (!/^[^:\p{Cc}]{1,255}$/u.test(name))
      throw validationError('Group name must be 1 to 255 characters and may not contain a colon');
    const twice = `AutoScalingGroup by this name already exists - A group with the name ${name} already exists`;
    if (groups(context).get(name)) throw new AwsError('AlreadyExists', twice);
    const desired = input.DesiredCapacity ?? MinSize;
    checkSizes(input, desired);
    const subnets = (input.VPCZoneIdentifier ?? '').split(',').filter(Boolean);
    if (subnets.length === 0) throw validationError('At least one Availability Zone or VPC Subnet is required.');
    if (!mixed)
      throw validationError(
        'Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.',
      );
    checkLaunch(context, mixed, subnets);
    groups(context).set(name, {
      name,
      arn: account.arn('autoscaling', region, `autoScalingGroup:${account.uuid()}:autoScalingGroupName/${name}`),
      created: new Date(account.now()),
      serviceLinkedRole: ensureLinkedRole(context, 'autoscaling.amazonaws.com'),
      minSize: MinSize,
      maxSize: MaxSize,
      desired,
      subnets,
      zones: zonesOfSubnets(context, subnets),
      mixed,
      plain: LaunchTemplate !== undefined,
      tags: checkedTags(input.Tags, context),
      members: [],
      deleting: false,
      failures: 0,
    });
    lookSoon(context, name);
    return {};
  },

  UpdateAutoScalingGroup(input: Sdk.UpdateAutoScalingGroupType, context: CallContext): object {
    const group = findGroup(context, input.AutoScalingGroupName);
    const { MinSize = group.minSize, MaxSize = group.maxSize } = input;
    // Sizes that are not asked for follow the bounds.
    const usual = Math.min(Math.max(group.desired, MinSize), MaxSize);
    const desired = input.DesiredCapacity ?? usual;
    checkSizes({ MinSize, MaxSize } as Sdk.CreateAutoScalingGroupType, desired);
    const subnets = input.VPCZoneIdentifier?.split(',').filter(Boolean) ?? group.subnets;
    const given = mixedOf(input);
    const mixed = given
      ? { ...group.mixed, LaunchTemplate: { ...group.mixed.LaunchTemplate, ...given.LaunchTemplate } }
      : group.mixed;
    checkLaunch(context, mixed, subnets);
    const zones = zonesOfSubnets(context, subnets);
    Object.assign(group, { minSize: MinSize, maxSize: MaxSize, desired, subnets, zones, mixed, failures: 0 });
    lookSoon(context, group.name);
    return {};
  },

  /** Every tag names its group. */
  CreateOrUpdateTags({ Tags = [] }: Sdk.CreateOrUpdateTagsType, context: CallContext): object {
    for (const tag of Tags) {
      const group = findGroup(context, tag.ResourceId);
      group.tags = [...group.tags.filter(({ Key }) => Key !== tag.Key), ...checkedTags([tag], context)];
    }
    return {};
  },

  DeleteTags({ Tags = [] }: Sdk.DeleteTagsType, context: CallContext): object {
    for (const tag of Tags) {
      const group = findGroup(context, tag.ResourceId);
      group.tags = group.tags.filter(({ Key }) => Key !== tag.Key);
    }
    return {};
  },

  DeleteAutoScalingGroup(
    { AutoScalingGroupName, ForceDelete }: Sdk.DeleteAutoScalingGroupType,
    context: CallContext,
  ): object {
    const group = findGroup(context, AutoScalingGroupName);
    if (!ForceDelete && group.members.length > 0)
      throw new AwsError(
        'ResourceInUse',
        'You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.',
      );
    group.deleting = true;
    lookSoon(context, group.name, 1);
    return {};
  },

  DescribeScalingActivities({ AutoScalingGroupName }: Sdk.DescribeScalingActivitiesType, context: CallContext): object {
    const { name, activities = [] } = findGroup(context, AutoScalingGroupName);
    const Activities = activities.map(({ id, at, status, text }) => ({
      ActivityId: id,
      AutoScalingGroupName: name,
      Description: 'Launching a new EC2 instance',
      Cause: 'An instance was started in response to a difference between desired and actual capacity.',
      StartTime: new Date(at),
      EndTime: new Date(at),
      StatusCode: status,
      StatusMessage: text,
      Progress: 100,
    }));
    return { Activities };
  },

  DescribeAutoScalingGroups(input: Sdk.AutoScalingGroupNamesType, context: CallContext): Sdk.AutoScalingGroupsType {
    const { AutoScalingGroupNames: names = [], NextToken: token, MaxRecords: size = 50 } = input;
    const all = groups(context).filter(({ name }) => names.length === 0 || names.includes(name));
    if (size > 100)
      throw validationError(
        `1 validation error detected: Value '${size}' at 'maxRecords' failed to satisfy constraint: Member must have value less than or equal to 100`,
      );
    const start = token === undefined ? 0 : Number(/^page:(\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1]);
    if (Number.isNaN(start)) throw new AwsError('InvalidNextToken', `The token '${token}' is invalid.`);
    const end = start + size;
    const next = end < all.length ? { NextToken: Buffer.from(`page:${end}`).toString('base64') } : {};
    return { AutoScalingGroups: all.slice(start, end).map(shown), ...next };
  },
};

const members = {
  CreateAutoScalingGroup:
    'AutoScalingGroupName CapacityRebalance MinSize MaxSize DesiredCapacity LaunchTemplate MixedInstancesPolicy VPCZoneIdentifier Tags',
  UpdateAutoScalingGroup:
    'AutoScalingGroupName MinSize MaxSize DesiredCapacity LaunchTemplate MixedInstancesPolicy VPCZoneIdentifier',
  DescribeScalingActivities: 'AutoScalingGroupName MaxRecords',
  DescribeAutoScalingGroups: 'AutoScalingGroupNames NextToken MaxRecords',
};

const resources = (account: Account): SandboxResource[] =>
  account.regionsOf('autoscaling.groups').flatMap(region => {
    const all = groups({ account, region }).values();
    return all.map(({ name }) => ({ type: 'AWS::AutoScaling::AutoScalingGroup', id: name, region }));
  });

export const autoScaling: Service = {
  name: 'autoscaling',
  operations: simulatedOperations('autoscaling', operations, members),
  jobs: scalingJobs,
  resources,
};
