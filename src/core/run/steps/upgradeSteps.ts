import { isAwsError, toPrivateEksError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import { describeStack, stackTemplate } from '../../aws/stack.ts';
import { isSettled, isWhole } from '../../aws/stackStatus.ts';
import { createChangeSet, executeChangeSet } from '../../change/changeSet.ts';
import { PrivateEksError } from '../../errors.ts';
import { nodesStackId, stackName } from '../../plan/stackName.ts';
import { templateText } from '../../templates/templateText.ts';
import { readUpgradeFacts } from '../../upgrade/readUpgradeFacts.ts';
import { upgradePlan, type UpgradePlan, type UpgradeStepPlan } from '../../upgrade/upgradePlan.ts';
import { failureCause } from '../failureCause.ts';
import type { RunStep } from '../runEvent.ts';
import { StepFailure, throwIfCancelled, type Step, type StepContext, type StepResult } from '../step.ts';
import { actionToken } from './actionToken.ts';
import { joined } from './awaitJoin.ts';
import { changeSetOptions } from './changeSetOptions.ts';
import { controlPlaneStep } from './controlPlaneStep.ts';
import { followEksUpdate, followWhatIsOn } from './eksUpdate.ts';
import { followStack } from './followStack.ts';
import { updateFailure } from './updateStackStep.ts';

const usual: Readonly<Record<UpgradeStepPlan['kind'], readonly [number, number, number]>> = {
  'control-plane': [480, 600, 1800],
  addon: [30, 60, 600],
  managed: [300, 900, 7200],
  'self-managed': [300, 900, 7200],
};
const titles = {
  'control-plane': 'Control plane',
  addon: 'Add-on',
  managed: 'Nodes',
  'self-managed': 'Nodes',
} as const;

/** One after the other: EKS takes one update at a time, and nothing goes on where something is broken. */
export function upgradeRunSteps(plan: UpgradePlan): RunStep[] {
  const middle = plan.steps.map(({ id, kind, name }) => {
    const [low, typical, high] = usual[kind];
    const title = kind === 'control-plane' ? titles[kind] : `${titles[kind]} ${name}`;
    return { id, title, usualSeconds: { low, typical, high } };
  });
  const all = [
    { id: 'readiness' as const, title: 'Readiness', usualSeconds: { low: 3, typical: 8, high: 60 } },
    ...middle,
    { id: 'verify' as const, title: 'Verify', usualSeconds: { low: 3, typical: 8, high: 60 } },
  ];
  return all.map((step, index) => ({ ...step, needs: all.slice(Math.max(0, index - 1), index).map(({ id }) => id) }));
}

export function upgradeSteps(plan: UpgradePlan, force: boolean): Step[] {
  return upgradeRunSteps(plan).map(step => ({ ...step, run: context => runStep(step.id, plan, force, context) }));
}

async function runStep(
  id: RunStep['id'],
  plan: UpgradePlan,
  force: boolean,
  context: StepContext,
): Promise<StepResult> {
  if (id === 'readiness') return readiness(plan, force, context);
  if (id === 'verify') return verifyUpgrade(plan, context);
  const step = plan.steps.find(planned => planned.id === id);
  if (!step) throw new TypeError(`an upgrade has no step ${id}`);
  if (step.kind === 'control-plane') return controlPlaneStep(step, force, context);
  if (step.kind === 'addon') return addonStep(step, context);
  return step.kind === 'managed' ? managedStep(step, context) : selfManagedStep(step, context);
}

/** What stands in the way may have come since the plan was made. A run that is resumed half-way is past its own refusals. */
async function readiness(plan: UpgradePlan, force: boolean, context: StepContext): Promise<StepResult> {
  const { session, signal, clock } = context;
  const { direction, to } = plan;
  const facts = await readUpgradeFacts(session, plan.cluster, { direction, to }, signal);
  if (facts.version === to || facts.status === 'UPDATING') return { outcome: 'already', summary: 'begun before' };
  const begun = context.attempt > 1 && direction === 'back';
  const [first, ...more] = upgradePlan(facts, { direction, to, force, now: clock.now() }).refusals;
  if (!first || begun) return { outcome: 'done', summary: `${facts.insights.length} insights of EKS looked at` };
  throw new StepFailure(
    failureCause({
      code: first.code,
      what: first.message,
      why: 'Nothing was changed.',
      fix: first.fix,
      evidence: more.map(({ message }) => message),
    }),
  );
}

async function addonStep(step: UpgradeStepPlan, context: StepContext): Promise<StepResult> {
  const { name: addonName, from, to } = step;
  const what = `add-on ${addonName}`;
  const { session, signal, cluster: clusterName } = context;
  const sdk = await import('@aws-sdk/client-eks');
  const eks = await session.client('eks');
  try {
    const place = { clusterName, addonName };
    const { addon } = await eks.send(new sdk.DescribeAddonCommand(place), signalOption(signal));
    if (addon?.status === 'UPDATING' && (await followWhatIsOn({ addonName, what }, context)) > 0)
      return await addonStep(step, context);
    if (addon?.addonVersion === to && addon.status === 'ACTIVE') return { outcome: 'already', summary: `at ${to}` };
    throwIfCancelled(context);
    // PRESERVE: what somebody set in the cluster stays, as an upgrade is no change of settings. Configuration and Pod Identity stay without
    // being said again; a role by IRSA does not: EKS takes an update without one for the node role's permissions.
    const role = addon?.serviceAccountRoleArn;
    const input = {
      ...place,
      addonVersion: to,
      ...(role ? { serviceAccountRoleArn: role } : {}),
      resolveConflicts: 'PRESERVE' as const,
      clientRequestToken: actionToken(context, 'addon'),
    };
    const { update } = await eks.send(new sdk.UpdateAddonCommand(input), signalOption(signal));
    await followEksUpdate(update, { addonName, what }, context);
  } catch (error) {
    throw known(error, `Add-on ${addonName}`);
  }
  return { outcome: 'done', summary: `${from} → ${to}` };
}

async function managedStep(step: UpgradeStepPlan, context: StepContext): Promise<StepResult> {
  const { name: nodegroupName, from, to } = step;
  const { session, signal, cluster: clusterName } = context;
  const sdk = await import('@aws-sdk/client-eks');
  const eks = await session.client('eks');
  const place = { clusterName, nodegroupName };
  const what = `node group ${nodegroupName}`;
  try {
    const { nodegroup } = await eks.send(new sdk.DescribeNodegroupCommand(place), signalOption(signal));
    if (nodegroup?.status === 'UPDATING' && (await followWhatIsOn({ nodegroupName, what }, context)) > 0)
      return await managedStep(step, context);
    if (nodegroup?.version === to) return { outcome: 'already', summary: `at ${to}` };
    throwIfCancelled(context);
    const input = { ...place, version: to, clientRequestToken: actionToken(context, 'nodes') };
    const { update } = await eks.send(new sdk.UpdateNodegroupVersionCommand(input), signalOption(signal));
    await followEksUpdate(update, { nodegroupName, what }, context);
  } catch (error) {
    throw known(error, `Node group ${nodegroupName}`);
  }
  return { outcome: 'done', summary: `${from} → ${to}` };
}

/** A new image for the launch template: the group's update policy replaces the instances, one after the other. */
async function selfManagedStep({ name, from, to }: UpgradeStepPlan, context: StepContext): Promise<StepResult> {
  const { session, clock, signal, cluster } = context;
  const nodes = stackName(cluster, nodesStackId(name));
  let stack = await describeStack(session, nodes, signal);
  if (!stack) throw new PrivateEksError('stack-missing', `Stack ${nodes} is gone.`);
  if (!isSettled(stack.status)) stack = await followStack(stack.id, context);
  const image = stack.parameters.ImageId ?? '';
  const next = image.replace(/(optimized-ami\/|aws-k8s-)1\.\d+/, `$1${to}`);
  if (next === image && isWhole(stack.status)) return { outcome: 'already', summary: `at ${to}` };
  const template = ((await stackTemplate(session, stack.id, signal)) as object | undefined) ?? {};
  const request = {
    name: nodes,
    template: { body: templateText(template) },
    parameters: { ...stack.parameters, ImageId: next },
    tags: stack.tags,
    capabilities: [],
    token: actionToken(context, 'change-set'),
  };
  throwIfCancelled(context);
  const changeSet = await createChangeSet(session, request, clock, changeSetOptions(context));
  if (!changeSet) return { outcome: 'already', summary: `at ${to}` };
  await executeChangeSet(session, changeSet, stack, actionToken(context, 'execute'), signal);
  const settled = await followStack(stack.id, context);
  if (!isWhole(settled.status)) throw await updateFailure(settled, context);
  return joined(name, { outcome: 'done', summary: `${from} → ${to}` }, context);
}

/** Holds the cluster to what was planned, by EKS's own words. */
async function verifyUpgrade(
  { cluster, direction, to, steps }: UpgradePlan,
  context: StepContext,
): Promise<StepResult> {
  const facts = await readUpgradeFacts(context.session, cluster, { direction, to }, context.signal);
  const planned = new Map(steps.map(step => [step.id as string, step.to]));
  const wrong = [
    ...(facts.version === to && facts.status === 'ACTIVE'
      ? []
      : [`the control plane is ${facts.status} at ${facts.version}`]),
    ...facts.addons
      .filter(
        ({ name, version, status }) => status !== 'ACTIVE' || (planned.get(`addon-${name}`) ?? version) !== version,
      )
      .map(({ name, version, status }) => `add-on ${name} is ${status} at ${version}`),
    ...facts.groups
      .filter(
        ({ name, version, status }) => status !== 'ACTIVE' || (planned.get(`nodes-${name}`) ?? version) !== version,
      )
      .map(({ name, version, status }) => `node group ${name} is ${status} at ${version}`),
  ];
  if (wrong.length === 0) return { outcome: 'done', summary: `control plane, add-ons and nodes at ${to}` };
  throw new StepFailure(
    failureCause({
      code: 'not-verified',
      what: `The upgrade is through, but ${wrong[0]}.`,
      why: 'EKS’s own description is not what was planned.',
      fix: 'Retry looks again; if it stays, look at what is named.',
      evidence: wrong,
    }),
  );
}

function known(error: unknown, what: string): unknown {
  if (error instanceof StepFailure) return error;
  if (isAwsError(error, 'ResourceInUseException'))
    return new PrivateEksError('cluster-busy', `${what} has an update already.`, { retryable: true, cause: error });
  return toPrivateEksError(error);
}
