import { createHash, randomUUID } from 'node:crypto';
import { createStack, deleteStack, updateStack, type StackChange } from '../../aws/changeStack.ts';
import { describeStack, type StackView } from '../../aws/stack.ts';
import { isSettled, isWhole } from '../../aws/stackStatus.ts';
import { StackWatcher } from '../../aws/stackWatcher.ts';
import { PrivateEksError } from '../../errors.ts';
import { bastionStack, type BastionArchitecture } from '../../templates/bastionStack.ts';
import { templateText } from '../../templates/templateText.ts';
import type { BastionDeps } from './bastion.ts';
import { ecrRepositoryArn } from './bastionImage.ts';
import { bastionNames, bastionTag, ownTagOf } from './bastionNames.ts';

export interface BastionStackRequest {
  readonly vpcId: string;
  readonly partition: string;
  readonly image: string;
  readonly architecture: BastionArchitecture;
  readonly cleanUp?: string | undefined;
  /** False: a stack that is there is taken as it is, whatever image it names. */
  readonly insist: boolean;
}

export interface BastionStackOutputs {
  readonly clusterName: string;
  readonly securityGroupId: string;
  readonly taskDefinitionArn: string;
  readonly image: string;
  /** True when this call made it: then IAM may not know its roles everywhere yet. */
  readonly isNew: boolean;
}

/** After so many turns of others' changes and ours something is wrong with the stack. */
const mostTurns = 6;
const unusable = /^(CREATE_FAILED|ROLLBACK_COMPLETE|ROLLBACK_FAILED|DELETE_FAILED|REVIEW_IN_PROGRESS)$/;

/**
 * The VPC's stack, made, mended or waited for. Several people may do so at once: the name is one, so AWS lets one make it.
 * @throws PrivateEksError `bastion-stack-foreign`, `bastion-stack-failed`
 */
export async function ensureBastionStack(
  { session, clock }: BastionDeps,
  request: BastionStackRequest,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<BastionStackOutputs> {
  const { stack: name } = bastionNames(request.vpcId);
  const watcher = new StackWatcher(session, clock);
  let isNew = false;
  for (let turn = 0; turn < mostTurns; turn++) {
    const stack = await describeStack(session, name, signal);
    if (!stack) {
      say(`Making stack ${name}: roles, security group, task definition; about a minute, once for this VPC`);
      const stackId = await createStack(session, stackChange(request), signal);
      if (stackId === undefined) continue;
      isNew = true;
      await settled(watcher, stackId, signal);
      continue;
    }
    requireOurs(stack, request.vpcId);
    if (!isSettled(stack.status)) {
      say(`Waiting for stack ${name}, which is ${stack.status}`);
      isNew ||= stack.status === 'CREATE_IN_PROGRESS';
      await settled(watcher, stack.id, signal);
    } else if (unusable.test(stack.status)) {
      say(`Removing stack ${name}, which is ${stack.status}`);
      await deleteStack(session, stack, randomUUID(), signal);
      await settled(watcher, stack.id, signal);
    } else if (!isUsable(stack)) {
      throw stackFailed(name, `it is ${stack.status}${stack.statusReason ? `: ${stack.statusReason}` : ''}`);
    } else if (request.insist && differs(stack, request)) {
      say(`Changing stack ${name} to image ${request.image}`);
      if (await updateStack(session, stackChange(request), signal)) await settled(watcher, stack.id, signal);
      else return outputs(stack, isNew);
    } else return outputs(stack, isNew);
  }
  throw stackFailed(name, 'it changes all the time');
}

function stackChange({ vpcId, partition, image, architecture, cleanUp }: BastionStackRequest): StackChange {
  const repository = ecrRepositoryArn(image, partition);
  const template = bastionStack({ architecture, imageInEcr: repository !== undefined, cleanUp });
  return {
    name: bastionNames(vpcId).stack,
    template: { body: templateText(template) },
    parameters: {
      VpcId: vpcId,
      Image: image,
      ...(repository === undefined ? {} : { ImageRepository: repository }),
    },
    tags: {
      [bastionTag]: vpcId,
      [ownTagOf('architecture')]: architecture,
      [ownTagOf('clean-up')]: scheduleMark(cleanUp),
    },
    capabilities: ['CAPABILITY_NAMED_IAM'],
    terminationProtection: false,
    // Nothing of a task definition changes in place.
    mayReplace: true,
    token: randomUUID(),
  };
}

/** A tag cannot hold a schedule's own characters. */
function scheduleMark(cleanUp: string | undefined): string {
  return cleanUp === undefined ? 'none' : createHash('sha256').update(cleanUp).digest('hex').slice(0, 12);
}

function differs({ parameters, tags }: StackView, { image, architecture, cleanUp }: BastionStackRequest): boolean {
  return (
    parameters['Image'] !== image ||
    tags[ownTagOf('architecture')] !== architecture ||
    tags[ownTagOf('clean-up')] !== scheduleMark(cleanUp)
  );
}

/** Waits for the stack's last word. @throws PrivateEksError `bastion-stack-failed` with the reason of what failed first */
async function settled(watcher: StackWatcher, stackId: string, signal: AbortSignal): Promise<void> {
  let reason: string | undefined;
  const stack = await watcher.watch(stackId, {
    signal,
    onEvents: events => {
      for (const event of events) {
        // What came before this turn has nothing to do with it.
        if (event.physicalId === stackId && /^(CREATE|UPDATE|DELETE)_IN_PROGRESS$/.test(event.status))
          reason = undefined;
        const failed = event.status.endsWith('_FAILED') && event.physicalId !== stackId;
        if (failed && !/cancelled/i.test(event.reason ?? ''))
          reason ??= `${event.logicalId}: ${event.reason ?? event.status}`;
      }
    },
  });
  if (/FAILED|ROLLBACK/.test(stack.status))
    throw stackFailed(stack.name, reason ?? stack.statusReason ?? `it is ${stack.status}`);
}

function isUsable({ status }: StackView): boolean {
  // After a rollback the stack is as it was before the change, and so are its tasks.
  return isWhole(status) || status === 'UPDATE_ROLLBACK_COMPLETE';
}

function outputs(stack: StackView, isNew: boolean): BastionStackOutputs {
  const { ClusterName, SecurityGroupId, TaskDefinitionArn } = stack.outputs;
  if (!ClusterName || !SecurityGroupId || !TaskDefinitionArn)
    throw stackFailed(stack.name, 'it does not say its ECS cluster, security group and task definition');
  return {
    clusterName: ClusterName,
    securityGroupId: SecurityGroupId,
    taskDefinitionArn: TaskDefinitionArn,
    image: stack.parameters['Image'] ?? '',
    isNew,
  };
}

export function requireOurs(stack: StackView, vpcId: string): void {
  if (stack.tags[bastionTag] !== vpcId)
    throw new PrivateEksError(
      'bastion-stack-foreign',
      `There is a stack ${stack.name} without the tag ${bastionTag}=${vpcId}: it is not ours, and nothing of it is touched.`,
      { fix: 'Rename or remove that stack; bastions of this VPC need its name.' },
    );
}

function stackFailed(name: string, why: string): PrivateEksError {
  return new PrivateEksError('bastion-stack-failed', `Stack ${name} could not be made: ${why}.`, {
    retryable: true,
    fix: 'Mend the cause and try again: a failed stack is removed first. Sweep leftovers removes it, too.',
  });
}
