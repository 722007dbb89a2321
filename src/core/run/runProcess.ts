import type { AwsSession } from '../aws/awsSession.ts';
import { StackWatcher } from '../aws/stackWatcher.ts';
import { systemClock, type Clock } from '../clock.ts';
import { PrivateEksError } from '../errors.ts';
import { endAbandoned } from './interruptedRun.ts';
import { Journal } from './journal.ts';
import { Lease, type ClusterKey } from './lease.ts';
import type { RunEvent, RunOutcome, RunResumed, RunStarted } from './runEvent.ts';
import { runDir } from './runFolder.ts';
import { clearCancel, watchCancel } from './runRequests.ts';
import { runSteps } from './runSteps.ts';
import type { RunContext, Step } from './step.ts';

/** What a run needs from whoever starts it. */
export interface RunServices {
  readonly stateHome: string;
  readonly session: AwsSession;
  /** The account's clock. */
  readonly clock: Clock;
  /** Account time per real time; above 1 in the sandbox. */
  readonly speed: number;
}

/** A run in this process, or another process's run to be watched. */
export type RunHandle = OwnRun | { readonly kind: 'watched'; readonly runId: string; readonly dir: string };
export interface OwnRun {
  readonly kind: 'own';
  readonly runId: string;
  readonly dir: string;
  /** The first event that this process adds to the journal. */
  readonly firstSeq: number;
  /** Tells every event of the journal, past and to come. */
  subscribe(listener: (event: RunEvent) => void): void;
  /** Rejects only when the run was left, or the lease was lost. */
  readonly finished: Promise<RunOutcome>;
  /** Starts nothing more. */
  cancel(): void;
  /** Leaves at once; what AWS has begun goes on, and the run can be resumed. */
  leave(): void;
}

export interface RunPlanOfWork {
  readonly key: ClusterKey;
  readonly runId: string;
  /** The journal's first event, or why it is taken up again. */
  readonly head: Omit<RunStarted, 'seq' | 'at'> | Omit<RunResumed, 'seq' | 'at'>;
  /** Before the first step, once the lease is held. */
  readonly prepare?: (dir: string) => Promise<void>;
  readonly steps: readonly Step[];
  readonly end: (
    outcome: RunOutcome,
    events: readonly RunEvent[],
  ) => { summary: string; remaining?: readonly string[] };
}

/** Takes the cluster's lease and begins; where somebody holds it, gives that run to be watched. */
export async function beginRun(work: RunPlanOfWork, services: RunServices): Promise<RunHandle> {
  const { key, runId } = work;
  const lease = await Lease.take(services.stateHome, key, runId);
  if (!(lease instanceof Lease))
    return { kind: 'watched', runId: lease.runId, dir: runDir(services.stateHome, lease.runId) };
  const dir = runDir(services.stateHome, runId);
  try {
    await endAbandoned(key, runId, services.stateHome, services.clock);
    const journal = await Journal.open(dir, services.clock);
    await clearCancel(dir);
    await work.prepare?.(dir);
    return carryOut(work, services, dir, lease, journal);
  } catch (error) {
    await lease.release();
    throw error;
  }
}

function carryOut(work: RunPlanOfWork, services: RunServices, dir: string, lease: Lease, journal: Journal): OwnRun {
  const { session, clock } = services;
  const firstSeq = journal.events.length + 1;
  const leave = new AbortController();
  const cancel = new AbortController();
  const stopWatching = new AbortController();
  lease.lost.addEventListener('abort', () => leave.abort(lease.lost.reason), { once: true });
  const signal = leave.signal;
  const context: RunContext = {
    session,
    clock,
    watcher: new StackWatcher(session, clock),
    journal,
    runId: work.runId,
    cluster: work.key.cluster,
    signal,
    cancel: AbortSignal.any([signal, cancel.signal]),
  };
  const requestCancel = () => {
    if (cancel.signal.aborted || signal.aborted || stopWatching.signal.aborted) return;
    journal.append({ type: 'cancel-requested' });
    cancel.abort();
  };
  const run = async (): Promise<RunOutcome> => {
    try {
      journal.append(work.head);
      void watchCancel(dir, systemClock, AbortSignal.any([stopWatching.signal, signal]), requestCancel);
      const outcome = await runSteps(work.steps, context);
      journal.append({ type: 'run-finished', outcome, ...work.end(outcome, journal.events) });
      return outcome;
    } finally {
      stopWatching.abort();
      journal.close();
      await lease.release();
    }
  };
  const finished = run();
  // Whoever holds the handle may look at it later.
  finished.catch(() => undefined);
  return {
    kind: 'own',
    runId: work.runId,
    dir,
    firstSeq,
    subscribe: listener => {
      journal.events.forEach(listener);
      journal.onEvent(listener);
    },
    finished,
    cancel: requestCancel,
    leave: () => leave.abort(new PrivateEksError('run-left', 'The run was left; it can be resumed.')),
  };
}
