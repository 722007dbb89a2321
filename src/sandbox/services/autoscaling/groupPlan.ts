import type * as Sdk from '@aws-sdk/client-auto-scaling';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { checkedLaunch } from '../ec2/instance.ts';
import { validationError, type GroupPlan } from './group.ts';
import { candidates } from './scaling.ts';

type Wish = Partial<Omit<Sdk.CreateAutoScalingGroupType, 'AutoScalingGroupName'>>;

/** What a group is to be after a create or an update, checked as Auto Scaling checks it. */
export function planned(context: CallContext, input: Wish, now?: GroupPlan): GroupPlan {
  const minSize = input.MinSize ?? now?.minSize ?? 0;
  const maxSize = input.MaxSize ?? now?.maxSize ?? 0;
  if (minSize > maxSize) throw validationError('Max bound, must be greater than or equal to min bound');
  const desired = input.DesiredCapacity ?? (now ? Math.min(Math.max(now.desired, minSize), maxSize) : minSize);
  if (desired < minSize || desired > maxSize)
    throw validationError(
      `Desired capacity:${desired} must be between the specified min size:${minSize} and max size:${maxSize}`,
    );
  const subnets =
    input.VPCZoneIdentifier?.split(',')
      .map(id => id.trim())
      .filter(Boolean) ??
    now?.subnets ??
    [];
  if (subnets.length === 0) throw validationError('At least one Availability Zone or VPC Subnet is required.');
  const renewed = input.LaunchTemplate ?? input.MixedInstancesPolicy;
  const launchTemplate = renewed ? input.LaunchTemplate : now?.launchTemplate;
  const mixed = renewed ? input.MixedInstancesPolicy : now?.mixed;
  if ((launchTemplate === undefined) === (mixed === undefined))
    throw validationError(
      'Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.',
    );
  const plan = {
    minSize,
    maxSize,
    desired,
    subnets,
    launchTemplate,
    mixed,
    cooldown: input.DefaultCooldown ?? now?.cooldown ?? 300,
    gracePeriod: input.HealthCheckGracePeriod ?? now?.gracePeriod ?? 0,
    healthCheckType: input.HealthCheckType ?? now?.healthCheckType ?? 'EC2',
    terminationPolicies: input.TerminationPolicies ?? now?.terminationPolicies ?? ['Default'],
    protectNew: input.NewInstancesProtectedFromScaleIn ?? now?.protectNew ?? false,
    capacityRebalance: input.CapacityRebalance ?? now?.capacityRebalance,
  };
  if (renewed || input.VPCZoneIdentifier !== undefined) checkLaunch(context, plan);
  return plan;
}

/** The launch is tried on paper, as Auto Scaling does by a dry run: in one of the subnets it must be possible. */
function checkLaunch(context: CallContext, plan: GroupPlan): void {
  let refusal: unknown;
  for (const SubnetId of plan.subnets)
    for (const choice of candidates(plan))
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
