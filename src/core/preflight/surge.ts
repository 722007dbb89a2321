import type { ResourceChange, StackChangePlan } from '../change/changePlan.ts';
import { resourcesIn } from '../change/stackDifference.ts';
import { isMap } from '../change/valueDifferences.ts';

/** Nodes that run beside a group's own while these are replaced: as many as there must be at least, and as many as there may be. */
export interface Surge {
  readonly least: number;
  readonly most: number;
}

export const noSurge: Surge = { least: 0, most: 0 };

/** How a managed group is updated, as EKS and CloudFormation say it. */
export interface UpdateConfig {
  readonly maxUnavailable?: number | undefined;
  readonly maxUnavailablePercentage?: number | undefined;
}

/**
 * EKS starts new nodes before it drains old ones: it raises the group by the larger of up to twice its zones and what may be unavailable,
 * and goes on when each zone that has nodes has a new one. Source: EKS user guide, "Understand each phase of node updates", scale up phase.
 */
export function managedSurge(desired: number, zones: number, update: UpdateConfig): Surge {
  const { maxUnavailable = 1, maxUnavailablePercentage: percent } = update;
  const unavailable = percent === undefined ? maxUnavailable : Math.ceil((desired * percent) / 100);
  return { least: Math.min(desired, zones), most: Math.max(2 * zones, unavailable) };
}

/**
 * CloudFormation ends a batch before its successors start, and raises the group for that long where else fewer than the policy's minimum
 * would be in service. AWS's documents do not say so outright; that minimum and batches are theirs: CloudFormation, `UpdatePolicy` attribute.
 */
export function selfManagedSurge(desired: number, minInService: number, batch: number): Surge {
  return { least: 0, most: Math.max(0, minInService + batch - desired) };
}

/** What an update of a group's stack starts beside its nodes. Nothing where they are not replaced one by one. */
export function surgeOf({ action, resources, after }: StackChangePlan, zones: number): Surge {
  const rolled = action === 'update' ? resources.find(isRolled) : undefined;
  const declared = rolled && resourcesIn(after?.Resources)[rolled.logicalId];
  if (!declared || !isMap(declared.Properties)) return noSurge;
  const { Type: type, Properties: properties, UpdatePolicy: policy } = declared;
  if (type === 'AWS::EKS::Nodegroup') {
    const update = mapOf(properties.UpdateConfig);
    return managedSurge(numberOf(mapOf(properties.ScalingConfig).DesiredSize) ?? 0, zones, {
      maxUnavailable: numberOf(update.MaxUnavailable),
      maxUnavailablePercentage: numberOf(update.MaxUnavailablePercentage),
    });
  }
  const rolling = mapOf(mapOf(policy).AutoScalingRollingUpdate);
  const [min = 0, batch = 1] = [numberOf(rolling.MinInstancesInService), numberOf(rolling.MaxBatchSize)];
  return selfManagedSurge(numberOf(properties.DesiredCapacity) ?? 0, min, batch);
}

const rolling: Readonly<Record<string, RegExp>> = {
  'AWS::EKS::Nodegroup': /^\/Properties\/(LaunchTemplate|ReleaseVersion|Version)/,
  'AWS::AutoScaling::AutoScalingGroup': /^\/Properties\/(LaunchTemplate|MixedInstancesPolicy|VPCZoneIdentifier)/,
};

const isRolled = ({ type, action, properties }: ResourceChange): boolean =>
  action === 'modify' && properties.some(({ path }) => rolling[type]?.test(path));

const mapOf = (value: unknown): Readonly<Record<string, unknown>> => (isMap(value) ? value : {});

/** Undefined for what is no number, such as an intrinsic function. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : NaN;
  return Number.isFinite(number) ? number : undefined;
}
