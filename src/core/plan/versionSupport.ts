import { versionTable } from '../spec/versionTable.ts';
import type { AccountFacts } from './plan.ts';

export interface VersionSupport {
  readonly phase: 'standard' | 'extended' | 'unsupported' | 'unknown';
  /** ISO day on which standard support ends, where known. */
  readonly standardUntil?: string;
  /** Days from today to that day; negative when past. */
  readonly daysLeft?: number;
}

/** The account's own answer wins over the table of this release. */
export function supportOf(version: string, account: AccountFacts | undefined, today: string): VersionSupport {
  const offered = account?.versions.find(known => known.version === version);
  const known = versionTable.find(row => row.version === version);
  const standardUntil = offered?.standardUntil?.slice(0, 10) ?? known?.standardUntil;
  const dates = standardUntil === undefined ? {} : { standardUntil, daysLeft: daysBetween(today, standardUntil) };
  if (offered) return { phase: offered.support, ...dates };
  if (!known) return { phase: 'unknown' };
  const phase = today <= known.standardUntil ? 'standard' : today <= known.extendedUntil ? 'extended' : 'unsupported';
  return { phase, ...dates };
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}
