import type { KubeObject } from '../clusterObjects.ts';
import { listAt, timestamp } from '../fields.ts';
import type { ObjectStore } from '../objectStore.ts';

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastUpdateTime?: string;
}

/** The object's conditions with `condition` among them; its time of transition is kept while its status stays. */
export function withCondition(object: unknown, condition: Condition, now: number): object[] {
  const present = listAt(object, 'status.conditions');
  const known = present.find(other => other['type'] === condition.type);
  const same = known?.['status'] === condition.status;
  const next = { ...condition, lastTransitionTime: same ? known['lastTransitionTime'] : timestamp(now) };
  return known ? present.map(other => (other === known ? next : other)) : [...present, next];
}

/** Puts `status` if it says something new. */
export function setStatus(store: ObjectStore, plural: string, object: KubeObject, status: object): KubeObject {
  return store.put(plural, { ...object, status });
}

/** How long EKS keeps events. */
const eventLifeMs = 3600_000;

/** Records an event about `object`; a repeated one is counted up. */
export function recordEvent(
  store: ObjectStore,
  object: KubeObject,
  component: string,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  const { account } = store.key;
  const now = timestamp(account.now());
  const { name, namespace = 'default', uid } = object.metadata;
  const events = store.list('events');
  for (const old of events)
    if (Date.parse(String(old['lastTimestamp'])) < account.now() - eventLifeMs)
      store.remove('events', old.metadata.name, old.metadata.namespace);
  const same = events.find(
    event =>
      (event['involvedObject'] as { uid?: string } | undefined)?.uid === uid &&
      event['reason'] === reason &&
      event['message'] === message,
  );
  if (same) {
    store.put('events', { ...same, count: Number(same['count']) + 1, lastTimestamp: now });
    return;
  }
  store.put('events', {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${account.hex(16)}`, namespace },
    involvedObject: {
      apiVersion: object.apiVersion,
      kind: object.kind,
      ...(object.metadata.namespace === undefined ? {} : { namespace }),
      name,
      uid,
      resourceVersion: object.metadata.resourceVersion,
    },
    type,
    reason,
    message,
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
    source: { component },
    reportingComponent: component,
    reportingInstance: '',
    eventTime: null,
  });
}
