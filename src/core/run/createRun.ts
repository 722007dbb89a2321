import path from 'node:path';
import { listStacks } from '../aws/stack.ts';
import { PrivateEksError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { writeStateFile } from '../state/stateFile.ts';
import type { ClusterKey } from './lease.ts';
import { runningNow } from './otherRun.ts';
import type { RunEvent, RunOutcome, RunStarted } from './runEvent.ts';
import { isOfCluster, listRuns, newRunId, type StoredRun } from './runFolder.ts';
import type { OpenCluster } from './openCluster.ts';
import { beginRun, type RunHandle, type RunServices } from './runProcess.ts';
import { createSteps } from './steps/createSteps.ts';
import { isOurs } from './steps/stackTags.ts';

export interface CreateOptions {
  /** Carry on with what is there; without it, anything of this cluster in the account is an error. */
  readonly resume: boolean;
  readonly specPath?: string;
  /** The file as it was read, kept with the run. */
  readonly specText?: string;
  /** Chosen by whoever wants to find the run at once. */
  readonly runId?: string;
  /** The run's own way to the Kubernetes API; without it nothing inside the cluster is made or asked. */
  readonly open?: OpenCluster;
}

/**
 * Creates the cluster of a plan, or carries its creation on. @throws PrivateEksError `cluster-exists`, `delete-in-progress`, and as `runningNow`,
 * `delete-unfinished`
 */
export async function startCreate(plan: Plan, services: RunServices, options: CreateOptions): Promise<RunHandle> {
  const { account, spec } = plan;
  if (!account) throw new TypeError('a plan without an account cannot be run');
  const key: ClusterKey = { accountId: account.accountId, region: account.region, cluster: spec.name };
  const runs = (await listRuns(services.stateHome)).filter(run => isOfCluster(run, key));
  const watched = await runningNow('create', runs, key, services.stateHome);
  if (watched) return watched;
  const [last] = runs;
  const deleteOpen = last?.started.kind === 'delete' && !endedAs(last.events, 'done');
  if (deleteOpen)
    throw new PrivateEksError('delete-unfinished', `A delete of ${spec.name} was begun and has not ended.`, {
      fix: `Finish it first: private-eks delete ${spec.name} --yes`,
    });
  if (!options.resume) await requireNothingThere(key, services);
  const earlier = options.resume ? resumable(last, plan) : undefined;
  const runId = earlier?.runId ?? options.runId ?? newRunId('create', spec.name, Date.now());
  const { session, speed } = services;
  const steps = createSteps(plan, options.open);
  const head = earlier
    ? ({ type: 'run-resumed', reason: endedAs(earlier.events, 'failed') ? 'retry' : 'resume' } as const)
    : ({
        type: 'run-started',
        runId,
        kind: 'create',
        cluster: spec.name,
        region: account.region,
        accountId: account.accountId,
        profile: session.profile,
        specPath: options.specPath,
        specHash: plan.specHash,
        steps: steps.map(({ run: _, ...step }) => step),
        expectedSeconds: plan.time.totalSeconds,
        monthlyUsd: plan.cost.monthlyUsd,
        speed,
      } satisfies Omit<RunStarted, 'seq' | 'at'>);
  return beginRun(
    {
      key,
      runId,
      head,
      steps,
      prepare: async dir => {
        await writeStateFile(path.join(dir, 'plan.json'), JSON.stringify(plan));
        if (options.specText !== undefined) await writeStateFile(path.join(dir, 'spec.yaml'), options.specText);
      },
      end: (outcome, events) => ({ summary: createSummary(spec.name, outcome, events) }),
    },
    services,
  );
}

async function requireNothingThere({ cluster }: ClusterKey, { session }: RunServices): Promise<void> {
  const [stack] = await listStacks(session, candidate => isOurs(candidate, cluster));
  if (!stack) return;
  throw new PrivateEksError(
    'cluster-exists',
    `There are stacks of ${cluster} in ${session.region} already, ${stack.name} among them.`,
    {
      fix: `Carry on with them (--resume), or delete them first: private-eks delete ${cluster} --yes`,
    },
  );
}

/** The same spec goes on in the same run; a changed one begins a new run, which takes over the stacks that are there. */
function resumable(last: StoredRun | undefined, plan: Plan): StoredRun | undefined {
  const same = last?.started.kind === 'create' && last.started.specHash === plan.specHash;
  return same ? last : undefined;
}

export function endedAs(events: readonly RunEvent[], outcome: RunOutcome): boolean {
  const last = events.at(-1);
  return last?.type === 'run-finished' && last.outcome === outcome;
}

function createSummary(cluster: string, outcome: RunOutcome, events: readonly RunEvent[]): string {
  if (outcome === 'done') {
    const verified = events.findLast(event => event.type === 'step-finished' && event.step === 'verify');
    return `${cluster} is verified: ${verified?.type === 'step-finished' ? (verified.summary ?? '') : ''}`;
  }
  if (outcome === 'cancelled')
    return `Cancelled. What was made of ${cluster} stays, and costs, until it is resumed or deleted.`;
  const resumed = events.findLastIndex(event => event.type === 'run-resumed');
  const failure = events.slice(Math.max(resumed, 0)).find(event => event.type === 'failure');
  return failure?.type === 'failure' ? failure.cause.what : `${cluster} is not complete.`;
}
