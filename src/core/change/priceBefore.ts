import type { StoredRun } from '../run/runFolder.ts';

/**
 * What the cluster costs a month before an update, by the plan of its last run that was done: one that failed has changed nobody knows how
 * much of it. `runs` of this one cluster, the latest first.
 */
export function priceBefore(runs: readonly Pick<StoredRun, 'events' | 'started'>[]): number | undefined {
  return runs.find(({ events, started }) => {
    const end = events.findLast(event => event.type === 'run-finished');
    return started.monthlyUsd !== undefined && end?.outcome === 'done';
  })?.started.monthlyUsd;
}
