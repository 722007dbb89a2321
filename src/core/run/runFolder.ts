import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isSafeName, safeName } from '../state/safeName.ts';
import { hasCode } from '../state/stateFile.ts';
import { readJournal } from './journal.ts';
import { currentLease, type ClusterKey } from './lease.ts';
import type { RunEvent, RunKind, RunStarted } from './runEvent.ts';
import { runView, type RunView } from './runView.ts';

export function runsDir(stateHome: string): string {
  return path.join(stateHome, 'runs');
}

/** `<state>/runs/<runId>`: journal.ndjson, plan.json, spec.yaml, requests/. */
export function runDir(stateHome: string, runId: string): string {
  return path.join(runsDir(stateHome), safeName(runId));
}

/** `create-payments-20261121T074200-9f3a`: sorts by time within a cluster, and tells people what it was. */
export function newRunId(kind: RunKind, cluster: string, now: number): string {
  const stamp = new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '');
  return safeName(`${kind}-${cluster}-${stamp}-${randomBytes(2).toString('hex')}`);
}

export interface StoredRun {
  readonly runId: string;
  readonly dir: string;
  readonly events: readonly RunEvent[];
  readonly started: RunStarted;
}

/** What the folder of runs holds and may be a run. */
export async function runIds(stateHome: string): Promise<string[]> {
  try {
    return (await readdir(runsDir(stateHome))).filter(isSafeName);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Every run that has begun, the latest first. */
export async function listRuns(stateHome: string): Promise<StoredRun[]> {
  const runs: StoredRun[] = [];
  for (const runId of await runIds(stateHome)) {
    const dir = path.join(runsDir(stateHome), runId);
    const events = await readJournal(dir).catch(() => []);
    const [started] = events;
    if (started?.type === 'run-started' && started.runId === runId) runs.push({ runId, dir, events, started });
  }
  return runs.sort((a, b) => b.started.at - a.started.at || b.runId.localeCompare(a.runId));
}

export function isOfCluster({ started }: StoredRun, key: Partial<ClusterKey>): boolean {
  return (
    (key.cluster ?? started.cluster) === started.cluster &&
    (key.region ?? started.region) === started.region &&
    (key.accountId ?? started.accountId) === started.accountId
  );
}

/** The run as a view: `interrupted` when nobody holds its lease and no end was journalled. */
export async function viewRun(stateHome: string, run: StoredRun): Promise<RunView> {
  const { accountId, region, cluster } = run.started;
  const lease = await currentLease(stateHome, { accountId, region, cluster });
  return runView(run.events, { live: lease?.runId === run.runId });
}
