import { isAwsError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import { describeStack, stackTemplate } from '../../aws/stack.ts';
import { isSettled, isWhole } from '../../aws/stackStatus.ts';
import { createChangeSet, deleteChangeSet, executeChangeSet } from '../../change/changeSet.ts';
import { isReplaced } from '../../change/recreation.ts';
import { readLiveCluster } from '../../change/readLiveCluster.ts';
import { clusterIn } from '../../change/settleCluster.ts';
import { resourcesIn, type TemplateLike } from '../../change/stackDifference.ts';
import { PrivateEksError } from '../../errors.ts';
import { stackName } from '../../plan/stackName.ts';
import { templateText } from '../../templates/templateText.ts';
import type { UpgradeStepPlan } from '../../upgrade/upgradePlan.ts';
import { failureCause } from '../failureCause.ts';
import { StepFailure, throwIfCancelled, type StepContext, type StepResult } from '../step.ts';
import { actionToken } from './actionToken.ts';
import { changeSetOptions } from './changeSetOptions.ts';
import { followEksUpdate, followWhatIsOn, toStepError } from './eksUpdate.ts';
import { followStack } from './followStack.ts';
import { updateFailure } from './updateStackStep.ts';

/** Brings the control plane to the version: by its stack where that says another, else by EKS's API. */
export async function controlPlaneStep(
  step: UpgradeStepPlan,
  force: boolean,
  context: StepContext,
): Promise<StepResult> {
  const { session, signal, cluster } = context;
  const name = stackName(cluster, 'cluster');
  let stack = step.way === 'stack' ? await describeStack(session, name, signal) : undefined;
  if (stack && !isSettled(stack.status)) {
    stack = await followStack(stack.id, context);
    if (!isWhole(stack.status)) throw await updateFailure(stack, context);
  }
  // Begun by an earlier process of this run: EKS need not say so when it refuses the next.
  if ((await live(context))?.status === 'UPDATING')
    await followWhatIsOn({ what: `the control plane of ${cluster}` }, context);
  if (await isAt(step.to, context)) return { outcome: 'already', summary: `at ${step.to}` };
  // CloudFormation has no word for `force`.
  if (!stack || force) return byApi(step, force, context);
  const template = (await stackTemplate(session, stack.id, signal)) as TemplateLike | undefined;
  if (clusterIn(template)?.Version === step.to) return byApi(step, force, context);
  const request = {
    name,
    template: { body: templateText(withVersion(template, step.to)) },
    parameters: stack.parameters,
    tags: stack.tags,
    capabilities: [],
    token: actionToken(context, 'change-set'),
  };
  const changeSet = await createChangeSet(session, request, context.clock, changeSetOptions(context));
  if (!changeSet) throw new PrivateEksError('no-change', `CloudFormation finds nothing to change in ${name}.`);
  const others = changeSet.changes.filter(
    change => change.type !== 'AWS::EKS::Cluster' || change.action !== 'modify' || isReplaced(change),
  );
  try {
    throwIfCancelled(context);
    if (others.length > 0)
      throw moreThanVersion(
        name,
        others.map(({ words }) => words),
      );
  } catch (error) {
    await deleteChangeSet(session, changeSet.id, name, changeSetOptions(context).onStays);
    throw error;
  }
  await executeChangeSet(session, changeSet, stack, actionToken(context, 'execute'), signal);
  const settled = await followStack(stack.id, context);
  if (!isWhole(settled.status)) throw await updateFailure(settled, context);
  return { outcome: 'done', summary: `${step.from} → ${step.to}` };
}

const live = ({ session, cluster, signal }: StepContext) => readLiveCluster(session, cluster, signal);

async function isAt(version: string, context: StepContext): Promise<boolean> {
  return (await live(context))?.version === version;
}

async function byApi({ from, to }: UpgradeStepPlan, force: boolean, context: StepContext): Promise<StepResult> {
  const { session, signal, cluster: name } = context;
  throwIfCancelled(context);
  const sdk = await import('@aws-sdk/client-eks');
  const eks = await session.client('eks');
  const what = `the control plane of ${name}`;
  const input = { name, version: to, force, clientRequestToken: actionToken(context, 'version') };
  try {
    const { update } = await eks.send(new sdk.UpdateClusterVersionCommand(input), signalOption(signal));
    await followEksUpdate(update, { what }, context);
  } catch (error) {
    if (!isAwsError(error, 'ResourceInUseException')) throw toStepError(error);
    await followWhatIsOn({ what }, context);
  }
  if (!(await isAt(to, context)))
    throw new PrivateEksError('cluster-busy', `Another update of ${name} was on.`, { retryable: true });
  return { outcome: 'done', summary: `${from} → ${to}` };
}

function withVersion(template: TemplateLike | undefined, version: string): object {
  const resources = Object.entries(resourcesIn(template?.Resources)).map(([id, resource]) => [
    id,
    resource.Type === 'AWS::EKS::Cluster'
      ? { ...resource, Properties: { ...(resource.Properties as object), Version: version } }
      : resource,
  ]);
  return { ...template, Resources: Object.fromEntries(resources) as object };
}

function moreThanVersion(name: string, others: readonly string[]): StepFailure {
  return new StepFailure(
    failureCause({
      code: 'more-than-shown',
      what: `${name} would change in more than its version: ${others[0]}`,
      why: 'An upgrade changes the version and nothing else. Nothing was changed.',
      fix: 'Update first, so that the stack is as the spec says; then upgrade.',
      stackName: name,
      evidence: others,
    }),
  );
}
