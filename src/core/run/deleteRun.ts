import path from 'node:path';
import { callerIdentity } from '../aws/identity.ts';
import { listStacks } from '../aws/stack.ts';
import { PrivateEksError } from '../errors.ts';
import type { StackId } from '../plan/plan.ts';
import { stackIdOf } from '../plan/stackName.ts';
import { specHashTag } from '../spec/ownTags.ts';
import { readStateJson, writeStateFile } from '../state/stateFile.ts';
import { endedAs } from './createRun.ts';
import type { ClusterKey } from './lease.ts';
import { runningNow } from './otherRun.ts';
import type { Where } from '../leftovers/clusterLeavings.ts';
import { whereIs } from '../leftovers/deleteOutlook.ts';
import type { RunStarted } from './runEvent.ts';
import { isOfCluster, listRuns, newRunId, type StoredRun } from './runFolder.ts';
import { beginRun, type RunHandle, type RunServices } from './runProcess.ts';
import { deleteRunSteps, deleteSteps, stackOf } from './steps/deleteSteps.ts';
import { isOurs } from './steps/stackTags.ts';
import type { KeyChoice } from './steps/retireKey.ts';
import { usualTime } from './usualTime.ts';

export interface DeleteOptions {
  readonly key: KeyChoice;
  /** Delete the volumes of the cluster's claims, too: their data is lost. */
  readonly withVolumes?: boolean;
  /** Logical ids that may stay where their deletion fails: `Vpc`, or with their stack, `network/Vpc`. Not kept with the run. */
  readonly retain?: readonly string[];
  readonly runId?: string;
}

/** Deletes all that was made for a cluster, or carries on with it. @throws PrivateEksError `create-in-progress`, `nothing-to-delete` */
export async function startDelete(cluster: string, services: RunServices, options: DeleteOptions): Promise<RunHandle> {
  const { session, stateHome, speed } = services;
  const { accountId } = await callerIdentity(session);
  const key: ClusterKey = { accountId, region: session.region, cluster };
  const runs = (await listRuns(stateHome)).filter(run => isOfCluster(run, key));
  const watched = await runningNow('delete', runs, key, stateHome);
  if (watched) return watched;
  const [last] = runs;
  const earlier = last?.started.kind === 'delete' && !endedAs(last.events, 'done') ? last : undefined;
  const stacks = await listStacks(session, stack => isOurs(stack, cluster));
  if (stacks.length === 0 && !earlier)
    throw new PrivateEksError(
      'nothing-to-delete',
      `There is no stack of ${cluster} in account ${accountId}, ${session.region}.`,
      {
        fix: 'Check the name, the profile and the region. A cluster that Private EKS did not make is never deleted.',
      },
    );
  const present = new Set(stacks.map(({ name }) => stackIdOf(cluster, name)).filter(id => id !== undefined));
  const kept = earlier ? await keptOptions(earlier) : undefined;
  const keyChoice = kept?.key ?? options.key;
  const withVolumes = options.withVolumes ?? kept?.withVolumes ?? false;
  const where = kept?.where ?? (await whereIs(session, cluster, stacks));
  const runId = earlier?.runId ?? options.runId ?? newRunId('delete', cluster, Date.now());
  const steps = earlier ? widened(earlier, cluster, present) : deleteRunSteps(cluster, present);
  const remaining = new Set<string>();
  const head = earlier
    ? ({ type: 'run-resumed', reason: endedAs(earlier.events, 'failed') ? 'retry' : 'resume' } as const)
    : ({
        type: 'run-started',
        runId,
        kind: 'delete',
        cluster,
        region: session.region,
        accountId,
        profile: session.profile,
        specPath: undefined,
        specHash: stacks.map(({ tags }) => tags[specHashTag]).find(hash => hash !== undefined),
        steps,
        expectedSeconds: usualTime(steps).typical,
        monthlyUsd: undefined,
        speed,
      } satisfies Omit<RunStarted, 'seq' | 'at'>);
  return beginRun(
    {
      key,
      runId,
      head,
      steps: deleteSteps(steps, {
        cluster,
        accountId,
        key: keyChoice,
        where,
        withVolumes,
        retain: options.retain ?? [],
        remaining,
      }),
      prepare: dir =>
        writeStateFile(path.join(dir, 'options.json'), JSON.stringify({ key: keyChoice, withVolumes, where })),
      end: outcome => ({
        summary: outcome === 'done' ? `${cluster} is gone.` : `${cluster} is not gone: run the delete again to go on.`,
        remaining: [...remaining],
      }),
    },
    services,
  );
}

/** The steps that the journal lists; a stack that came since, as none should, makes them anew with it. */
function widened({ started }: StoredRun, cluster: string, present: ReadonlySet<StackId>) {
  const known = started.steps.map(({ id }) => stackOf(id)).filter(id => id !== undefined);
  return [...present].every(id => known.includes(id))
    ? started.steps
    : deleteRunSteps(cluster, new Set([...known, ...present]));
}

interface KeptOptions {
  readonly key: KeyChoice | undefined;
  readonly withVolumes: boolean;
  readonly where: Where | undefined;
}

/** A delete that is taken up again treats key and volumes as it was told at first, and knows the VPC whose stack may be gone by now. */
async function keptOptions({ dir, started }: StoredRun): Promise<KeptOptions> {
  const kept = ((await readStateJson(path.join(dir, 'options.json'))) ?? {}) as Readonly<Record<string, unknown>>;
  const { key, withVolumes, where } = kept;
  const place = typeof where === 'object' && where !== null ? (where as Partial<Where>) : undefined;
  return {
    key: key === 'keep' || key === 'schedule-deletion' ? key : undefined,
    withVolumes: withVolumes === true,
    where: place && {
      cluster: started.cluster,
      vpcId: typeof place.vpcId === 'string' ? place.vpcId : undefined,
      ownVpc: place.ownVpc === true,
    },
  };
}
