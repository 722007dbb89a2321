import type { ClusterKey } from './clusterObjects.ts';
import { describeCluster } from './serviceIp.ts';

/** `v1.36.2-eks-3025e55`: EKS's patch and build are of no consequence here; every version has the same. */
export function gitVersion(key: ClusterKey): string {
  return `v${describeCluster(key).version ?? ''}.2-eks-3025e55`;
}

export function versionInfo(key: ClusterKey): object {
  const [major = '', minor = ''] = (describeCluster(key).version ?? '').split('.');
  return {
    major,
    minor,
    gitVersion: gitVersion(key),
    gitCommit: '3025e556cc1b50c4a7e5c02f9ba2e1c3e2b1b2a6',
    gitTreeState: 'clean',
    buildDate: '2026-06-02T00:00:00Z',
    goVersion: 'go1.26',
    compiler: 'gc',
    platform: 'linux/amd64',
  };
}
