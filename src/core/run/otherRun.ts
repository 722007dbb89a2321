import { PrivateEksError } from '../errors.ts';
import { currentLease, type ClusterKey } from './lease.ts';
import type { RunKind } from './runEvent.ts';
import { runDir, type StoredRun } from './runFolder.ts';
import type { RunHandle } from './runProcess.ts';

const doing: Readonly<Record<RunKind, string>> = {
  create: 'created',
  update: 'updated',
  upgrade: 'upgraded',
  delete: 'deleted',
};

/**
 * The run that works on the cluster now, to be watched when it is of the wanted kind.
 * @throws PrivateEksError `create-in-progress`, `update-in-progress`, `upgrade-in-progress`, `delete-in-progress`
 */
export async function runningNow(
  kind: RunKind,
  runs: readonly StoredRun[],
  key: ClusterKey,
  stateHome: string,
): Promise<RunHandle | undefined> {
  const lease = await currentLease(stateHome, key);
  if (!lease) return undefined;
  const on = runs.find(({ runId }) => runId === lease.runId)?.started.kind;
  if (on !== undefined && on !== kind)
    throw new PrivateEksError(`${on}-in-progress`, `${key.cluster} is being ${doing[on]} (run ${lease.runId}).`, {
      fix: on === 'delete' ? 'Wait for it to end.' : 'Cancel that run first, or wait for its end.',
    });
  return { kind: 'watched', runId: lease.runId, dir: runDir(stateHome, lease.runId) };
}
