import type * as Sdk from '@aws-sdk/client-auto-scaling';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import type { Table } from '../../kernel/table.ts';

export interface Member {
  readonly instanceId: string;
  readonly instanceType: string;
  readonly zone: string;
  readonly subnetId: string;
  state: 'Pending' | 'InService' | 'Terminating';
}

export interface GroupRow {
  readonly name: string;
  readonly arn: string;
  readonly created: Date;
  readonly serviceLinkedRole: string;
  minSize: number;
  maxSize: number;
  desired: number;
  subnets: readonly string[];
  zones: readonly string[];
  mixed: Sdk.MixedInstancesPolicy;
  /** Given as a launch template alone, and shown so. */
  plain: boolean;
  tags: readonly { readonly Key: string; readonly Value: string; readonly PropagateAtLaunch: boolean }[];
  members: Member[];
  deleting: boolean;
  /** Launches that failed one after another. */
  failures: number;
  /** What it has launched and could not launch, the latest first. */
  activities?: {
    readonly id: string;
    readonly at: number;
    readonly status: 'Successful' | 'Failed';
    readonly text: string;
    /** EC2's code for a launch that it refused. */
    readonly code?: string;
  }[];
}

export type Place = Pick<CallContext, 'account' | 'region'>;

export const groups = ({ account, region }: Place): Table<GroupRow> => account.regional(region, 'autoscaling.groups');

export const validationError = (message: string): AwsError => new AwsError('ValidationError', message);

export function findGroup(place: Place, name: string | undefined): GroupRow {
  const group = groups(place).get(name);
  if (!group) throw validationError(`AutoScalingGroup name not found - AutoScalingGroup '${name ?? ''}' not found`);
  return group;
}
