import type * as Eks from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { page } from './eksTables.ts';

/** Version, patch, platform; the days of its release and of the ends of standard and extended support. */
const calendar = [
  ['1.36', '1.36.2', 'eks.4', '2026-06-02', '2027-08-02', '2028-08-02'],
  ['1.35', '1.35.5', 'eks.11', '2026-01-27', '2027-03-27', '2028-03-27'],
  ['1.34', '1.34.9', 'eks.23', '2025-10-02', '2026-12-02', '2027-12-02'],
  ['1.33', '1.33.12', 'eks.38', '2025-05-29', '2026-07-29', '2027-07-29'],
  ['1.32', '1.32.13', 'eks.45', '2025-01-23', '2026-03-23', '2027-03-23'],
  ['1.31', '1.31.14', 'eks.61', '2024-09-26', '2025-11-26', '2026-11-26'],
] as const;

export interface KubernetesVersion {
  readonly version: string;
  readonly patch: string;
  readonly platform: string;
}

export const defaultVersion = '1.35';

/** Versions that a cluster can be created with at `now` (ms), newest first. */
export const offeredVersions = (now: number): KubernetesVersion[] =>
  calendar
    .filter(([, , , , , extended]) => now < Date.parse(extended))
    .map(([version, patch, platform]) => ({ version, patch, platform }));

export const offeredVersion = (version: string | undefined, now: number): KubernetesVersion | undefined =>
  offeredVersions(now).find(row => row.version === version);

/** Every version with support of either kind. */
export function describeClusterVersions(input: Eks.DescribeClusterVersionsRequest, { account }: CallContext) {
  const now = account.now();
  const rows = calendar.filter(([, , , , , extended]) => now < Date.parse(extended));
  const { items, nextToken } = page(
    rows.map(row => information(row, now)),
    input,
  );
  return { clusterVersions: items, nextToken };
}

function information(row: (typeof calendar)[number], now: number): Eks.ClusterVersionInformation {
  const [clusterVersion, kubernetesPatchVersion, defaultPlatformVersion, ...days] = row;
  const [releaseDate, endOfStandardSupportDate, endOfExtendedSupportDate] = days.map(day => new Date(day));
  const standard = now < Date.parse(days[1]);
  return {
    clusterVersion,
    clusterType: 'eks',
    defaultPlatformVersion,
    defaultVersion: clusterVersion === defaultVersion,
    releaseDate,
    endOfStandardSupportDate,
    endOfExtendedSupportDate,
    status: standard ? 'standard-support' : 'extended-support',
    versionStatus: standard ? 'STANDARD_SUPPORT' : 'EXTENDED_SUPPORT',
    kubernetesPatchVersion,
  };
}
