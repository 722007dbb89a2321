import { describeStack, listStacks, type StackView } from '../../aws/stack.ts';
import type { BastionDeps, BastionsOfVpc } from './bastion.ts';
import { listRules } from './bastionRule.ts';
import { bastionNames, bastionTag } from './bastionNames.ts';
import { listTasks, toBastion } from './bastionTasks.ts';

/** All that is ours: in one VPC, or in every VPC of the region that has our stack. What is there without it cannot exist: a stack goes last. */
export async function listBastions(
  { session }: Pick<BastionDeps, 'session'>,
  scope: { readonly vpcId?: string | undefined },
  signal?: AbortSignal,
): Promise<BastionsOfVpc[]> {
  if (scope.vpcId !== undefined) {
    const stack = await describeStack(session, bastionNames(scope.vpcId).stack, signal);
    return [await ofVpc(scope.vpcId, stack)];
  }
  const stacks = await listStacks(session, isBastionStack, signal);
  return Promise.all(stacks.map(stack => ofVpc(stack.tags[bastionTag] ?? '', stack)));

  async function ofVpc(vpcId: string, stack: StackView | undefined): Promise<BastionsOfVpc> {
    const ours = stack?.tags[bastionTag] === vpcId ? stack : undefined;
    const [tasks, rules] = await Promise.all([
      ours ? listTasks(session, vpcId, 'RUNNING', signal) : [],
      listRules(session, vpcId, signal),
    ]);
    return {
      vpcId,
      stack: ours && { name: ours.name, status: ours.status },
      bastions: tasks.map(task => toBastion(vpcId, task)).sort((a, b) => a.createdAt - b.createdAt),
      rules,
    };
  }
}

function isBastionStack({ name, tags }: StackView): boolean {
  const vpcId = tags[bastionTag];
  return vpcId !== undefined && name === bastionNames(vpcId).stack;
}
