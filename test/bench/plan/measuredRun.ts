import type { Plan } from '../../../src/core/plan/plan.ts';
import type { RunEvent } from '../../../src/core/run/runEvent.ts';

/** A run as it went on the simulated account: seconds of account time. */
export interface MeasuredRun {
  readonly makespan: number;
  /** Along the way that ended last: what AWS worked, and what was waited between AWS's work. */
  readonly path: readonly MeasuredStep[];
  readonly aws: number;
  readonly ownWaiting: number;
}
export interface MeasuredStep {
  readonly id: string;
  readonly seconds: number;
  /** AWS's own share: from the stack's first event to its last. */
  readonly aws: number;
}

/** Goes back from the last step along the need that ended last; ISO times of AWS's events tell its share. */
export function measureRun(plan: Plan, events: readonly RunEvent[]): MeasuredRun {
  const times = new Map(plan.steps.map(({ id }) => [id as string, timesOf(id, events)]));
  const path: MeasuredStep[] = [];
  let at: string | undefined = lastOf([...times.keys()], times);
  while (at !== undefined) {
    const here = times.get(at);
    if (!here) throw new Error(`step ${at} was not run`);
    path.unshift({ id: at, seconds: here.end - here.start, aws: here.aws });
    const step = plan.steps.find(({ id }) => id === at);
    at = lastOf(step?.needs ?? [], times);
  }
  const ends = [...times.values()].map(({ end }) => end);
  const first = Math.min(...[...times.values()].map(({ start }) => start));
  const makespan = Math.max(...ends) - first;
  const aws = path.reduce((sum, step) => sum + step.aws, 0);
  return { makespan, path, aws, ownWaiting: makespan - aws };
}

interface StepTimes {
  readonly start: number;
  readonly end: number;
  readonly aws: number;
}

function timesOf(step: string, events: readonly RunEvent[]): StepTimes {
  const start = events.find(event => event.type === 'step-started' && event.step === step)?.at ?? NaN;
  const end = events.findLast(event => event.type === 'step-finished' && event.step === step)?.at ?? NaN;
  const stamps = events.flatMap(event =>
    event.type === 'stack-event' && event.step === step ? [event.timestamp] : [],
  );
  const aws = stamps.length > 0 ? Math.max(...stamps) - Math.min(...stamps) : 0;
  return { start: start / 1000, end: end / 1000, aws: aws / 1000 };
}

function lastOf(ids: readonly string[], times: ReadonlyMap<string, StepTimes>): string | undefined {
  return ids.reduce<string | undefined>((last, id) => {
    const end = times.get(id)?.end ?? -Infinity;
    return last === undefined || end > (times.get(last)?.end ?? -Infinity) ? id : last;
  }, undefined);
}
