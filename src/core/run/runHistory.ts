import { carryOnCommand } from './carryOnCommand.ts';
import { listRuns, viewRun, type StoredRun } from './runFolder.ts';
import type { RunKind } from './runEvent.ts';
import { canCarryOn, runOutlook, type RunOutlook } from './runOutlook.ts';
import type { RunStatus, RunView } from './runView.ts';

/** One run as a line of history: what went in, what came out. */
export interface PastRun {
  readonly runId: string;
  readonly kind: RunKind;
  readonly cluster: string;
  readonly region: string;
  readonly accountId: string;
  readonly profile: string | undefined;
  readonly specPath: string | undefined;
  readonly specHash: string | undefined;
  readonly status: RunStatus;
  /** ms since the epoch, on the run's clock. */
  readonly startedAt: number;
  /** From its start to its end, or to the last that was heard of it; the time that it stood still before a resume included. */
  readonly durationMs: number;
  readonly resumed: number;
  readonly monthlyUsd: number | undefined;
  /** What failed first of all, also where a later attempt got past it. */
  readonly firstFailure: { readonly step: string; readonly code: string; readonly what: string } | undefined;
  readonly summary: string | undefined;
  /** The command that carries it on; undefined: it is on, done, or nobody can. */
  readonly goesOnWith: string | undefined;
  /** Why nobody can. */
  readonly past: string | undefined;
}

/** Every run of the state folder, or those of one cluster, the latest first. */
export async function runHistory(stateHome: string, cluster?: string): Promise<PastRun[]> {
  const runs = (await listRuns(stateHome)).filter(run => cluster === undefined || run.started.cluster === cluster);
  const known = await Promise.all(runs.map(async run => ({ run, view: await viewRun(stateHome, run) })));
  const views = known.map(({ view }) => view);
  return known.map(({ run, view }) => pastRun(run, view, runOutlook(view, { runs: views })));
}

function pastRun({ events, started }: StoredRun, view: RunView, outlook: RunOutlook): PastRun {
  const failure = events.find(event => event.type === 'failure');
  return {
    runId: started.runId,
    kind: started.kind,
    cluster: started.cluster,
    region: started.region,
    accountId: started.accountId,
    profile: started.profile,
    specPath: started.specPath,
    specHash: started.specHash,
    status: view.status,
    startedAt: view.startedAt,
    durationMs: (view.endedAt ?? view.lastAt) - view.startedAt,
    resumed: events.filter(({ type }) => type === 'run-resumed').length,
    monthlyUsd: started.monthlyUsd,
    firstFailure: failure && { step: failure.step, code: failure.cause.code, what: failure.cause.what },
    summary: view.summary,
    goesOnWith: canCarryOn(outlook) ? carryOnCommand(view) : undefined,
    past: outlook.past,
  };
}
