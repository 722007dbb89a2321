import type { AutoScalingGroupsType } from '@aws-sdk/client-auto-scaling';
import { equal } from '../cloudformation/propertyChanges.ts';
import type {
  Properties,
  ProviderContext,
  ResourceProvider,
  ResourceProviders,
} from '../cloudformation/resourceProvider.ts';
import { ignoring, tagsGone, tagsOf, words, type CfnNumber, type CfnTag } from './property.ts';

interface GroupTag extends CfnTag {
  readonly PropagateAtLaunch?: boolean | string;
}
interface GroupProperties {
  readonly AutoScalingGroupName?: string;
  readonly MinSize?: CfnNumber;
  readonly MaxSize?: CfnNumber;
  readonly DesiredCapacity?: CfnNumber;
  readonly VPCZoneIdentifier?: readonly string[];
  readonly LaunchTemplate?: object;
  readonly MixedInstancesPolicy?: object;
  readonly Tags?: readonly GroupTag[];
}

/** A rolling update: the instances that are still to be exchanged. */
interface Roll {
  old: string[];
  /** Account time (ms) before which the next batch does not go. */
  notBefore: number;
}

const rolls = ({ account, region }: ProviderContext) => account.regional<Roll>(region, 'cfn.rollingUpdates');

const settings = (properties: GroupProperties) => ({
  MinSize: Number(properties.MinSize),
  MaxSize: Number(properties.MaxSize),
  ...(properties.DesiredCapacity !== undefined && { DesiredCapacity: Number(properties.DesiredCapacity) }),
  ...(properties.VPCZoneIdentifier && { VPCZoneIdentifier: properties.VPCZoneIdentifier.join(',') }),
  ...(properties.LaunchTemplate && { LaunchTemplate: properties.LaunchTemplate }),
  ...(properties.MixedInstancesPolicy && { MixedInstancesPolicy: properties.MixedInstancesPolicy }),
});

function tagsOfGroup(name: string, own: readonly GroupTag[] = [], { stackTags }: ProviderContext) {
  const propagates = new Map(own.map(({ Key, PropagateAtLaunch }) => [Key, String(PropagateAtLaunch) === 'true']));
  return tagsOf(own, stackTags).map(({ Key, Value }) => ({
    Key,
    Value,
    ResourceId: name,
    ResourceType: 'auto-scaling-group',
    // Tags of the stack go to the instances as well.
    PropagateAtLaunch: propagates.get(Key) ?? true,
  }));
}

function look(name: string, context: ProviderContext) {
  const input = { AutoScalingGroupNames: [name] };
  return context.call<AutoScalingGroupsType>('autoscaling', 'DescribeAutoScalingGroups', input).AutoScalingGroups?.[0];
}

const seconds = (duration: unknown): number => {
  const [, hours = 0, minutes = 0, rest = 0] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(String(duration)) ?? [];
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
};

const group: ResourceProvider = {
  properties: words(
    'AutoScalingGroupName CapacityRebalance DesiredCapacity LaunchTemplate MaxSize MinSize MixedInstancesPolicy Tags VPCZoneIdentifier',
  ),
  required: ['MaxSize', 'MinSize'],
  createOnly: ['AutoScalingGroupName'],
  unsupported: words(
    'AvailabilityZones AvailabilityZoneDistribution AvailabilityZoneIds AvailabilityZoneImpairmentPolicy CapacityReservationSpecification Context Cooldown DefaultInstanceWarmup DesiredCapacityType HealthCheckGracePeriod HealthCheckType InstanceId InstanceMaintenancePolicy LaunchConfigurationName LifecycleHookSpecificationList LoadBalancerNames MaxInstanceLifetime MetricsCollection NewInstancesProtectedFromScaleIn NotificationConfigurations PlacementGroup ServiceLinkedRoleARN SkipZonalShiftValidation TargetGroupARNs TerminationPolicies TrafficSources',
  ),
  updatePolicies: ['AutoScalingRollingUpdate'],
  create(properties: GroupProperties, context) {
    const name = properties.AutoScalingGroupName ?? context.generatedName(255);
    const tags = tagsOfGroup(name, properties.Tags, context);
    const isOwn = (tag: CfnTag) => !tag.Key.startsWith('aws:');
    const input = { AutoScalingGroupName: name, ...settings(properties), Tags: tags.filter(isOwn) };
    context.call('autoscaling', 'CreateAutoScalingGroup', input);
    const service = context.account.serviceContext(context.region, 'cloudformation.amazonaws.com');
    context.account.call(service, 'autoscaling', 'CreateOrUpdateTags', { Tags: tags.filter(tag => !isOwn(tag)) });
    return name;
  },
  update(name, next: GroupProperties, previous: GroupProperties, context) {
    context.call('autoscaling', 'UpdateAutoScalingGroup', { AutoScalingGroupName: name, ...settings(next) });
    const Tags = tagsGone(previous.Tags, next.Tags).map(Key => ({
      Key,
      ResourceId: name,
      ResourceType: 'auto-scaling-group',
    }));
    if (Tags.length > 0) context.call('autoscaling', 'DeleteTags', { Tags });
    const kept = tagsOfGroup(name, next.Tags, context).filter(tag => !tag.Key.startsWith('aws:'));
    context.call('autoscaling', 'CreateOrUpdateTags', { Tags: kept });
    const rolling = context.updatePolicy?.['AutoScalingRollingUpdate'];
    const launch = ({ LaunchTemplate, MixedInstancesPolicy, VPCZoneIdentifier }: GroupProperties) => [
      LaunchTemplate,
      MixedInstancesPolicy,
      VPCZoneIdentifier,
    ];
    if (!rolling || equal(launch(next), launch(previous))) return;
    const old = (look(name, context)?.Instances ?? []).map(({ InstanceId = '' }) => InstanceId);
    rolls(context).set(name, { old, notBefore: 0 });
  },
  /** A rolling update exchanges the instances batch by batch, with a pause after each. */
  progress(name, _properties, context) {
    const roll = rolls(context).get(name);
    if (!roll) return 'done';
    const { Instances = [], DesiredCapacity = 0 } = look(name, context) ?? {};
    const now = context.account.now();
    const inService = Instances.filter(({ LifecycleState }) => LifecycleState === 'InService');
    if (now < roll.notBefore || inService.length < DesiredCapacity) return 'in-progress';
    const rolling = (context.updatePolicy?.['AutoScalingRollingUpdate'] ?? {}) as Properties;
    const batch = roll.old
      .filter(id => Instances.some(({ InstanceId }) => InstanceId === id))
      .slice(0, Number(rolling['MaxBatchSize'] ?? 1));
    if (batch.length === 0) {
      rolls(context).delete(name);
      return 'done';
    }
    context.call('ec2', 'TerminateInstances', { InstanceIds: batch });
    // The next look comes when Auto Scaling has seen the batch go.
    roll.notBefore = now + Math.max(60, seconds(rolling['PauseTime'])) * 1000;
    roll.old = roll.old.filter(id => !batch.includes(id));
    return 'in-progress';
  },
  delete(name, _properties, context) {
    rolls(context).delete(name);
    const input = { AutoScalingGroupName: name, ForceDelete: true };
    if (look(name, context))
      ignoring(['ValidationError'], () => context.call('autoscaling', 'DeleteAutoScalingGroup', input));
  },
  deleteProgress: (name, _properties, context) => (look(name, context) ? 'in-progress' : 'done'),
  attributes: (name, _properties, context) => ({ AutoScalingGroupARN: look(name, context)?.AutoScalingGroupARN }),
};

export const autoScalingProviders: ResourceProviders = { 'AWS::AutoScaling::AutoScalingGroup': group };
