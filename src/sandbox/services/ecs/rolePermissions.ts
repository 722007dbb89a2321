import { evaluate } from '../iam/evaluation.ts';
import type { Policy } from '../iam/policy.ts';
import { grantedTo } from '../iam/principalPolicies.ts';
import { lastPart, type Place, type TaskRow } from './ecsRows.ts';

/** Actions of AWS's own policies that tasks are usually given. */
const managed: Readonly<Record<string, string>> = {
  AmazonECSTaskExecutionRolePolicy:
    'ecr:GetAuthorizationToken ecr:BatchCheckLayerAvailability ecr:GetDownloadUrlForLayer ecr:BatchGetImage logs:CreateLogStream logs:PutLogEvents',
  AmazonSSMManagedInstanceCore:
    'ssmmessages:CreateControlChannel ssmmessages:CreateDataChannel ssmmessages:OpenControlChannel ssmmessages:OpenDataChannel',
};

/** The session in which a task has its role: `arn:aws:sts::…:assumed-role/<role>/<task>`. */
export const sessionArn = ({ account }: Place, { taskArn }: TaskRow, roleArn = ''): string =>
  `arn:${account.partition}:sts::${account.accountId}:assumed-role/${lastPart(roleArn)}/${lastPart(taskArn)}`;

/** Whether the policies of one of a task's roles let it do this. */
export function taskMay(
  place: Place,
  row: TaskRow,
  role: 'taskRole' | 'executionRole',
  action: string,
  resource = '*',
): boolean {
  const { account } = place;
  const arn = sessionArn(place, row, row[role]);
  const { policies, unknown } = grantedTo({ accountId: account.accountId, arn, userId: arn }, account);
  const ofAws = unknown.map((policy): Policy => {
    const Action = managed[lastPart(policy)]?.split(' ') ?? [];
    return { Statement: { Effect: 'Allow', Action, Resource: '*' } };
  });
  return evaluate([...policies, ...ofAws], { action, resource, keys: {} }).decision === 'allow';
}
