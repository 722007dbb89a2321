import path from 'node:path';
import type { ChangePlan } from '../change/changePlan.ts';
import { readLiveCluster } from '../change/readLiveCluster.ts';
import { settleCluster, type LiveCluster } from '../change/settleCluster.ts';
import { PrivateEksError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { changePreflight } from '../preflight/changePreflight.ts';
import type { PreflightFinding } from '../preflight/preflightFinding.ts';
import { readStateJson, writeStateFile } from '../state/stateFile.ts';
import { endedAs } from './createRun.ts';
import type { ClusterKey } from './lease.ts';
import { requireNoneInterrupted, requireNotGivenUp } from './interruptedRun.ts';
import { runningNow } from './otherRun.ts';
import type { RunEvent, RunOutcome, RunStarted } from './runEvent.ts';
import { isOfCluster, listRuns, newRunId, type StoredRun } from './runFolder.ts';
import type { OpenCluster } from './openCluster.ts';
import { beginRun, type RunHandle, type RunServices } from './runProcess.ts';
import { updateRunSteps, updateSteps, updateTime } from './steps/updateSteps.ts';

export interface UpdateOptions {
  /** The cluster's name, typed by whoever wants it replaced. */
  readonly replace?: string | undefined;
  readonly specPath?: string;
  readonly specText?: string;
  readonly runId?: string;
  /** The run's own way to the Kubernetes API; without it nothing inside the cluster is made or asked. */
  readonly open?: OpenCluster;
}

/**
 * Executes the change plan that was shown. `plan` is the spec's, as it was when the change plan was made.
 * @throws PrivateEksError `update-refused`, `delete-unfinished`, and as `runningNow` and `requireNoneInterrupted`
 */
export async function startUpdate(
  changes: ChangePlan,
  plan: Plan,
  services: RunServices,
  options: UpdateOptions = {},
): Promise<RunHandle> {
  const { key, runs } = await runsOf(plan, services);
  const watched = await runningNow('update', runs, key, services.stateHome);
  if (watched) return watched;
  requireNoOpenDelete(runs, changes.cluster);
  await requireNoneInterrupted(runs, services.stateHome, plan.specHash);
  refuse(changes, options.replace);
  const runId = options.runId ?? newRunId('update', changes.cluster, Date.now());
  return begin(changes, plan, services, options, runId);
}

/**
 * Carries the last update on, with the plan that was shown then. Undefined when there is none that was left unfinished for this spec.
 * @throws PrivateEksError as `runningNow`
 */
export async function resumeUpdate(
  plan: Plan,
  services: RunServices,
  options: Pick<UpdateOptions, 'open'> = {},
): Promise<RunHandle | undefined> {
  const { key, runs } = await runsOf(plan, services);
  const watched = await runningNow('update', runs, key, services.stateHome);
  if (watched) return watched;
  const [last] = runs;
  if (last?.started.kind !== 'update' || endedAs(last.events, 'done')) return undefined;
  requireNotGivenUp(last);
  if (last.started.specHash !== plan.specHash) return undefined;
  const changes = (await readStateJson(path.join(last.dir, 'changes.json'))) as ChangePlan | undefined;
  const kept = (await readStateJson(path.join(last.dir, 'plan.json'))) as Plan | undefined;
  if (!changes || !kept) return undefined;
  const reason = endedAs(last.events, 'failed') ? 'retry' : 'resume';
  return begin(changes, kept, services, options, last.runId, reason);
}

/** What would stop the update, as its first step looks for it. */
export async function lookBeforeUpdate(
  changes: ChangePlan,
  plan: Plan,
  { session, speed }: Pick<RunServices, 'session' | 'speed'>,
): Promise<PreflightFinding[]> {
  return changePreflight(changes, plan, { session }, { seconds: updateTime(changes, plan).typical, speed });
}

/**
 * The update that is on now, to be watched; undefined: a new one may be planned.
 * @throws PrivateEksError `delete-unfinished`, and as `runningNow` and `requireNoneInterrupted`
 */
export async function updateUnderWay(plan: Plan, services: RunServices): Promise<RunHandle | undefined> {
  const { key, runs } = await runsOf(plan, services);
  const watched = await runningNow('update', runs, key, services.stateHome);
  if (watched) return watched;
  requireNoOpenDelete(runs, plan.spec.name);
  await requireNoneInterrupted(runs, services.stateHome, plan.specHash);
  return undefined;
}

async function begin(
  changes: ChangePlan,
  plan: Plan,
  services: RunServices,
  options: UpdateOptions,
  runId: string,
  resumed?: 'retry' | 'resume',
): Promise<RunHandle> {
  const { session, speed } = services;
  const settled = resumed ? plan : settledPlan(plan, changes, await readLiveCluster(session, changes.cluster));
  const { cluster, region, accountId } = changes;
  const listed = updateRunSteps(changes, settled);
  const head = resumed
    ? ({ type: 'run-resumed', reason: resumed } as const)
    : ({
        type: 'run-started',
        runId,
        kind: 'update',
        cluster,
        region,
        accountId,
        profile: session.profile,
        specPath: options.specPath,
        specHash: changes.specHash,
        steps: listed,
        expectedSeconds: updateTime(changes, settled).typical,
        monthlyUsd: changes.monthlyUsd.after,
        speed,
      } satisfies Omit<RunStarted, 'seq' | 'at'>);
  return beginRun(
    {
      key: { accountId, region, cluster },
      runId,
      head,
      steps: updateSteps(changes, settled, options.open),
      prepare: async dir => {
        if (resumed) return;
        await writeStateFile(path.join(dir, 'plan.json'), JSON.stringify(settled));
        await writeStateFile(path.join(dir, 'changes.json'), JSON.stringify(changes));
        if (options.specText !== undefined) await writeStateFile(path.join(dir, 'spec.yaml'), options.specText);
      },
      end: (outcome, events) => ({ summary: updateSummary(cluster, outcome, events) }),
    },
    services,
  );
}

/** The plan with the templates that the change plan was made of. */
function settledPlan(plan: Plan, changes: ChangePlan, live: LiveCluster | undefined): Plan {
  const before = changes.stacks.find(({ id }) => id === 'cluster')?.before;
  const stacks = plan.stacks.map(stack =>
    stack.id === 'cluster' ? settleCluster(stack, before, live, undefined).stack : stack,
  );
  return { ...plan, stacks };
}

/** @throws PrivateEksError `update-refused` with the first reason */
function refuse({ cluster, refusals }: ChangePlan, replace: string | undefined): void {
  if (replace !== undefined && replace !== cluster)
    throw new PrivateEksError('update-refused', `${replace} is not the name of the cluster, which is ${cluster}.`);
  const [first] = refusals.filter(({ byName }) => !(byName && replace === cluster));
  if (first) throw new PrivateEksError('update-refused', first.message, { fix: first.fix });
}

async function runsOf({ account, spec }: Plan, { stateHome }: RunServices) {
  if (!account) throw new TypeError('a plan without an account cannot be run');
  const key: ClusterKey = { accountId: account.accountId, region: account.region, cluster: spec.name };
  return { key, runs: (await listRuns(stateHome)).filter(run => isOfCluster(run, key)) };
}

/** @throws PrivateEksError `delete-unfinished` */
export function requireNoOpenDelete([last]: readonly StoredRun[], cluster: string): void {
  if (last?.started.kind === 'delete' && !endedAs(last.events, 'done'))
    throw new PrivateEksError('delete-unfinished', `A delete of ${cluster} was begun and has not ended.`, {
      fix: `Finish it first: private-eks delete ${cluster} --yes`,
    });
}

function updateSummary(cluster: string, outcome: RunOutcome, events: readonly RunEvent[]): string {
  if (outcome === 'done') return `${cluster} is as the spec says.`;
  if (outcome === 'cancelled') return `Cancelled. What was changed of ${cluster} stays.`;
  const resumed = events.findLastIndex(event => event.type === 'run-resumed');
  const failure = events.slice(Math.max(resumed, 0)).find(event => event.type === 'failure');
  return failure?.type === 'failure' ? failure.cause.what : `${cluster} is not wholly updated.`;
}
