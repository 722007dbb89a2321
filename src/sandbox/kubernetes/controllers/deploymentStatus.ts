import type { KubeObject } from '../clusterObjects.ts';
import { listAt, numberAt, textAt, timestamp } from '../fields.ts';
import type { ObjectStore } from '../objectStore.ts';
import { setStatus, withCondition, type Condition } from './conditions.ts';
import { reconcileLater } from './reactions.ts';

export const replicasOf = (replicaSet: KubeObject) => numberAt(replicaSet, 'spec.replicas', 1);
export const availableOf = (replicaSet: KubeObject) => numberAt(replicaSet, 'status.availableReplicas');
export const sum = (sets: readonly KubeObject[], of: (set: KubeObject) => number) =>
  sets.reduce((total, set) => total + of(set), 0);

export function putDeploymentStatus(
  store: ObjectStore,
  deployment: KubeObject,
  sets: KubeObject[],
  current: KubeObject | undefined,
): void {
  const now = store.key.account.now();
  const wanted = numberAt(deployment, 'spec.replicas', 1);
  const replicas = sum(sets, set => numberAt(set, 'status.replicas'));
  const available = sum(sets, availableOf);
  const counts = {
    replicas,
    updatedReplicas: numberAt(current, 'status.replicas'),
    readyReplicas: sum(sets, set => numberAt(set, 'status.readyReplicas')),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, Math.max(wanted, replicas) - available),
  };
  const moved = Object.entries(counts).some(([key, value]) => numberAt(deployment, `status.${key}`) !== value);
  const complete = counts.updatedReplicas === wanted && replicas === wanted && available === wanted;
  let conditions = withCondition(deployment, availability(available >= wanted - Math.floor(wanted / 4)), now);
  if (current)
    conditions = withCondition({ status: { conditions } }, progress(store, deployment, current, moved, complete), now);
  const counted = Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== 0));
  setStatus(store, 'deployments', deployment, {
    observedGeneration: deployment.metadata.generation,
    ...counted,
    conditions,
  });
}

function availability(enough: boolean): Condition {
  const [reason, verb] = enough ? ['MinimumReplicasAvailable', 'has'] : ['MinimumReplicasUnavailable', 'does not have'];
  const status = enough ? 'True' : 'False';
  return { type: 'Available', status, reason, message: `Deployment ${verb} minimum availability.` };
}

/** Whether the rollout moves on, is through, or has stood still for longer than its deadline. */
function progress(
  store: ObjectStore,
  deployment: KubeObject,
  { metadata }: KubeObject,
  moved: boolean,
  complete: boolean,
): Condition {
  const now = store.key.account.now();
  const { name, namespace = '' } = deployment.metadata;
  const known = listAt(deployment, 'status.conditions').find(condition => condition['type'] === 'Progressing');
  const since = moved || !known ? now : Date.parse(textAt(known, 'lastUpdateTime'));
  const deadline = since + numberAt(deployment, 'spec.progressDeadlineSeconds', 600) * 1000;
  const set = `ReplicaSet "${metadata.name}"`;
  const condition = (status: 'True' | 'False', reason: string, message: string): Condition => {
    const same = !moved && known?.['reason'] === reason;
    const lastUpdateTime = same ? textAt(known, 'lastUpdateTime') : timestamp(now);
    return { type: 'Progressing', status, reason, message: `${set} ${message}`, lastUpdateTime };
  };
  if (complete) return condition('True', 'NewReplicaSetAvailable', 'has successfully progressed.');
  if (known && known['reason'] !== 'ReplicaSetUpdated' && !moved) return known as unknown as Condition;
  if (now >= deadline) return condition('False', 'ProgressDeadlineExceeded', 'has timed out progressing.');
  reconcileLater(store.key, { controller: 'deployment', namespace, name }, (deadline - now) / 1000);
  return condition('True', 'ReplicaSetUpdated', 'is progressing.');
}
