import { ownTagPrefix } from '../../spec/ownTags.ts';

/** On the stack, the task and the rule: the VPC that the bastion serves. What lacks it is never touched. */
export const bastionTag = `${ownTagPrefix}bastion`;
/** On a task: ARN of whoever started it. */
export const ownerTag = `${ownTagPrefix}owner`;
/** On a task: when its own command ends it, ISO 8601. */
export const expiryTag = `${ownTagPrefix}expires`;
/** On a task: the call that started it, which finds it again when AWS's answer never came. */
export const requestTag = `${ownTagPrefix}request`;
/** On a rule: the cluster whose security group it is in. */
export const ruleClusterTag = `${ownTagPrefix}reaches`;

export const ownTagOf = (name: string): string => `${ownTagPrefix}${name}`;

/** AWS takes no other characters, and no more: names of sessions may hold commas. */
export function tagValue(text: string): string {
  return text.replace(/[^\p{L}\p{N}\p{Z}_.:/=+\-@]/gu, '_').slice(0, 256);
}

/** The one container of the task. */
export const bastionContainer = 'bastion';

/** Names of what one VPC's bastion is made of: one stack, whose name all else carries. They are policy: IAM names them. */
export interface BastionNames {
  readonly stack: string;
  /** Of the ECS cluster. */
  readonly cluster: string;
  /** Of the task definition. */
  readonly family: string;
  readonly taskRole: string;
  readonly executionRole: string;
}

export function bastionNames(vpcId: string): BastionNames {
  const stack = `private-eks-bastion-${vpcId}`;
  return { stack, cluster: stack, family: stack, taskRole: `${stack}-task`, executionRole: `${stack}-execution` };
}
