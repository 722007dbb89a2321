import type { AwsSession } from '../../aws/awsSession.ts';
import type { Clock } from '../../clock.ts';
import { price } from '../../plan/prices.ts';
import type { BastionArchitecture } from '../../templates/bastionStack.ts';

/** One task of ours. Times are the account's, ms since the epoch. */
export interface Bastion {
  readonly vpcId: string;
  readonly taskArn: string;
  /** `ready`: the task runs, and so does the agent beside its command. */
  readonly state: 'starting' | 'ready' | 'stopping';
  /** As StartSession takes it; known from the moment at which the container runs. */
  readonly target: string | undefined;
  /** ARN of whoever started it. */
  readonly owner: string;
  readonly createdAt: number;
  /** When its own command ends it, whether or not anybody is left to. */
  readonly expiresAt: number;
  /** List price, USD. */
  readonly hourlyUsd: number;
  readonly subnetId: string | undefined;
}

/** A rule of ours in a cluster's security group, which lets bastions in. */
export interface BastionRule {
  readonly ruleId: string;
  readonly groupId: string;
  /** Name of the cluster that the rule was made for. */
  readonly cluster: string;
}

/** All that is ours in one VPC. */
export interface BastionsOfVpc {
  readonly vpcId: string;
  readonly stack: { readonly name: string; readonly status: string } | undefined;
  readonly bastions: readonly Bastion[];
  readonly rules: readonly BastionRule[];
}

/** `clock` is the account's: tasks take its time to start. */
export interface BastionDeps {
  readonly session: AwsSession;
  readonly clock: Clock;
}

const cpus = 0.25;
const gibibytes = 0.5;

/** USD an hour for a task of 256 CPU units and 512 MiB. */
export function bastionHourlyUsd(architecture: BastionArchitecture): number {
  const arm = architecture === 'ARM64';
  const usd =
    cpus * (arm ? price.fargateArmCpuHour : price.fargateCpuHour) +
    gibibytes * (arm ? price.fargateArmGiBHour : price.fargateGiBHour);
  return Math.round(usd * 10_000) / 10_000;
}

/** What nobody uses: rules and the stack of a VPC without a task. The stack costs nothing and makes the next start quicker. */
export function leftovers({ bastions, rules, stack }: BastionsOfVpc): string[] {
  if (bastions.length > 0) return [];
  return [
    ...rules.map(({ ruleId, groupId }) => `rule ${ruleId} of ${groupId}`),
    ...(stack ? [`stack ${stack.name}`] : []),
  ];
}

/** Still there after `leftMs` from now, and not on its way out. */
export function isJoinable(bastion: Bastion, now: number, leftMs: number): boolean {
  return bastion.state !== 'stopping' && bastion.expiresAt - now >= leftMs;
}
