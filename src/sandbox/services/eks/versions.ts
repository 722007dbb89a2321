import type {
  ClusterVersionInformation,
  DescribeClusterVersionsRequest,
  DescribeClusterVersionsResponse,
} from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { page } from './eksTables.ts';

export interface KubernetesVersion {
  readonly version: string;
  readonly patch: string;
  readonly platform: string;
  readonly released: string;
  readonly standardUntil: string;
  readonly extendedUntil: string;
}

const calendar: readonly KubernetesVersion[] = (
  [
    ['1.36', '1.36.2', 'eks.4', '2026-06-02', '2027-08-02', '2028-08-02'],
    ['1.35', '1.35.5', 'eks.11', '2026-01-27', '2027-03-27', '2028-03-27'],
    ['1.34', '1.34.9', 'eks.23', '2025-10-02', '2026-12-02', '2027-12-02'],
    ['1.33', '1.33.12', 'eks.38', '2025-05-29', '2026-07-29', '2027-07-29'],
    ['1.32', '1.32.13', 'eks.45', '2025-01-23', '2026-03-23', '2027-03-23'],
    ['1.31', '1.31.14', 'eks.61', '2024-09-26', '2025-11-26', '2026-11-26'],
  ] as const
).map(([version, patch, platform, released, standardUntil, extendedUntil]) => ({
  version,
  patch,
  platform,
  released,
  standardUntil,
  extendedUntil,
}));

export const defaultVersion = '1.35';

/** A version that a cluster can be created with at `now` (ms). */
export function offeredVersion(version: string, now: number): KubernetesVersion | undefined {
  return offeredVersions(now).find(row => row.version === version);
}

export const offeredVersions = (now: number): KubernetesVersion[] =>
  calendar.filter(row => now < Date.parse(row.extendedUntil));

export function describeClusterVersions(
  input: DescribeClusterVersionsRequest,
  { account }: CallContext,
): DescribeClusterVersionsResponse {
  const wanted = input.versionStatus ?? input.status?.toUpperCase().replace('-', '_');
  const rows = calendar
    .map(row => information(row, account.now()))
    .filter(row => !input.defaultOnly || row.defaultVersion)
    .filter(row => !input.clusterVersions?.length || input.clusterVersions.includes(row.clusterVersion ?? ''))
    .filter(row => (wanted ? row.versionStatus === wanted : input.includeAll || row.versionStatus !== 'UNSUPPORTED'));
  const { items, nextToken } = page(rows, input);
  return { clusterVersions: items, nextToken };
}

function information(row: KubernetesVersion, now: number): ClusterVersionInformation {
  const standard = now < Date.parse(row.standardUntil);
  const extended = now < Date.parse(row.extendedUntil);
  return {
    clusterVersion: row.version,
    clusterType: 'eks',
    defaultPlatformVersion: row.platform,
    defaultVersion: row.version === defaultVersion,
    releaseDate: new Date(row.released),
    endOfStandardSupportDate: new Date(row.standardUntil),
    endOfExtendedSupportDate: new Date(row.extendedUntil),
    status: standard ? 'standard-support' : extended ? 'extended-support' : 'unsupported',
    versionStatus: standard ? 'STANDARD_SUPPORT' : extended ? 'EXTENDED_SUPPORT' : 'UNSUPPORTED',
    kubernetesPatchVersion: row.patch,
  };
}
