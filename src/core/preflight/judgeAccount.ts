import type { StackView } from '../aws/stack.ts';
import type { Plan } from '../plan/plan.ts';
import { stackName } from '../plan/stackName.ts';
import { clusterTag } from '../spec/ownTags.ts';
import { logGroupName } from '../templates/logsTemplate.ts';
import type { PreflightFacts } from './gatherFacts.ts';
import { seenOf, unknownOf } from './look.ts';
import { finding, type PreflightFinding } from './preflightFinding.ts';

/** Of an earlier attempt: such things are carried on with, not in the way. */
export const isOwn = (stack: StackView, { spec }: Plan): boolean => stack.tags[clusterTag] === spec.name;

export function ownStack(plan: Plan, { stacks }: Pick<PreflightFacts, 'stacks'>, name: string): StackView | undefined {
  return seenOf(stacks)?.find(stack => stack.name === name && isOwn(stack, plan));
}

export function judgeAccount(plan: Plan, facts: PreflightFacts, speed = 1): PreflightFinding[] {
  return [...otherAccount(plan, facts), ...sessionEnd(plan, facts, speed), ...names(plan, facts)];
}

export function otherAccount({ account }: Plan, { caller }: Pick<PreflightFacts, 'caller'>): PreflightFinding[] {
  if (!account || caller.accountId === account.accountId) return [];
  const message = `The credentials are of account ${caller.accountId} now; the plan was made for ${account.accountId}.`;
  const fix = 'Choose the profile of the planned account.';
  return [finding('error', 'other-account', message, fix, { evidence: [`caller: ${caller.arn}`] })];
}

/** A run waits for a new sign-in; but nobody may be there to give it. */
export function sessionEnd(
  { time }: Pick<Plan, 'time'>,
  { credentialsEnd, now }: Pick<PreflightFacts, 'credentialsEnd' | 'now'>,
  speed: number,
): PreflightFinding[] {
  const needed = (time.totalSeconds * 1000) / speed;
  if (credentialsEnd === undefined || credentialsEnd - now >= needed) return [];
  const left = minutes(credentialsEnd - now);
  const message = `The sign-in ends in ${left}, the run usually takes ${minutes(needed)}: it will stop and wait for a new one.`;
  const evidence = [`credentials end ${new Date(credentialsEnd).toISOString()}`];
  return [
    finding('warning', 'session-too-short', message, 'Sign in anew before it begins, or stay near.', { evidence }),
  ];
}

function minutes(milliseconds: number): string {
  const count = Math.max(0, Math.floor(milliseconds / 60_000));
  return count === 1 ? '1 minute' : `${count} minutes`;
}

function names(plan: Plan, facts: PreflightFacts): PreflightFinding[] {
  const { spec, account } = plan;
  const specPath = 'name';
  const status = seenOf(facts.cluster);
  const clash = status !== undefined && !ownStack(plan, facts, stackName(spec.name, 'cluster'));
  return [
    ...unknownOf(facts.cluster, `whether a cluster named ${spec.name} exists`, specPath),
    ...foreignStacks(plan, facts),
    ...(clash
      ? [
          finding(
            'error',
            'cluster-exists',
            `A cluster named ${spec.name} exists in ${account?.region} (${status}) and was not made by Private EKS.`,
            'Choose another name.',
            { specPath, evidence: [`eks cluster ${spec.name}: ${status}`] },
          ),
        ]
      : []),
    ...foreignLogGroup(plan, facts),
  ];
}

/** Stacks of planned names that somebody else has made. */
export function foreignStacks(plan: Plan, { stacks }: Pick<PreflightFacts, 'stacks'>): PreflightFinding[] {
  const { name: cluster } = plan.spec;
  const specPath = 'name';
  const foreign = (seenOf(stacks) ?? []).filter(stack => !isOwn(stack, plan));
  return [
    ...unknownOf(stacks, 'whether stacks of these names exist', specPath),
    ...foreign.map(({ name, status, id }) =>
      finding(
        'error',
        'stack-name-taken',
        `A stack named ${name} exists and was not made for ${cluster} by Private EKS.`,
        'Choose another name for the cluster.',
        { specPath, evidence: [`${id}: ${status}, without the tag ${clusterTag}=${cluster}`] },
      ),
    ),
  ];
}

/** A log group that no stack of this cluster made. */
export function foreignLogGroup(plan: Plan, facts: Pick<PreflightFacts, 'stacks' | 'logGroup'>): PreflightFinding[] {
  const group = logGroupName(plan.spec.name);
  const stands = seenOf(facts.logGroup) === true && !ownStack(plan, facts, stackName(plan.spec.name, 'logs'));
  return [
    ...unknownOf(facts.logGroup, `whether the log group ${group} exists`, 'name'),
    ...(stands
      ? [
          finding(
            'error',
            'log-group-exists',
            `The log group ${group} exists, and no stack of this cluster made it: CloudFormation cannot make it again.`,
            `Keep what you need of it and delete it (\`aws logs delete-log-group --log-group-name ${group}\`), choose another name, or switch the control plane’s logs off.`,
            { specPath: 'logs.types', evidence: [`log group ${group}`] },
          ),
        ]
      : []),
  ];
}
