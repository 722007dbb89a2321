import { mapAt, numberAt, textAt } from '../fields.ts';
import type { ObjectStore } from '../objectStore.ts';
import { recordEvent, setStatus } from './conditions.ts';
import { createPod, isLeaving, isReady, ownedBy, retirePod } from './pods.ts';

const component = 'replicaset-controller';
/** Far beyond what a simulated cluster is for: a slip of the keyboard must not fill the memory. */
const mostPods = 200;

export function reconcileReplicaSet(store: ObjectStore, namespace: string, name: string): void {
  const replicaSet = store.get('replicasets', name, namespace);
  if (!replicaSet || isLeaving(replicaSet)) return;
  const pods = () => store.list('pods', namespace).filter(pod => ownedBy(pod, replicaSet) && !isLeaving(pod));
  const wanted = numberAt(replicaSet, 'spec.replicas', 1);
  const present = pods();
  if (wanted > mostPods)
    recordEvent(
      store,
      replicaSet,
      component,
      'Warning',
      'FailedCreate',
      `SandboxNotImplemented: more than ${mostPods} pods of one ReplicaSet`,
    );
  for (let count = present.length; count < Math.min(wanted, mostPods); count++) createPod(store, replicaSet, component);
  // Those that serve least go first: not placed, then not ready, then the youngest.
  const rank = (pod: (typeof present)[number]) => (textAt(pod, 'spec.nodeName') === '' ? 0 : isReady(pod) ? 2 : 1);
  const age = (pod: (typeof present)[number]) => Date.parse(pod.metadata.creationTimestamp);
  const leaving = present.sort((one, other) => rank(one) - rank(other) || age(other) - age(one));
  for (const pod of leaving.slice(0, Math.max(0, present.length - wanted)))
    retirePod(store, replicaSet, component, pod);

  const now = pods();
  const ready = now.filter(isReady).length;
  const labels = Object.entries(mapAt(replicaSet, 'spec.template.metadata.labels'));
  const status = {
    replicas: now.length,
    fullyLabeledReplicas: now.filter(pod => labels.every(([key, value]) => pod.metadata.labels?.[key] === value))
      .length,
    readyReplicas: ready,
    availableReplicas: ready,
    observedGeneration: replicaSet.metadata.generation,
  };
  setStatus(
    store,
    'replicasets',
    replicaSet,
    Object.fromEntries(Object.entries(status).filter(([key, value]) => value !== 0 || key === 'replicas')),
  );
}
