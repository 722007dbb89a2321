import type { RunStep } from './runEvent.ts';

export type UsualSeconds = RunStep['usualSeconds'];

/** How long steps take together, each kind of time along its own longest way. */
export function usualTime(steps: readonly Pick<RunStep, 'id' | 'needs' | 'usualSeconds'>[]): UsualSeconds {
  const along = (kind: keyof UsualSeconds): number => {
    const ends = new Map<string, number>();
    const endOf = (id: string): number => {
      const step = steps.find(candidate => candidate.id === id);
      if (!step) return 0;
      const known = ends.get(id);
      if (known !== undefined) return known;
      const end = step.usualSeconds[kind] + Math.max(0, ...step.needs.map(endOf));
      ends.set(id, end);
      return end;
    };
    return Math.max(0, ...steps.map(({ id }) => endOf(id)));
  };
  return { low: along('low'), typical: along('typical'), high: along('high') };
}

/** `about 12 minutes (8 to 25 minutes)`, `about 27 minutes (14 minutes to 3 hours)`, `less than a minute` */
export function usualTimeText({ low, typical, high }: UsualSeconds): string {
  const [from, mean, to] = [duration(low), duration(typical), duration(high)];
  const about = mean.count === 0 ? 'less than a minute' : `about ${words(mean)}`;
  const range =
    from.count === 0
      ? `at most ${words(to)}`
      : from.unit === to.unit
        ? `${from.count} to ${words(to)}`
        : `${words(from)} to ${words(to)}`;
  return words(from) === words(to) ? about : `${about} (${range})`;
}

interface Duration {
  readonly count: number;
  readonly unit: 'minute' | 'hour';
}

function duration(seconds: number): Duration {
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? { count: minutes, unit: 'minute' } : { count: Math.round(minutes / 30) / 2, unit: 'hour' };
}

const words = ({ count, unit }: Duration): string => `${count} ${unit}${count === 1 ? '' : 's'}`;
