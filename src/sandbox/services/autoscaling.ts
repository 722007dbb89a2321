import type * as Sdk from '@aws-sdk/client-auto-scaling';
import type { Account, CallContext, SandboxResource, Service } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import { activities, findGroup, groups, told, validationError, type GroupRow } from './autoscaling/group.ts';
import { planned } from './autoscaling/groupPlan.ts';
import { lookSoon, scalingJobs, terminate } from './autoscaling/scaling.ts';
import { findTemplate } from './ec2/launchTemplate.ts';
import { ensureServiceLinkedRole } from './iam/role.ts';
import { simulatedOperations } from './simulatedOperations.ts';

/** A group that is on its way out changes no more. */
function findStaying(context: CallContext, name: string | undefined): GroupRow {
  const group = findGroup(context, name);
  if (group.deleting) throw validationError(`AutoScalingGroup '${group.name}' is pending delete`);
  return group;
}

function checkedTags(tags: Sdk.Tag[] | undefined, { principal }: CallContext): GroupRow['tags'] {
  if (!principal.arn.endsWith('.amazonaws.com') && tags?.some(tag => /^aws:/i.test(tag.Key ?? '')))
    throw validationError("Invalid tag key: 'aws:' prefixed tag key names are not allowed for external use.");
  return (tags ?? []).map(({ Key = '', Value = '', PropagateAtLaunch = false }) => ({ Key, Value, PropagateAtLaunch }));
}

function shown(context: CallContext, group: GroupRow): Sdk.AutoScalingGroup {
  const LaunchTemplate = group.launchTemplate && shownTemplate(context, group.launchTemplate);
  const Filters = [{ Name: 'subnet-id', Values: group.subnets }];
  type Answer = { Subnets: { AvailabilityZone: string }[] };
  const { Subnets } = context.account.call<Answer>(context, 'ec2', 'DescribeSubnets', { Filters });
  return structuredClone({
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    ...(LaunchTemplate && { LaunchTemplate }),
    ...(group.mixed && { MixedInstancesPolicy: group.mixed }),
    MinSize: group.minSize,
    MaxSize: group.maxSize,
    DesiredCapacity: group.desired,
    DefaultCooldown: group.cooldown,
    AvailabilityZones: [...new Set(Subnets.map(subnet => subnet.AvailabilityZone))].sort(),
    LoadBalancerNames: [],
    TargetGroupARNs: [],
    HealthCheckType: group.healthCheckType,
    HealthCheckGracePeriod: group.gracePeriod,
    Instances: group.members.map(member => ({
      InstanceId: member.instanceId,
      InstanceType: member.instanceType,
      AvailabilityZone: member.zone,
      LifecycleState: member.state,
      HealthStatus: 'Healthy',
      ...(LaunchTemplate && { LaunchTemplate: { ...LaunchTemplate, Version: member.version } }),
      ProtectedFromScaleIn: member.protectedFromScaleIn,
    })),
    CreatedTime: group.created,
    SuspendedProcesses: [],
    VPCZoneIdentifier: group.subnets.join(','),
    EnabledMetrics: [],
    ...(group.deleting && { Status: 'Delete in progress' }),
    Tags: group.tags.map(tag => ({ ResourceId: group.name, ResourceType: 'auto-scaling-group', ...tag })),
    TerminationPolicies: group.terminationPolicies,
    NewInstancesProtectedFromScaleIn: group.protectNew,
    ServiceLinkedRoleARN: group.serviceLinkedRole,
    ...(group.capacityRebalance !== undefined && { CapacityRebalance: group.capacityRebalance }),
    TrafficSources: [],
  });
}

/** With both id and name, whichever was given; as given when the template is gone. */
function shownTemplate(context: CallContext, given: Sdk.LaunchTemplateSpecification): Sdk.LaunchTemplateSpecification {
  try {
    const { LaunchTemplateId, LaunchTemplateName } = findTemplate(context, given);
    return { LaunchTemplateId, LaunchTemplateName, Version: given.Version ?? '$Default' };
  } catch {
    return given;
  }
}

interface PageInput {
  readonly NextToken?: string | undefined;
  readonly MaxRecords?: number | undefined;
}

function page<T>(
  all: readonly T[],
  { NextToken: token, MaxRecords: size = 50 }: PageInput,
): { items: T[]; NextToken?: string } {
  if (size > 100)
    throw validationError(
      `1 validation error detected: Value '${size}' at 'maxRecords' failed to satisfy constraint: Member must have value less than or equal to 100`,
    );
  const start = token === undefined ? 0 : Number(/^page:(\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1]);
  if (Number.isNaN(start)) throw new AwsError('InvalidNextToken', `The token '${token}' is invalid.`);
  const end = start + size;
  const next = end < all.length ? { NextToken: Buffer.from(`page:${end}`).toString('base64') } : {};
  return { items: all.slice(start, end), ...next };
}

function passes(group: GroupRow, filters: Sdk.Filter[] | undefined): boolean {
  return (filters ?? []).every(({ Name = '', Values = [] }) => {
    if (!/^(tag-key|tag-value|tag:.*)$/.test(Name))
      throw validationError(
        `Filter type ${Name} is not correct. Allowed Filter types are: [tag-key, tag-value, tag:<key>]`,
      );
    const tags = Name.startsWith('tag:') ? group.tags.filter(tag => tag.Key === Name.slice('tag:'.length)) : group.tags;
    return tags.some(tag => Values.includes(Name === 'tag-key' ? tag.Key : tag.Value));
  });
}

const operations = {
  CreateAutoScalingGroup(input: Sdk.CreateAutoScalingGroupType, context: CallContext): object {
    const { account, region } = context;
    const name = input.AutoScalingGroupName ?? '';
    if (!/^[^:\p{Cc}]{1,255}$/u.test(name))
      throw validationError('Group name must be 1 to 255 characters and may not contain a colon');
    const twice = `AutoScalingGroup by this name already exists - A group with the name ${name} already exists`;
    if (groups(context).get(name)) throw new AwsError('AlreadyExists', twice);
    const plan = planned(context, input);
    const tags = checkedTags(input.Tags, context);
    const cause = `At ${told(account)} a user request created an AutoScalingGroup changing the desired capacity from 0 to ${plan.desired}.  `;
    const serviceLinkedRole =
      input.ServiceLinkedRoleARN ?? ensureServiceLinkedRole(context, 'autoscaling.amazonaws.com');
    const arn = account.arn('autoscaling', region, `autoScalingGroup:${account.uuid()}:autoScalingGroupName/${name}`);
    const state = { name, arn, created: new Date(account.now()), members: [], deleting: false, failures: 0 };
    groups(context).set(name, { ...plan, ...state, serviceLinkedRole, tags, cause });
    lookSoon(context, name);
    return {};
  },

  UpdateAutoScalingGroup(input: Sdk.UpdateAutoScalingGroupType, context: CallContext): object {
    const group = findStaying(context, input.AutoScalingGroupName);
    const { desired: before } = group;
    Object.assign(group, planned(context, input, group));
    group.cause = `At ${told(context.account)} a user request update of AutoScalingGroup constraints to min: ${group.minSize}, max: ${group.maxSize}, desired: ${group.desired} changing the desired capacity from ${before} to ${group.desired}.  `;
    lookSoon(context, group.name);
    return {};
  },

  SetDesiredCapacity(
    { AutoScalingGroupName, DesiredCapacity: next = 0 }: Sdk.SetDesiredCapacityType,
    context: CallContext,
  ): object {
    const group = findStaying(context, AutoScalingGroupName);
    const { minSize, maxSize, desired } = group;
    const bound =
      next > maxSize ? `above max value ${maxSize}` : next < minSize ? `below min value ${minSize}` : undefined;
    if (bound !== undefined)
      throw validationError(`New SetDesiredCapacity value ${next} is ${bound} for the AutoScalingGroup.`);
    group.cause = `At ${told(context.account)} a user request explicitly set group desired capacity changing the desired capacity from ${desired} to ${next}.  `;
    group.desired = next;
    lookSoon(context, group.name);
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
    group.cause = '';
    lookSoon(context, group.name, 1);
    return {};
  },

  TerminateInstanceInAutoScalingGroup(
    input: Sdk.TerminateInstanceInAutoScalingGroupType,
    context: CallContext,
  ): Sdk.ActivityType {
    const group = groups(context).find(row => row.members.some(member => member.instanceId === input.InstanceId));
    const member = group?.members.find(item => item.instanceId === input.InstanceId);
    if (!group || !member)
      throw validationError(`Instance Id not found - No managed instance found for instance ID: ${input.InstanceId}`);
    let cause = `At ${told(context.account)} instance ${member.instanceId} was taken out of service in response to a user request`;
    if (input.ShouldDecrementDesiredCapacity) {
      if (group.desired - 1 < group.minSize)
        throw validationError(
          `Currently, desiredSize equals minSize (${group.minSize}). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`,
        );
      cause += `, shrinking the capacity from ${group.desired} to ${group.desired - 1}`;
      group.desired--;
    }
    const activity = terminate(context, group, member, `${cause}.`);
    lookSoon(context, group.name);
    return { Activity: structuredClone(activity) };
  },

  DescribeAutoScalingGroups(input: Sdk.AutoScalingGroupNamesType, context: CallContext): Sdk.AutoScalingGroupsType {
    const names = input.AutoScalingGroupNames ?? [];
    const all = groups(context).filter(
      row => (names.length === 0 || names.includes(row.name)) && passes(row, input.Filters),
    );
    const { items, ...next } = page(all, input);
    return { AutoScalingGroups: items.map(group => shown(context, group)), ...next };
  },

  DescribeScalingActivities(input: Sdk.DescribeScalingActivitiesType, context: CallContext): Sdk.ActivitiesType {
    const { ActivityIds: ids = [], AutoScalingGroupName: name } = input;
    if (name !== undefined) findGroup(context, name);
    const isWanted = (row: Sdk.Activity) =>
      (name === undefined || row.AutoScalingGroupName === name) &&
      (ids.length === 0 || ids.includes(row.ActivityId ?? ''));
    const { items, ...next } = page(activities(context).filter(isWanted).reverse(), { MaxRecords: 100, ...input });
    return { Activities: structuredClone(items), ...next };
  },

  CreateOrUpdateTags({ Tags = [] }: Sdk.CreateOrUpdateTagsType, context: CallContext): object {
    for (const given of Tags) {
      const group = findGroup(context, given.ResourceId);
      group.tags = [...group.tags.filter(own => own.Key !== given.Key), ...checkedTags([given], context)];
    }
    return {};
  },

  DeleteTags({ Tags = [] }: Sdk.DeleteTagsType, context: CallContext): object {
    for (const { ResourceId, Key } of Tags) {
      const group = findGroup(context, ResourceId);
      group.tags = group.tags.filter(own => own.Key !== Key);
    }
    return {};
  },
};

const group =
  'AutoScalingGroupName MinSize MaxSize DesiredCapacity DefaultCooldown LaunchTemplate MixedInstancesPolicy VPCZoneIdentifier TerminationPolicies HealthCheckType HealthCheckGracePeriod NewInstancesProtectedFromScaleIn CapacityRebalance ServiceLinkedRoleARN';
const members = {
  CreateAutoScalingGroup: `${group} Tags`,
  UpdateAutoScalingGroup: group,
  SetDesiredCapacity: 'AutoScalingGroupName DesiredCapacity',
  DescribeAutoScalingGroups: 'AutoScalingGroupNames NextToken MaxRecords Filters',
  DescribeScalingActivities: 'ActivityIds AutoScalingGroupName MaxRecords NextToken',
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
