import { PrivateEksError } from '../errors.ts';
import type { Clock } from '../clock.ts';
import { minuteText } from '../minuteText.ts';
import { Journal } from './journal.ts';
import { Lease, type ClusterKey } from './lease.ts';
import type { RunEvent, RunFinished } from './runEvent.ts';
import { isOfCluster, listRuns, viewRun, type StoredRun } from './runFolder.ts';
import type { RunView } from './runView.ts';

interface Interrupted {
  readonly run: StoredRun;
  readonly view: RunView;
}

/** The last run of a cluster, if it is an update or an upgrade whose process ended without a word. `runs`: its own, the latest first. */
export async function interruptedChange(
  [last]: readonly StoredRun[],
  stateHome: string,
): Promise<Interrupted | undefined> {
  if (last?.started.kind !== 'update' && last?.started.kind !== 'upgrade') return undefined;
  const view = await viewRun(stateHome, last);
  return view.status === 'interrupted' ? { run: last, view } : undefined;
}

/**
 * What was changed half is no ground to plan on: the update or upgrade is carried on first, or given up. `specHash`: of the spec as it is
 * now. @throws PrivateEksError `update-interrupted`, `upgrade-interrupted`
 */
export async function requireNoneInterrupted(
  runs: readonly StoredRun[],
  stateHome: string,
  specHash?: string,
): Promise<void> {
  const found = await interruptedChange(runs, stateHome);
  if (!found) return;
  const { kind, cluster, runId, steps, startedAt } = found.view;
  const done = steps.filter(({ status }) => status === 'done').length;
  throw new PrivateEksError(
    `${kind}-interrupted`,
    `An ${kind} of ${cluster} was interrupted: run ${runId}, begun ${minuteText(startedAt)}, ${done} of ${steps.length} steps done.`,
    { fix: waysOn(found.run, specHash) },
  );
}

function waysOn({ started }: StoredRun, specHash: string | undefined): string {
  const { kind, cluster, specPath = 'FILE' } = started;
  const command = kind === 'upgrade' ? `private-eks upgrade ${cluster}` : `private-eks update -f ${specPath}`;
  const isRollback = kind === 'update' && started.specHash === undefined;
  const changed = kind === 'update' && !isRollback && specHash !== undefined && specHash !== started.specHash;
  const on = `${command} --${isRollback ? 'rollback' : 'resume'}`;
  return `${changed ? 'The spec has changed since: undo that and go on' : 'Go on with it'}: ${on}. Or give it up, and plan anew from what is there: ${command} --give-up.`;
}

/**
 * Ends an update or upgrade that was interrupted, in its journal alone: nothing is changed, or taken back.
 * @throws PrivateEksError `nothing-interrupted`, `run-in-progress`
 */
export async function giveUpInterrupted(
  key: ClusterKey,
  { stateHome, clock }: { readonly stateHome: string; readonly clock: Clock },
): Promise<StoredRun> {
  const runs = (await listRuns(stateHome)).filter(run => isOfCluster(run, key));
  const found = await interruptedChange(runs, stateHome);
  if (!found)
    throw new PrivateEksError('nothing-interrupted', `No update or upgrade of ${key.cluster} was interrupted.`);
  const { run } = found;
  const lease = await Lease.take(stateHome, key, run.runId);
  if (!(lease instanceof Lease))
    throw new PrivateEksError('run-in-progress', `Run ${lease.runId} is on in another process.`);
  try {
    await endJournal(run, clock, clock.now());
  } finally {
    await lease.release();
  }
  return run;
}

/** Ends the journals of runs that nobody carried on. Whoever calls holds the cluster's lease. */
export async function endAbandoned(key: ClusterKey, successor: string, stateHome: string, clock: Clock): Promise<void> {
  for (const run of await listRuns(stateHome))
    if (run.runId !== successor && isOfCluster(run, key) && !hasEnded(run.events)) await endJournal(run, clock);
}

const hasEnded = (events: readonly RunEvent[]): boolean => events.at(-1)?.type === 'run-finished';

/** What was given up, or followed by another run, is not resumed: nobody has seen what would be done now. @throws PrivateEksError `run-given-up` */
export function requireNotGivenUp({ started, events }: StoredRun): void {
  const last = events.at(-1);
  if (last?.type !== 'run-finished' || !last.givenUp) return;
  const { kind, cluster, runId } = started;
  throw new PrivateEksError(
    'run-given-up',
    `The last ${kind} of ${cluster} was given up, and is not resumed: run ${runId}.`,
    { fix: 'Begin a new one, without --resume: it is planned from what is there.' },
  );
}

/** The end gets the time of what was heard last: nothing was done afterwards. */
async function endJournal({ dir, events }: StoredRun, clock: Clock, givenUpAt?: number): Promise<void> {
  const at = events.at(-1)?.at ?? clock.now();
  const journal = await Journal.open(dir, { now: () => at, sleep: clock.sleep.bind(clock) });
  try {
    if (hasEnded(journal.events)) return;
    const end: Omit<RunFinished, 'seq' | 'at'> = {
      type: 'run-finished',
      outcome: 'cancelled',
      summary: 'Interrupted, and not carried on. What was done stays.',
      givenUp: true,
      ...(givenUpAt === undefined ? {} : { givenUpAt }),
    };
    journal.append(end);
  } finally {
    journal.close();
  }
}
