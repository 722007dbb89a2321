import path from 'node:path';
import { callerIdentity } from '../aws/identity.ts';
import { PrivateEksError } from '../errors.ts';
import { minuteText } from '../minuteText.ts';
import { readStateJson, writeStateFile } from '../state/stateFile.ts';
import type { UpgradePlan } from '../upgrade/upgradePlan.ts';
import { rollbackDays } from '../upgrade/upgradeRefusals.ts';
import { endedAs } from './createRun.ts';
import type { ClusterKey } from './lease.ts';
import { requireNoneInterrupted, requireNotGivenUp } from './interruptedRun.ts';
import { runningNow } from './otherRun.ts';
import type { RunEvent, RunOutcome, RunStarted } from './runEvent.ts';
import { isOfCluster, listRuns, newRunId } from './runFolder.ts';
import { beginRun, type RunHandle, type RunServices } from './runProcess.ts';
import { upgradeRunSteps, upgradeSteps } from './steps/upgradeSteps.ts';
import { requireNoOpenDelete } from './updateRun.ts';
import { usualTime, type UsualSeconds } from './usualTime.ts';

interface KeptUpgrade {
  readonly plan: UpgradePlan;
  readonly force: boolean;
  /** The cluster's file, in which whoever attends the run sets the version when it is done. */
  readonly specPath?: string | undefined;
}

export interface UpgradeOptions {
  readonly force?: boolean;
  readonly specPath?: string | undefined;
  readonly runId?: string;
}

/** Executes the plan that was shown. @throws PrivateEksError `upgrade-refused`, `delete-unfinished`, and as `runningNow` and `requireNoneInterrupted` */
export async function startUpgrade(
  plan: UpgradePlan,
  services: RunServices,
  { force = false, specPath, runId }: UpgradeOptions = {},
): Promise<RunHandle> {
  const { key, runs } = await runsOf(plan.cluster, services);
  const watched = await runningNow('upgrade', runs, key, services.stateHome);
  if (watched) return watched;
  requireNoOpenDelete(runs, plan.cluster);
  await requireNoneInterrupted(runs, services.stateHome);
  const [first] = plan.refusals;
  if (first) throw new PrivateEksError('upgrade-refused', first.message, { fix: first.fix });
  return begin({ plan, force, specPath }, key, services, runId ?? newRunId('upgrade', plan.cluster, Date.now()));
}

/** Carries the last upgrade on; undefined when none was left unfinished. @throws PrivateEksError as `runningNow` */
export async function resumeUpgrade(cluster: string, services: RunServices): Promise<RunHandle | undefined> {
  const { key, runs } = await runsOf(cluster, services);
  const watched = await runningNow('upgrade', runs, key, services.stateHome);
  if (watched) return watched;
  const [last] = runs;
  if (last?.started.kind !== 'upgrade' || endedAs(last.events, 'done')) return undefined;
  requireNotGivenUp(last);
  const kept = await keptUpgrade(last.dir);
  return kept && begin(kept, key, services, last.runId, endedAs(last.events, 'failed') ? 'retry' : 'resume');
}

/** As `updateUnderWay`, of an upgrade. */
export async function upgradeUnderWay(cluster: string, services: RunServices): Promise<RunHandle | undefined> {
  const { key, runs } = await runsOf(cluster, services);
  const watched = await runningNow('upgrade', runs, key, services.stateHome);
  if (watched) return watched;
  requireNoOpenDelete(runs, cluster);
  await requireNoneInterrupted(runs, services.stateHome);
  return undefined;
}

/** How long it usually takes. */
export function upgradeTime(plan: UpgradePlan): UsualSeconds {
  return usualTime(upgradeRunSteps(plan));
}

/** What the run in this folder was begun with. */
export async function keptUpgrade(dir: string): Promise<KeptUpgrade | undefined> {
  return (await readStateJson(path.join(dir, 'upgrade.json'))) as KeptUpgrade | undefined;
}

async function begin(
  kept: KeptUpgrade,
  key: ClusterKey,
  services: RunServices,
  runId: string,
  resumed?: 'retry' | 'resume',
): Promise<RunHandle> {
  const { plan, force } = kept;
  const { session, speed } = services;
  const steps = upgradeRunSteps(plan);
  const head = resumed
    ? ({ type: 'run-resumed', reason: resumed } as const)
    : ({
        type: 'run-started',
        runId,
        kind: 'upgrade',
        ...key,
        profile: session.profile,
        specPath: kept.specPath,
        specHash: undefined,
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
      steps: upgradeSteps(plan, force),
      prepare: async dir => {
        if (!resumed) await writeStateFile(path.join(dir, 'upgrade.json'), JSON.stringify(kept));
      },
      end: (outcome, events) => ({ summary: upgradeSummary(kept, outcome, events) }),
    },
    services,
  );
}

async function runsOf(cluster: string, { session, stateHome }: RunServices) {
  const { accountId } = await callerIdentity(session);
  const key: ClusterKey = { accountId, region: session.region, cluster };
  return { key, runs: (await listRuns(stateHome)).filter(run => isOfCluster(run, key)) };
}

/** The control plane's step began a little before EKS counts: on the safe side. */
function windowWords({ cluster, direction, from, steps }: UpgradePlan, events: readonly RunEvent[]): string {
  const begun = events.find(event => event.type === 'step-started' && event.step === 'control-plane');
  if (direction === 'back' || !begun || !steps.some(({ id }) => id === 'control-plane')) return '';
  const until = minuteText(begun.at + rollbackDays * 86_400_000);
  return ` Until ${until} it can be taken back to ${from}: private-eks upgrade ${cluster} --rollback.`;
}

function upgradeSummary({ plan, specPath }: KeptUpgrade, outcome: RunOutcome, events: readonly RunEvent[]): string {
  const { cluster, from, to } = plan;
  if (outcome === 'done')
    return `${cluster} runs ${to}.${windowWords(plan, events)} ${
      specPath === undefined
        ? `Set version: "${to}" in its spec file, so that file and cluster agree.`
        : `${path.basename(specPath)} is set to it, too.`
    }`;
  if (outcome === 'cancelled') return `Cancelled between ${from} and ${to}. What was done stays.`;
  const resumed = events.findLastIndex(event => event.type === 'run-resumed');
  const failure = events.slice(Math.max(resumed, 0)).find(event => event.type === 'failure');
  return failure?.type === 'failure' ? failure.cause.what : `${cluster} is not wholly at ${to}.`;
}
