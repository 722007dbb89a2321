import type { TemplateResource } from '../../templates/template.ts';
import { plainText } from './templateScope.ts';
import { attribute, block, type HclBody } from './hcl.ts';
import {
  argumentsOf,
  isOwnTag,
  items,
  nested,
  properties,
  repeated,
  type Field,
  type RuleContext,
  type ResourceRule,
} from './resourceRule.ts';

const launchTemplate = {
  LaunchTemplateId: 'id',
  LaunchTemplateName: 'name',
  Version: 'version',
} as const;

const mixed: Field = nested('mixed_instances_policy', {
  InstancesDistribution: nested('instances_distribution', {
    OnDemandAllocationStrategy: 'on_demand_allocation_strategy',
    OnDemandBaseCapacity: 'on_demand_base_capacity',
    OnDemandPercentageAboveBaseCapacity: 'on_demand_percentage_above_base_capacity',
    SpotAllocationStrategy: 'spot_allocation_strategy',
    SpotInstancePools: 'spot_instance_pools',
    SpotMaxPrice: 'spot_max_price',
  }),
  LaunchTemplate: nested('launch_template', {
    LaunchTemplateSpecification: nested('launch_template_specification', {
      LaunchTemplateId: 'launch_template_id',
      LaunchTemplateName: 'launch_template_name',
      Version: 'version',
    }),
    Overrides: repeated('override', { InstanceType: 'instance_type', WeightedCapacity: 'weighted_capacity' }),
  }),
});

/**
 * CloudFormation rolls the instances by an update policy, Terraform by an instance refresh. A lowest healthy part of 100 percent replaces one at
 * a time, and the warm-up is the pause.
 */
function refresh(policy: TemplateResource['UpdatePolicy'], { logicalId, lose }: RuleContext): HclBody {
  const rolling = policy?.['AutoScalingRollingUpdate'];
  if (rolling === undefined) return [];
  const { MaxBatchSize, PauseTime, SuspendProcesses } = properties(rolling);
  const [, minutes, seconds] = /^PT(?=\d)(?:(\d+)M)?(?:(\d+)S)?$/.exec(plainText(PauseTime)) ?? [];
  const pause = Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  const preferences = [
    ...(MaxBatchSize === 1 ? [attribute('min_healthy_percentage', 100)] : []),
    ...(pause > 0 ? [attribute('instance_warmup', pause)] : []),
  ];
  if (MaxBatchSize !== 1) lose(`${logicalId}: the size of the batches in which its instances are replaced`);
  if (PauseTime !== undefined && pause === 0) lose(`${logicalId}: the pause between two of its instances`);
  lose(
    `${logicalId}: Terraform begins to replace its instances and does not wait for the end` +
      (SuspendProcesses === undefined ? '' : '; the processes that CloudFormation suspends meanwhile go on'),
  );
  return [
    block('instance_refresh', [
      attribute('strategy', 'Rolling'),
      ...(preferences.length > 0 ? [block('preferences', preferences)] : []),
    ]),
  ];
}

export const scalingRules: Readonly<Record<string, ResourceRule>> = {
  'AWS::AutoScaling::AutoScalingGroup': {
    type: 'aws_autoscaling_group',
    ref: 'name',
    attributes: { AutoScalingGroupARN: 'arn' },
    fields: {
      AutoScalingGroupName: 'name',
      MinSize: 'min_size',
      MaxSize: 'max_size',
      DesiredCapacity: 'desired_capacity',
      VPCZoneIdentifier: 'vpc_zone_identifier',
      HealthCheckType: 'health_check_type',
      HealthCheckGracePeriod: 'health_check_grace_period',
      CapacityRebalance: 'capacity_rebalance',
      MaxInstanceLifetime: 'max_instance_lifetime',
      TerminationPolicies: 'termination_policies',
      LaunchTemplate: nested('launch_template', launchTemplate),
      MixedInstancesPolicy: mixed,
      Tags: (value, context) =>
        items(value)
          .filter(item => !isOwnTag(plainText(properties(item)['Key'])))
          .map(item =>
            block(
              'tag',
              argumentsOf(
                properties(item),
                { Key: 'key', Value: 'value', PropagateAtLaunch: 'propagate_at_launch' },
                context,
              ),
            ),
          ),
    },
    more: ({ UpdatePolicy }, context) => refresh(UpdatePolicy, context),
  },
};
