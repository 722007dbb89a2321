import type { KubeInput, KubeObject } from '../clusterObjects.ts';
import { safeSuffix } from '../defaults.ts';
import { at, conditionStatus, isObject, mapAt, numberAt, textAt, timestamp } from '../fields.ts';
import type { ObjectStore } from '../objectStore.ts';
import { recordEvent } from './conditions.ts';

export function ownedBy(object: KubeObject, owner: KubeObject): boolean {
  return (
    object.metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === owner.metadata.uid) ?? false
  );
}

export function ownerReference({ apiVersion, kind, metadata: { name, uid } }: KubeObject) {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

export const isReady = (pod: KubeObject) => conditionStatus(pod, 'Ready') === 'True';
export const isLeaving = (object: KubeObject) => object.metadata.deletionTimestamp !== undefined;

/** JSON with its keys in order: equal for equal values. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, below: unknown) =>
    isObject(below)
      ? Object.fromEntries(Object.entries(below).sort(([one], [other]) => (one < other ? -1 : 1)))
      : below,
  );
}

export function createPod(
  store: ObjectStore,
  owner: KubeObject,
  component: string,
  more: { labels?: object; spec?: object } = {},
): void {
  const template = at(owner, 'spec.template');
  const spec = at(template, 'spec');
  const name = `${owner.metadata.name}-${safeSuffix(store.key.account.hex(16), 5)}`;
  const pod: KubeInput = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName: `${owner.metadata.name}-`,
      ...(owner.metadata.namespace === undefined ? {} : { namespace: owner.metadata.namespace }),
      labels: { ...mapAt(template, 'metadata.labels'), ...more.labels },
      annotations: mapAt(template, 'metadata.annotations'),
      ownerReferences: [ownerReference(owner)],
    },
    spec: { ...(isObject(spec) ? spec : {}), ...more.spec },
  };
  if (Object.keys(pod.metadata.annotations ?? {}).length === 0) delete pod.metadata.annotations;
  store.put('pods', pod);
  recordEvent(store, owner, component, 'Normal', 'SuccessfulCreate', `Created pod: ${name}`);
}

/** Asks the kubelet to end a pod; without a node, or without grace, it is gone at once. */
export function deletePod(store: ObjectStore, pod: KubeObject, graceSeconds?: number): KubeObject {
  const { name, namespace } = pod.metadata;
  const grace = graceSeconds ?? numberAt(pod, 'spec.terminationGracePeriodSeconds', 30);
  if (grace === 0 || textAt(pod, 'spec.nodeName') === '') return store.remove('pods', name, namespace) ?? pod;
  if (isLeaving(pod) && grace >= numberAt(pod, 'metadata.deletionGracePeriodSeconds')) return pod;
  const deletionTimestamp = timestamp(store.key.account.now() + grace * 1000);
  const metadata = { ...pod.metadata, deletionTimestamp, deletionGracePeriodSeconds: grace };
  return store.put('pods', { ...pod, metadata });
}

/** A pod that its controller gives up. */
export function retirePod(store: ObjectStore, owner: KubeObject, component: string, pod: KubeObject): void {
  deletePod(store, pod);
  recordEvent(store, owner, component, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
}
