import { callerIdentity } from '../aws/identity.ts';
import { describeStack, listStacks, type StackView } from '../aws/stack.ts';
import { isSettled, isWhole } from '../aws/stackStatus.ts';
import { removalOrder } from '../change/removalOrder.ts';
import { PrivateEksError } from '../errors.ts';
import type { StackId } from '../plan/plan.ts';
import { stackIdOf, stackName } from '../plan/stackName.ts';
import type { ClusterKey } from './lease.ts';
import { runningNow } from './otherRun.ts';
import { isOfCluster, listRuns, newRunId, type StoredRun } from './runFolder.ts';
import { beginRun, type RunHandle, type RunServices } from './runProcess.ts';
import type { Step, StepContext, StepResult } from './step.ts';
import { followStack, stackFailure } from './steps/followStack.ts';
import { actionFor, leftToPeople, recover } from './steps/recoverStack.ts';
import { isOurs } from './steps/stackTags.ts';

/**
 * Takes every stack whose update failed back to what it was before, the last of the pipeline first.
 * @throws PrivateEksError `nothing-to-roll-back`, and as `runningNow`
 */
export async function startRollback(
  cluster: string,
  services: RunServices,
  options: { readonly runId?: string; readonly specPath?: string } = {},
): Promise<RunHandle> {
  const { session, stateHome, speed } = services;
  const { accountId } = await callerIdentity(session);
  const key: ClusterKey = { accountId, region: session.region, cluster };
  const runs = (await listRuns(stateHome)).filter(run => isOfCluster(run, key));
  const watched = await runningNow('update', runs, key, stateHome);
  if (watched) return watched;
  const failed = await listStacks(session, stack => isOurs(stack, cluster) && canRollBack(stack));
  const ids = removalOrder(failed.flatMap(({ name }) => stackIdOf(cluster, name) ?? []));
  if (ids.length === 0)
    throw new PrivateEksError('nothing-to-roll-back', `No stack of ${cluster} stands in a failed update.`);
  const runId = options.runId ?? newRunId('update', cluster, Date.now());
  const stays = doneBefore(runs, ids);
  const steps = ids.map((id, index): Step => {
    const name = stackName(cluster, id);
    const earlier = ids[index - 1];
    return {
      id: `rollback-${id}`,
      title: `Take back ${id}`,
      needs: earlier === undefined ? [] : [`rollback-${earlier}`],
      stackName: name,
      usualSeconds: { low: 10, typical: 60, high: 900 },
      run: context => rollBack(name, context),
    };
  });
  return beginRun(
    {
      key,
      runId,
      head: {
        type: 'run-started',
        runId,
        kind: 'update',
        cluster,
        region: session.region,
        accountId,
        profile: session.profile,
        specPath: options.specPath,
        specHash: undefined,
        steps: steps.map(({ run: _, ...step }) => step),
        expectedSeconds: 60 * steps.length,
        monthlyUsd: undefined,
        speed,
      },
      steps,
      end: outcome => ({
        summary: outcome === 'done' ? takenBack(cluster, stays) : `${cluster} is not wholly taken back.`,
      }),
    },
    services,
  );
}

/** Titles of what the failed update had changed wholly: CloudFormation takes only a failed update back. */
function doneBefore(runs: readonly StoredRun[], failed: readonly StackId[]): string[] {
  const last = runs.find(({ started }) => started.kind === 'update' && started.specHash !== undefined);
  const done = new Set(
    last?.events.flatMap(event => (event.type === 'step-finished' && event.outcome === 'done' ? [event.step] : [])),
  );
  const others = (last?.started.steps ?? []).filter(
    ({ id, stackName: name }) => name !== undefined && done.has(id) && !failed.some(each => each === id),
  );
  return others.map(({ title }) => title);
}

function takenBack(cluster: string, stays: readonly string[]): string {
  return stays.length === 0
    ? `${cluster} is as it was before the update.`
    : `What had failed of ${cluster} is as it was before the update. What the update had done before stays: ${stays.join(', ')}.`;
}

function canRollBack({ status }: StackView): boolean {
  return status === 'UPDATE_FAILED' || status === 'UPDATE_ROLLBACK_FAILED' || status.startsWith('UPDATE_ROLLBACK_IN');
}

async function rollBack(name: string, context: StepContext): Promise<StepResult> {
  const { session, signal } = context;
  let found = await describeStack(session, name, signal);
  if (found && !isSettled(found.status)) found = await followStack(found.id, context);
  if (!found || isWhole(found.status) || found.status === 'UPDATE_ROLLBACK_COMPLETE') return { outcome: 'already' };
  const action = await actionFor(found, 'remake', context);
  if (action !== 'roll-back' && action !== 'continue-rollback') throw leftToPeople(found);
  const settled = await recover(found, action, context);
  if (settled.status !== 'UPDATE_ROLLBACK_COMPLETE') throw await stackFailure(settled, context);
  return { outcome: 'done', summary: `${name} is as it was` };
}
