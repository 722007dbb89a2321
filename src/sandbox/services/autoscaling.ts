import type * as Sdk from '@aws-sdk/client-auto-scaling';
import type { Account, CallContext, Operation, SandboxResource, Service } from '../kernel/account.ts';
import { AwsError, notImplemented } from '../kernel/awsError.ts';
import { activities, findGroup, groups, told, validationError, type GroupRow } from './autoscaling/group.ts';
import { candidates, lookSoon, scalingJobs, terminate } from './autoscaling/scaling.ts';
import { checkLaunch } from './ec2/instance.ts';
import { findTemplate } from './ec2/launchTemplate.ts';
import { ensureServiceLinkedRole } from './iam/role.ts';
import { withMembers } from './simulatedMembers.ts';

type Wish = Omit<Sdk.CreateAutoScalingGroupType, 'AutoScalingGroupName' | 'MinSize' | 'MaxSize'> & {
  MinSize?: number | undefined;
  MaxSize?: number | undefined;
};
type Plan = Pick<GroupRow, 'launchTemplate' | 'mixed' | 'subnets' | 'minSize' | 'maxSize' | 'desired'>;

/** What a group is to be after a create or an update, checked as Auto Scaling checks it. */
function planned(context: CallContext, input: Wish, now: Plan | undefined): Plan {
  const minSize = input.MinSize ?? now?.minSize ?? 0;
  const maxSize = input.MaxSize ?? now?.maxSize ?? 0;
  if (minSize < 0 || maxSize < 0) throw validationError('Min and max bounds must be non-negative.');
  if (minSize > maxSize) throw validationError('Max bound, must be greater than or equal to min bound');
  const desired = input.DesiredCapacity ?? (now ? Math.min(Math.max(now.desired, minSize), maxSize) : minSize);
  if (desired < minSize || desired > maxSize)
    throw validationError(
      `Desired capacity:${desired} must be between the specified min size:${minSize} and max size:${maxSize}`,
    );
  const subnets =
    input.VPCZoneIdentifier === undefined
      ? (now?.subnets ?? [])
      : input.VPCZoneIdentifier.split(',')
          .map(id => id.trim())
          .filter(Boolean);
  if (subnets.length === 0) throw validationError('At least one Availability Zone or VPC Subnet is required.');
  checkSubnets(context, subnets);
  const launchTemplate = input.LaunchTemplate ?? (input.MixedInstancesPolicy ? undefined : now?.launchTemplate);
  const mixed = input.MixedInstancesPolicy ?? (input.LaunchTemplate ? undefined : now?.mixed);
  if ((launchTemplate === undefined) === (mixed === undefined))
    throw validationError(
      'Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.',
    );
  const plan = { launchTemplate, mixed, subnets, minSize, maxSize, desired };
  if (input.LaunchTemplate || input.MixedInstancesPolicy || input.VPCZoneIdentifier) checkTemplate(context, plan);
  return plan;
}

function checkSubnets(context: CallContext, SubnetIds: string[]): void {
  try {
    context.account.call(context, 'ec2', 'DescribeSubnets', { SubnetIds });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw validationError(`The subnet ID '${SubnetIds.join(', ')}' does not exist`);
  }
}

/** The launch is tried on paper, as Auto Scaling does by a dry run: in one of the subnets it must be possible. */
function checkTemplate(context: CallContext, plan: Plan): void {
  let refusal: unknown;
  for (const SubnetId of plan.subnets)
    for (const choice of candidates(plan))
      try {
        return checkLaunch({ ...choice, SubnetId, MinCount: 1, MaxCount: 1 }, context);
      } catch (error) {
        refusal ??= error;
      }
  if (!(refusal instanceof AwsError) || refusal.code === 'SandboxNotImplemented') throw refusal;
  throw validationError(`You must use a valid fully-formed launch template. ${refusal.message}`);
}

const namePattern = /^[^:\p{Cc}]{1,255}$/u;

const createAutoScalingGroup: Operation<Sdk.CreateAutoScalingGroupType> = (input, context) => {
  const { account, region } = context;
  const name = input.AutoScalingGroupName ?? '';
  if (!namePattern.test(name))
    throw validationError('Group name must be 1 to 255 characters and may not contain a colon');
  if (groups(context).get(name))
    throw new AwsError(
      'AlreadyExists',
      `AutoScalingGroup by this name already exists - A group with the name ${name} already exists`,
    );
  const plan = planned(context, input, undefined);
  const tags = checkedTags(input.Tags, context);
  groups(context).set(name, {
    ...plan,
    name,
    arn: account.arn('autoscaling', region, `autoScalingGroup:${account.uuid()}:autoScalingGroupName/${name}`),
    created: new Date(account.now()),
    serviceLinkedRole: input.ServiceLinkedRoleARN ?? ensureServiceLinkedRole(context, 'autoscaling.amazonaws.com'),
    cooldown: input.DefaultCooldown ?? 300,
    gracePeriod: input.HealthCheckGracePeriod ?? 0,
    healthCheckType: input.HealthCheckType ?? 'EC2',
    terminationPolicies: input.TerminationPolicies ?? ['Default'],
    protectNew: input.NewInstancesProtectedFromScaleIn ?? false,
    capacityRebalance: input.CapacityRebalance,
    tags,
    members: [],
    deleting: false,
    failures: 0,
    cause: `At ${told(account)} a user request created an AutoScalingGroup changing the desired capacity from 0 to ${plan.desired}.  `,
  });
  lookSoon(context, name);
  return {};
};

const updateAutoScalingGroup: Operation<Sdk.UpdateAutoScalingGroupType> = (input, context) => {
  const group = findGroup(context, input.AutoScalingGroupName);
  if (group.deleting) throw pendingDelete(group);
  const { desired: before } = group;
  Object.assign(group, planned(context, input, group));
  group.cooldown = input.DefaultCooldown ?? group.cooldown;
  group.gracePeriod = input.HealthCheckGracePeriod ?? group.gracePeriod;
  group.healthCheckType = input.HealthCheckType ?? group.healthCheckType;
  group.terminationPolicies = input.TerminationPolicies ?? group.terminationPolicies;
  group.protectNew = input.NewInstancesProtectedFromScaleIn ?? group.protectNew;
  group.capacityRebalance = input.CapacityRebalance ?? group.capacityRebalance;
  group.cause = `At ${told(context.account)} a user request update of AutoScalingGroup constraints to min: ${group.minSize}, max: ${group.maxSize}, desired: ${group.desired} changing the desired capacity from ${before} to ${group.desired}.  `;
  lookSoon(context, group.name);
  return {};
};

const pendingDelete = ({ name }: GroupRow) => validationError(`AutoScalingGroup '${name}' is pending delete`);

const setDesiredCapacity: Operation<Sdk.SetDesiredCapacityType> = (
  { AutoScalingGroupName, DesiredCapacity = 0 },
  context,
) => {
  const group = findGroup(context, AutoScalingGroupName);
  if (group.deleting) throw pendingDelete(group);
  if (DesiredCapacity > group.maxSize)
    throw validationError(
      `New SetDesiredCapacity value ${DesiredCapacity} is above max value ${group.maxSize} for the AutoScalingGroup.`,
    );
  if (DesiredCapacity < group.minSize)
    throw validationError(
      `New SetDesiredCapacity value ${DesiredCapacity} is below min value ${group.minSize} for the AutoScalingGroup.`,
    );
  group.cause = `At ${told(context.account)} a user request explicitly set group desired capacity changing the desired capacity from ${group.desired} to ${DesiredCapacity}.  `;
  group.desired = DesiredCapacity;
  lookSoon(context, group.name);
  return {};
};

const deleteAutoScalingGroup: Operation<Sdk.DeleteAutoScalingGroupType> = (
  { AutoScalingGroupName, ForceDelete },
  context,
) => {
  const group = findGroup(context, AutoScalingGroupName);
  if (!ForceDelete && group.members.length > 0)
    throw new AwsError(
      'ResourceInUse',
      'You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.',
    );
  group.deleting = true;
  group.cause = '';
  lookSoon(context, group.name, 1);
  return {};
};

const terminateInstance: Operation<Sdk.TerminateInstanceInAutoScalingGroupType, Sdk.ActivityType> = (
  input,
  context,
) => {
  const all = groups(context).values();
  const group = all.find(row => row.members.some(member => member.instanceId === input.InstanceId));
  const member = group?.members.find(item => item.instanceId === input.InstanceId);
  if (!group || !member)
    throw validationError(
      `Instance Id not found - No managed instance found for instance ID: ${input.InstanceId ?? ''}`,
    );
  let Cause = `At ${told(context.account)} instance ${member.instanceId} was taken out of service in response to a user request.`;
  if (input.ShouldDecrementDesiredCapacity) {
    if (group.desired - 1 < group.minSize)
      throw validationError(
        `Currently, desiredSize equals minSize (${group.minSize}). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`,
      );
    Cause = `${Cause.slice(0, -1)}, shrinking the capacity from ${group.desired} to ${group.desired - 1}.`;
    group.desired--;
  }
  const activity = terminate(context, group, member, Cause);
  lookSoon(context, group.name);
  return { Activity: structuredClone(activity) };
};

function shown(context: CallContext, group: GroupRow): Sdk.AutoScalingGroup {
  const zones = zonesOf(context, group.subnets);
  const template = group.launchTemplate && shownTemplate(context, group.launchTemplate);
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    ...(template && { LaunchTemplate: template }),
    ...(group.mixed && { MixedInstancesPolicy: group.mixed }),
    MinSize: group.minSize,
    MaxSize: group.maxSize,
    DesiredCapacity: group.desired,
    DefaultCooldown: group.cooldown,
    AvailabilityZones: zones,
    LoadBalancerNames: [],
    TargetGroupARNs: [],
    HealthCheckType: group.healthCheckType,
    HealthCheckGracePeriod: group.gracePeriod,
    Instances: group.members.map(member => ({
      InstanceId: member.instanceId,
      InstanceType: member.instanceType,
      AvailabilityZone: member.zone,
      LifecycleState: member.state,
      HealthStatus: member.health,
      ...(template && { LaunchTemplate: { ...template, Version: member.version } }),
      ProtectedFromScaleIn: member.protectedFromScaleIn,
    })),
    CreatedTime: group.created,
    SuspendedProcesses: [],
    VPCZoneIdentifier: group.subnets.join(','),
    EnabledMetrics: [],
    ...(group.deleting && { Status: 'Delete in progress' }),
    Tags: group.tags.map(tag => tagOf(group, tag)),
    TerminationPolicies: group.terminationPolicies,
    NewInstancesProtectedFromScaleIn: group.protectNew,
    ServiceLinkedRoleARN: group.serviceLinkedRole,
    ...(group.capacityRebalance !== undefined && { CapacityRebalance: group.capacityRebalance }),
    TrafficSources: [],
  };
}

/** With both id and name, whichever was given. */
function shownTemplate(context: CallContext, given: Sdk.LaunchTemplateSpecification): Sdk.LaunchTemplateSpecification {
  try {
    const { LaunchTemplateId, LaunchTemplateName } = findTemplate(context, given);
    return { LaunchTemplateId, LaunchTemplateName, Version: given.Version ?? '$Default' };
  } catch {
    return given;
  }
}

function zonesOf(context: CallContext, ids: readonly string[]): string[] {
  type Answer = { Subnets: { AvailabilityZone: string }[] };
  const Filters = [{ Name: 'subnet-id', Values: ids }];
  const { Subnets } = context.account.call<Answer>(context, 'ec2', 'DescribeSubnets', { Filters });
  return [...new Set(Subnets.map(subnet => subnet.AvailabilityZone))].sort();
}

function page<T>(
  all: readonly T[],
  token: string | undefined,
  size: number,
  most: number,
): { items: T[]; NextToken?: string } {
  if (size > most)
    throw validationError(
      `1 validation error detected: Value '${size}' at 'maxRecords' failed to satisfy constraint: Member must have value less than or equal to ${most}`,
    );
  const start = token === undefined ? 0 : Number(/^page:(\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1]);
  if (Number.isNaN(start)) throw new AwsError('InvalidNextToken', `The token '${token}' is invalid.`);
  const end = start + size;
  return {
    items: all.slice(start, end),
    ...(end < all.length && { NextToken: Buffer.from(`page:${end}`).toString('base64') }),
  };
}

type Filters = Sdk.Filter[] | undefined;
const passes = (filters: Filters, values: (name: string) => (string | undefined)[]): boolean =>
  (filters ?? []).every(({ Name = '', Values = [] }) => values(Name).some(value => Values.includes(value ?? '')));

const describeAutoScalingGroups: Operation<Sdk.AutoScalingGroupNamesType, Sdk.AutoScalingGroupsType> = (
  input,
  context,
) => {
  const names = input.AutoScalingGroupNames ?? [];
  const valuesOf = (group: GroupRow) => (name: string) => {
    if (name === 'tag-key') return group.tags.map(tag => tag.Key);
    if (name === 'tag-value') return group.tags.map(tag => tag.Value);
    if (name.startsWith('tag:')) return group.tags.filter(tag => tag.Key === name.slice(4)).map(tag => tag.Value);
    throw validationError(
      `Filter type ${name} is not correct. Allowed Filter types are: [tag-key, tag-value, tag:<key>]`,
    );
  };
  const found = groups(context)
    .values()
    .filter(group => (names.length === 0 || names.includes(group.name)) && passes(input.Filters, valuesOf(group)));
  const { items, ...next } = page(found, input.NextToken, input.MaxRecords ?? 50, 100);
  return { AutoScalingGroups: structuredClone(items.map(group => shown(context, group))), ...next };
};

const describeScalingActivities: Operation<Sdk.DescribeScalingActivitiesType, Sdk.ActivitiesType> = (
  input,
  context,
) => {
  if (input.AutoScalingGroupName !== undefined) findGroup(context, input.AutoScalingGroupName);
  const { ActivityIds = [], AutoScalingGroupName: name } = input;
  const found = activities(context)
    .filter(
      row =>
        (name === undefined || row.AutoScalingGroupName === name) &&
        (ActivityIds.length === 0 || ActivityIds.includes(row.ActivityId)),
    )
    .reverse();
  const { items, ...next } = page(found, input.NextToken, input.MaxRecords ?? 100, 100);
  return { Activities: structuredClone(items), ...next };
};

const describeAutoScalingInstances: Operation<Sdk.DescribeAutoScalingInstancesType, Sdk.AutoScalingInstancesType> = (
  input,
  context,
) => {
  const all = groups(context)
    .values()
    .flatMap(group =>
      (shown(context, group).Instances ?? []).map(item => ({ ...item, AutoScalingGroupName: group.name })),
    );
  const wanted = all.filter(item => !input.InstanceIds?.length || input.InstanceIds.includes(item.InstanceId ?? ''));
  const { items, ...next } = page(wanted, input.NextToken, input.MaxRecords ?? 50, 50);
  return { AutoScalingInstances: items, ...next };
};

function checkedTags(tags: Sdk.Tag[] | undefined, { principal }: CallContext): GroupRow['tags'] {
  return (tags ?? []).map(({ Key = '', Value = '', PropagateAtLaunch = false }) => {
    if (/^aws:/i.test(Key) && !principal.arn.endsWith('.amazonaws.com'))
      throw validationError("Invalid tag key: 'aws:' prefixed tag key names are not allowed for external use.");
    return { Key, Value, PropagateAtLaunch };
  });
}

const tagOf = ({ name }: GroupRow, tag: GroupRow['tags'][number]): Sdk.TagDescription => ({
  ResourceId: name,
  ResourceType: 'auto-scaling-group',
  ...tag,
});

const createOrUpdateTags: Operation<Sdk.CreateOrUpdateTagsType> = ({ Tags = [] }, context) => {
  for (const given of Tags) {
    const group = findGroup(context, given.ResourceId);
    const [tag] = checkedTags([given], context);
    if (tag) group.tags = [...group.tags.filter(own => own.Key !== tag.Key), tag];
  }
  return {};
};

const deleteTags: Operation<Sdk.DeleteTagsType> = ({ Tags = [] }, context) => {
  for (const { ResourceId, Key } of Tags) {
    const group = findGroup(context, ResourceId);
    group.tags = group.tags.filter(own => own.Key !== Key);
  }
  return {};
};

const describeTags: Operation<Sdk.DescribeTagsType, Sdk.TagsType> = (input, context) => {
  const all = groups(context)
    .values()
    .flatMap(group => group.tags.map(tag => tagOf(group, tag)));
  const found = all.filter(tag =>
    passes(input.Filters, name => {
      if (name === 'auto-scaling-group') return [tag.ResourceId];
      if (name === 'key') return [tag.Key];
      if (name === 'value') return [tag.Value];
      throw notImplemented(`autoscaling:DescribeTags filter ${name}`);
    }),
  );
  const { items, ...next } = page(found, input.NextToken, input.MaxRecords ?? 50, 100);
  return { Tags: items, ...next };
};

const groupMembers =
  'AutoScalingGroupName MinSize MaxSize DesiredCapacity DefaultCooldown LaunchTemplate MixedInstancesPolicy VPCZoneIdentifier TerminationPolicies HealthCheckType HealthCheckGracePeriod NewInstancesProtectedFromScaleIn CapacityRebalance ServiceLinkedRoleARN';

const resources = (account: Account): SandboxResource[] =>
  account.regionsOf('autoscaling.groups').flatMap(region =>
    groups({ account, region })
      .values()
      .map(({ name }) => ({ type: 'AWS::AutoScaling::AutoScalingGroup', id: name, region })),
  );

export const autoScaling: Service = {
  name: 'autoscaling',
  operations: {
    CreateAutoScalingGroup: withMembers(
      'autoscaling:CreateAutoScalingGroup',
      `${groupMembers} Tags`,
      createAutoScalingGroup,
    ),
    UpdateAutoScalingGroup: withMembers('autoscaling:UpdateAutoScalingGroup', groupMembers, updateAutoScalingGroup),
    SetDesiredCapacity: withMembers(
      'autoscaling:SetDesiredCapacity',
      'AutoScalingGroupName DesiredCapacity',
      setDesiredCapacity,
    ),
    DeleteAutoScalingGroup: deleteAutoScalingGroup,
    TerminateInstanceInAutoScalingGroup: terminateInstance,
    DescribeAutoScalingGroups: withMembers(
      'autoscaling:DescribeAutoScalingGroups',
      'AutoScalingGroupNames NextToken MaxRecords Filters',
      describeAutoScalingGroups,
    ),
    DescribeScalingActivities: withMembers(
      'autoscaling:DescribeScalingActivities',
      'ActivityIds AutoScalingGroupName MaxRecords NextToken',
      describeScalingActivities,
    ),
    DescribeAutoScalingInstances: describeAutoScalingInstances,
    CreateOrUpdateTags: createOrUpdateTags,
    DeleteTags: deleteTags,
    DescribeTags: describeTags,
  },
  jobs: scalingJobs,
  resources,
};
