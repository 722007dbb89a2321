import type * as Sdk from '@aws-sdk/client-auto-scaling';
import type { Account, CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import type { Table } from '../../kernel/table.ts';

export interface Member {
  readonly instanceId: string;
  readonly instanceType: string;
  readonly zone: string;
  readonly subnetId: string;
  /** Of the launch template. */
  readonly version: string;
  readonly protectedFromScaleIn: boolean;
  state: 'Pending' | 'InService' | 'Terminating';
}

/** What a create or an update decides. */
export interface GroupPlan {
  minSize: number;
  maxSize: number;
  desired: number;
  subnets: string[];
  launchTemplate: Sdk.LaunchTemplateSpecification | undefined;
  mixed: Sdk.MixedInstancesPolicy | undefined;
  cooldown: number;
  gracePeriod: number;
  healthCheckType: string;
  terminationPolicies: string[];
  protectNew: boolean;
  capacityRebalance: boolean | undefined;
}

export interface GroupRow extends GroupPlan {
  readonly name: string;
  readonly arn: string;
  readonly created: Date;
  readonly serviceLinkedRole: string;
  tags: { Key: string; Value: string; PropagateAtLaunch: boolean }[];
  members: Member[];
  deleting: boolean;
  /** Launches that failed one after another. */
  failures: number;
  /** Why the group's size is to change: the sentence that begins an activity's cause. */
  cause: string;
}

export type ActivityRow = Sdk.Activity & { ActivityId: string };

export type Place = Pick<CallContext, 'account' | 'region'>;

export const groups = ({ account, region }: Place): Table<GroupRow> => account.regional(region, 'autoscaling.groups');
export const activities = ({ account, region }: Place): Table<ActivityRow> =>
  account.regional(region, 'autoscaling.activities');

export const validationError = (message: string): AwsError => new AwsError('ValidationError', message);

export function findGroup(place: Place, name: string | undefined): GroupRow {
  const group = groups(place).get(name);
  if (!group) throw validationError(`AutoScalingGroup name not found - AutoScalingGroup '${name ?? ''}' not found`);
  return group;
}

/** `2026-06-01T00:00:00Z`, as activities tell time. */
export const told = (account: Account): string => `${new Date(account.now()).toISOString().slice(0, 19)}Z`;
