import { isFailure } from './eventFilter.ts';
import type { StepStatus } from './runPanel.ts';

/** One resource of a step's stack on the time axis, as its latest event tells it. */
export interface ResourceBar {
  readonly key: string;
  /** Logical ids down to it. */
  readonly label: string;
  readonly type: string;
  readonly status: StepStatus;
  /** AWS's own time, ms; `end` is undefined while it goes on. */
  readonly start: number;
  readonly end: number | undefined;
}
/** A step's resources: how many there are, and the most telling of them. */
export interface StepResources {
  readonly step: string;
  readonly total: number;
  readonly bars: readonly ResourceBar[];
}

/** More than these of one step nobody reads as bars; the events have them all. */
export const mostBars = 60;

/** Of a CloudFormation status: how far, and whether it went well. */
export function resourceStatus(status: string): StepStatus {
  // Back at what it was is no failure: what failed is told before.
  if (isFailure(status) && !/^UPDATE_ROLLBACK_(IN_PROGRESS|COMPLETE)/.test(status)) return 'failed';
  return status.endsWith('IN_PROGRESS') ? 'running' : 'done';
}

/** What failed before what goes on before what is done, the later of each, in the order in which they came. */
export function mostTelling(bars: readonly ResourceBar[], most = mostBars): readonly ResourceBar[] {
  if (bars.length <= most) return bars;
  const kept = new Set<ResourceBar>();
  for (const isWanted of [
    (bar: ResourceBar) => bar.status === 'failed',
    (bar: ResourceBar) => bar.status === 'running',
    () => true,
  ])
    for (let index = bars.length - 1; index >= 0 && kept.size < most; index--) {
      const bar = bars[index];
      if (bar && isWanted(bar)) kept.add(bar);
    }
  return bars.filter(bar => kept.has(bar));
}

/** What is known of each step's resources after a change: bars that are told replace those of the same key, new ones follow. */
export function mergeResources(
  known: readonly StepResources[],
  told: readonly StepResources[],
): readonly StepResources[] {
  const bySteps = new Map(known.map(one => [one.step, one]));
  for (const { step, total, bars } of told) {
    const merged = new Map(bySteps.get(step)?.bars.map(bar => [bar.key, bar]));
    for (const bar of bars) merged.set(bar.key, bar);
    bySteps.set(step, { step, total, bars: mostTelling([...merged.values()]) });
  }
  return [...bySteps.values()];
}
