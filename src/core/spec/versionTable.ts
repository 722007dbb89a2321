/** A Kubernetes minor version as EKS offers it; dates are ISO days. */
export interface VersionDates {
  readonly version: string;
  readonly standardUntil: string;
  readonly extendedUntil: string;
}

/** What EKS offered on 2026-11-21 (EKS's release calendar), newest first. With an account, `DescribeClusterVersions` wins. */
export const versionTable: readonly VersionDates[] = [
  { version: '1.36', standardUntil: '2027-08-02', extendedUntil: '2028-08-02' },
  { version: '1.35', standardUntil: '2027-03-27', extendedUntil: '2028-03-27' },
  { version: '1.34', standardUntil: '2026-12-02', extendedUntil: '2027-12-02' },
  { version: '1.33', standardUntil: '2026-07-29', extendedUntil: '2027-07-29' },
  { version: '1.32', standardUntil: '2026-03-23', extendedUntil: '2027-03-23' },
];
export const defaultVersion = '1.36';
export const versionTableDate = '2026-11-21';

/** Versions after the newest known that may have come since; beyond it a number is taken for a slip. */
const plausibleAhead = 3;

/** `known`: in the table; `newer`: may exist by now, AWS will tell; `gone`: EKS no longer makes such clusters; `unknown`: no such version. */
export function judgeVersion(version: string): 'known' | 'newer' | 'gone' | 'unknown' {
  if (versionTable.some(known => known.version === version)) return 'known';
  const minors = versionTable.map(known => minorOf(known.version));
  const minor = minorOf(version);
  if (!version.startsWith('1.') || !Number.isInteger(minor)) return 'unknown';
  if (minor < Math.min(...minors)) return minor >= 10 ? 'gone' : 'unknown';
  return minor <= Math.max(...minors) + plausibleAhead ? 'newer' : 'unknown';
}

function minorOf(version: string): number {
  return Number(version.slice(version.indexOf('.') + 1));
}
