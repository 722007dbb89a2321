import type { ProviderContext, ResourceProvider, ResourceProviders } from '../cloudformation/resourceProvider.ts';
import { words } from './ec2/ec2Resource.ts';
import { asBoolean, ignoring, pick, type CfnBoolean, type CfnNumber } from './property.ts';

interface GroupTag {
  readonly Key: string;
  readonly Value: string;
  readonly PropagateAtLaunch: CfnBoolean;
}

interface GroupProperties {
  readonly AutoScalingGroupName?: string;
  readonly MinSize?: CfnNumber;
  readonly MaxSize?: CfnNumber;
  readonly DesiredCapacity?: CfnNumber;
  readonly Cooldown?: CfnNumber;
  readonly HealthCheckGracePeriod?: CfnNumber;
  readonly HealthCheckType?: string;
  readonly CapacityRebalance?: CfnBoolean;
  readonly NewInstancesProtectedFromScaleIn?: CfnBoolean;
  readonly VPCZoneIdentifier?: readonly string[];
  readonly LaunchTemplate?: object;
  readonly MixedInstancesPolicy?: object;
  readonly TerminationPolicies?: readonly string[];
  readonly Tags?: readonly GroupTag[];
}

const numbers = ['MinSize', 'MaxSize', 'DesiredCapacity', 'HealthCheckGracePeriod'] as const;
const booleans = ['CapacityRebalance', 'NewInstancesProtectedFromScaleIn'] as const;

function request(properties: GroupProperties): object {
  const { Cooldown, VPCZoneIdentifier } = properties;
  const given = <K extends keyof GroupProperties>(names: readonly K[], as: (value: GroupProperties[K]) => unknown) =>
    Object.fromEntries(names.flatMap(name => (properties[name] === undefined ? [] : [[name, as(properties[name])]])));
  return {
    ...pick(properties, 'HealthCheckType', 'LaunchTemplate', 'MixedInstancesPolicy', 'TerminationPolicies'),
    ...given(numbers, Number),
    ...given(booleans, value => asBoolean(value, false)),
    ...(Cooldown !== undefined && { DefaultCooldown: Number(Cooldown) }),
    ...(VPCZoneIdentifier && { VPCZoneIdentifier: VPCZoneIdentifier.join(',') }),
  };
}

function tagsOf(name: string, own: readonly GroupTag[] | undefined, { stackTags }: ProviderContext): object[] {
  const mine = stackTags.filter(tag => !tag.Key.startsWith('aws:')).map(tag => ({ ...tag, PropagateAtLaunch: true }));
  const all = [...mine, ...(own ?? [])].map(({ Key, Value, PropagateAtLaunch }) => ({
    ResourceId: name,
    ResourceType: 'auto-scaling-group',
    Key,
    Value: String(Value),
    PropagateAtLaunch: asBoolean(PropagateAtLaunch, false),
  }));
  return [...new Map(all.map(tag => [tag.Key, tag])).values()];
}

/** `aws:cloudformation:*` tags go to the instances too. */
function tagAsService(name: string, context: ProviderContext): void {
  const { account, region, stackTags } = context;
  const service = account.serviceContext(region, 'cloudformation.amazonaws.com');
  const Tags = stackTags
    .filter(tag => tag.Key.startsWith('aws:'))
    .map(tag => ({ ResourceId: name, ResourceType: 'auto-scaling-group', ...tag, PropagateAtLaunch: true }));
  account.call(service, 'autoscaling', 'CreateOrUpdateTags', { Tags });
}

interface GroupView {
  readonly MinSize: number;
  readonly MaxSize: number;
  readonly DesiredCapacity: number;
  readonly AutoScalingGroupARN: string;
  readonly Instances: readonly { readonly LifecycleState: string }[];
}

function look(name: string, context: ProviderContext): GroupView | undefined {
  type Answer = { AutoScalingGroups: GroupView[] };
  return context.call<Answer>('autoscaling', 'DescribeAutoScalingGroups', { AutoScalingGroupNames: [name] })
    .AutoScalingGroups[0];
}

/** How many launches may fail before the group counts as never getting there. */
const patience = 3;

const autoScalingGroup: ResourceProvider = {
  properties: words(
    'AutoScalingGroupName CapacityRebalance Cooldown DesiredCapacity HealthCheckGracePeriod HealthCheckType LaunchTemplate MaxSize MinSize MixedInstancesPolicy NewInstancesProtectedFromScaleIn Tags TerminationPolicies VPCZoneIdentifier',
  ),
  required: ['MinSize', 'MaxSize'],
  createOnly: ['AutoScalingGroupName'],
  unsupported: words(
    'AvailabilityZoneDistribution AvailabilityZoneIds AvailabilityZoneImpairmentPolicy AvailabilityZones CapacityReservationSpecification Context DefaultInstanceWarmup DeletionProtection DesiredCapacityType InstanceId InstanceLifecyclePolicy InstanceMaintenancePolicy LaunchConfigurationName LifecycleHookSpecificationList LoadBalancerNames MaxInstanceLifetime MetricsCollection NotificationConfiguration NotificationConfigurations PlacementGroup ServiceLinkedRoleARN SkipZonalShiftValidation TargetGroupARNs TrafficSources',
  ),
  create(properties: GroupProperties, context) {
    const AutoScalingGroupName = properties.AutoScalingGroupName ?? context.generatedName(255);
    const Tags = tagsOf(AutoScalingGroupName, properties.Tags, context);
    context.call('autoscaling', 'CreateAutoScalingGroup', { AutoScalingGroupName, ...request(properties), Tags });
    tagAsService(AutoScalingGroupName, context);
    return AutoScalingGroupName;
  },
  progress(name, _properties, context) {
    const group = look(name, context);
    if (!group) return { failed: `AutoScalingGroup ${name} not found` };
    const ready = group.Instances.filter(instance => instance.LifecycleState === 'InService').length;
    if (ready >= group.DesiredCapacity) return 'done';
    type Answer = { Activities: { StatusCode: string; StatusMessage?: string }[] };
    const { Activities } = context.call<Answer>('autoscaling', 'DescribeScalingActivities', {
      AutoScalingGroupName: name,
    });
    const failed = Activities.filter(activity => activity.StatusCode === 'Failed');
    if (failed.length < patience) return 'in-progress';
    const size = `${ready}/${group.MinSize}/${group.MaxSize}`;
    return {
      failed: `Group did not stabilize. {current/minSize/maxSize group size = ${size}}. Failed Scaling Activity: ${failed[0]?.StatusMessage ?? ''}`,
    };
  },
  update(AutoScalingGroupName, next: GroupProperties, previous: GroupProperties, context) {
    context.call('autoscaling', 'UpdateAutoScalingGroup', { AutoScalingGroupName, ...request(next) });
    const gone = (previous.Tags ?? []).filter(tag => !next.Tags?.some(other => other.Key === tag.Key));
    const Tags = gone.map(({ Key }) => ({ ResourceId: AutoScalingGroupName, ResourceType: 'auto-scaling-group', Key }));
    context.call('autoscaling', 'DeleteTags', { Tags });
    context.call('autoscaling', 'CreateOrUpdateTags', { Tags: tagsOf(AutoScalingGroupName, next.Tags, context) });
  },
  delete(AutoScalingGroupName, _properties, context) {
    ignoring(['ValidationError'], () =>
      context.call('autoscaling', 'DeleteAutoScalingGroup', { AutoScalingGroupName, ForceDelete: true }),
    );
  },
  deleteProgress: (name, _properties, context) => (look(name, context) ? 'in-progress' : 'done'),
  attributes: (name, _properties, context) => ({ AutoScalingGroupARN: look(name, context)?.AutoScalingGroupARN }),
};

export const autoScalingProviders: ResourceProviders = { 'AWS::AutoScaling::AutoScalingGroup': autoScalingGroup };
