import type { Bastion } from '../../core/tunnel/bastion/bastion.ts';
import type { Retired } from '../../core/tunnel/bastion/extendBastion.ts';
import { durationText } from '../../protocol/measures.ts';

export interface Extension {
  readonly bastion: Bastion;
  /** The account's time, ms. */
  readonly now: number;
  readonly ttlMinutes: number;
  readonly hourlyUsd: number;
  /** Clusters whose tunnels of this machine go through it: idle ones move at once. */
  readonly idle: readonly string[];
  readonly busy: readonly string[];
  readonly isSandbox: boolean;
}

/** What somebody agrees to who extends a bastion. */
export function extensionConsent(extension: Extension, timeText: (time: number) => string): string {
  const { bastion, now, ttlMinutes, hourlyUsd, idle, busy, isSandbox } = extension;
  const until = now + ttlMinutes * 60_000;
  const sandbox = isSandbox ? ' The times are simulated, and the sandbox costs nothing.' : '';
  return [
    `It ends at ${timeText(bastion.expiresAt)}, in ${durationText(bastion.expiresAt - now)}. Extended, there is a bastion until ${timeText(until)}: ${durationText(until - bastion.expiresAt)} longer.`,
    `A task’s time cannot be changed: a new task is started and takes over. About ${hourlyUsd} USD an hour (us-east-1 list price), for both while both run.${sandbox}`,
    'The old task is stopped then if nobody goes through it. Else it runs on until its own time is over, and nothing is cut before.',
    ...idle.map(cluster => `Your tunnel to ${cluster} carries nothing now, and moves at once.`),
    ...busy.map(cluster => `Your tunnel to ${cluster} is in use: it moves when the old task ends.`),
  ].join('\n\n');
}

/** How it went, in one message. */
export function extensionOutcome(
  next: Bastion,
  retired: readonly Retired[],
  timeText: (time: number) => string,
): string {
  const stay = retired.filter(({ stopped }) => !stopped);
  return [
    `There is a bastion until ${timeText(next.expiresAt)}.`,
    ...(retired.length > stay.length ? ['The old one is stopped.'] : []),
    ...stay.map(
      ({ bastion, why }) => `The old one runs on until ${timeText(bastion.expiresAt)}, at its price: ${why}.`,
    ),
  ].join(' ');
}
