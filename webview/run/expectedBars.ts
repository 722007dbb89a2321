import type { StepView } from '../../src/protocol/runPanel.ts';

export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Where each step that has not ended is expected to stand, ms on the run's clock: it begins when what it needs has ended and takes its
 * typical time; what is late is expected now.
 */
export function expectedBars(steps: readonly StepView[], runStart: number, now: number): ReadonlyMap<string, Span> {
  const byId = new Map(steps.map(step => [step.id, step]));
  const ends = new Map<string, number>();
  const expected = new Map<string, Span>();
  const endOf = (id: string): number => {
    const known = ends.get(id);
    if (known !== undefined) return known;
    ends.set(id, runStart);
    const step = byId.get(id);
    if (!step) return runStart;
    let end = step.endedAt;
    if (end === undefined) {
      const start = step.startedAt ?? Math.max(now, ...step.needs.map(endOf));
      end = Math.max(start + step.usualSeconds.typical * 1000, now);
      expected.set(id, { start, end });
    }
    ends.set(id, end);
    return end;
  };
  for (const { id } of steps) endOf(id);
  return expected;
}
