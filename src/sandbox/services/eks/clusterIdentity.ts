import { clusterCertificates, removeClusterCertificates } from '../../kubernetes/certificates.ts';
import type { ClusterKey } from '../../kubernetes/clusterObjects.ts';
import { removeClusterObjects } from '../../kubernetes/objectStore.ts';

/** `certificateAuthority.data`: the authority's PEM in base64. */
export function certificateAuthorityData(key: ClusterKey): string {
  return Buffer.from(clusterCertificates(key).caPem).toString('base64');
}

/** A deleted cluster takes its objects and its authority along. */
export function forgetCluster(key: ClusterKey): void {
  removeClusterObjects(key);
  removeClusterCertificates(key);
}
