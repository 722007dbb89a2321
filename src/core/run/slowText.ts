import type { StepSlow } from './runEvent.ts';

/** "takes longer than usual (9 min, usually 2 to 4 min); waits for 2 of 2 nodes to join". */
export function slowText({ waitedSeconds, usualSeconds, waitingFor }: StepSlow): string {
  const { low, high } = usualSeconds;
  const usual = high < 120 ? `${low} to ${high} s` : `${minutes(low)} to ${minutes(high)} min`;
  return `takes longer than usual (${waitedSeconds < 120 ? `${Math.round(waitedSeconds)} s` : `${minutes(waitedSeconds)} min`}, usually ${usual}); waits for ${waitingFor}`;
}

const minutes = (seconds: number): number => Math.max(1, Math.round(seconds / 60));
