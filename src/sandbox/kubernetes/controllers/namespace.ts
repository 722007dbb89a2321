import { clusterCertificates } from '../certificates.ts';
import type { KubeObject } from '../clusterObjects.ts';
import { kinds } from '../kinds.ts';
import type { ObjectStore } from '../objectStore.ts';
import { deletePod, isLeaving } from './pods.ts';

/** Gives a namespace what every one has, and empties and removes one that is to go. */
export function reconcileNamespace(store: ObjectStore, name: string): void {
  const namespace = store.get('namespaces', name);
  if (!namespace) return;
  if (isLeaving(namespace)) {
    for (const kind of kinds)
      if (kind.namespaced) for (const object of store.list(kind.plural, name)) deleteObject(store, kind.plural, object);
    if (kinds.every(kind => !kind.namespaced || store.list(kind.plural, name).length === 0))
      store.remove('namespaces', name);
    return;
  }
  const metadata = { namespace: name };
  if (!store.get('serviceaccounts', 'default', name))
    store.put('serviceaccounts', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { ...metadata, name: 'default' },
    });
  if (store.get('configmaps', 'kube-root-ca.crt', name)) return;
  const annotations = {
    'kubernetes.io/description':
      'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
  };
  store.put('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...metadata, name: 'kube-root-ca.crt', annotations },
    data: { 'ca.crt': clusterCertificates(store.key).caPem },
  });
}

/** Deletes what an owner leaves behind. */
export function collectGarbage(store: ObjectStore, ownerUid: string): void {
  for (const { plural } of kinds)
    for (const object of store.list(plural)) {
      const owners = object.metadata.ownerReferences ?? [];
      const others = owners.filter(({ uid }) => uid !== ownerUid);
      if (others.length === owners.length) continue;
      if (others.length === 0) deleteObject(store, plural, object);
      else store.put(plural, { ...object, metadata: { ...object.metadata, ownerReferences: others } });
    }
}

function deleteObject(store: ObjectStore, plural: string, object: KubeObject): void {
  if (plural === 'pods') deletePod(store, object);
  else store.remove(plural, object.metadata.name, object.metadata.namespace);
}
