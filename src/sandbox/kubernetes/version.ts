import { offeredVersion } from '../services/eks/versions.ts';
import type { ClusterKey } from './clusterObjects.ts';
import { describeCluster } from './serviceIp.ts';

/** `v1.36.1-eks-3025e55`: the patch as EKS offers it; the build is made up. */
export function gitVersion(key: ClusterKey): string {
  const version = describeCluster(key).version ?? '';
  return `v${offeredVersion(version, key.account.now())?.patch ?? `${version}.0`}-eks-3025e55`;
}

export function versionInfo(key: ClusterKey): object {
  const version = gitVersion(key);
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(version) ?? [];
  return {
    major,
    minor,
    gitVersion: version,
    gitCommit: '3025e556cc1b50c4a7e5c02f9ba2e1c3e2b1b2a6',
    gitTreeState: 'clean',
    buildDate: '2026-06-02T00:00:00Z',
    goVersion: 'go1.26',
    compiler: 'gc',
    platform: 'linux/amd64',
  };
}
