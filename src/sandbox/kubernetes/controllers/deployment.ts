import type { KubeObject } from '../clusterObjects.ts';
import { safeSuffix } from '../defaults.ts';
import { at, isObject, mapAt, numberAt, textAt } from '../fields.ts';
import type { ObjectStore } from '../objectStore.ts';
import { recordEvent } from './conditions.ts';
import { availableOf, putDeploymentStatus, replicasOf, sum } from './deploymentStatus.ts';
import { canonical, isLeaving, ownedBy, ownerReference } from './pods.ts';

const revisionAnnotation = 'deployment.kubernetes.io/revision';
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
const hashLabel = 'pod-template-hash';

export function reconcileDeployment(store: ObjectStore, namespace: string, name: string): void {
  let deployment = store.get('deployments', name, namespace);
  if (!deployment || isLeaving(deployment)) return;
  const owner = deployment;
  const sets = () => store.list('replicasets', namespace).filter(set => ownedBy(set, owner));
  const hash = safeSuffix(canonical(at(deployment, 'spec.template')), 10);
  const isCurrent = (set: KubeObject) => set.metadata.labels?.[hashLabel] === hash;
  const paused = at(deployment, 'spec.paused') === true;

  // A paused Deployment keeps its ReplicaSets as they are; on AWS it still follows spec.replicas.
  if (!paused) {
    deployment = currentReplicaSet(store, deployment, sets(), hash);
    roll(
      store,
      deployment,
      sets().filter(isCurrent)[0],
      sets().filter(set => !isCurrent(set)),
    );
    forgetOldRevisions(
      store,
      deployment,
      sets().filter(set => !isCurrent(set)),
    );
  }
  putDeploymentStatus(store, deployment, sets(), sets().find(isCurrent));
}

/** Makes sure that the template's ReplicaSet exists and bears the highest revision. */
function currentReplicaSet(store: ObjectStore, deployment: KubeObject, sets: KubeObject[], hash: string): KubeObject {
  const { name, namespace = '' } = deployment.metadata;
  const revisionOf = (set: KubeObject) => Number(set.metadata.annotations?.[revisionAnnotation] ?? 0);
  const known = sets.find(set => set.metadata.labels?.[hashLabel] === hash);
  const highest = Math.max(0, ...sets.filter(set => set !== known).map(revisionOf));
  const revision = String(known && revisionOf(known) > highest ? revisionOf(known) : highest + 1);
  const inherited = { ...deployment.metadata.annotations, [revisionAnnotation]: revision };
  delete (inherited as Record<string, string>)[lastApplied];
  if (known) {
    store.put('replicasets', {
      ...known,
      metadata: { ...known.metadata, annotations: { ...known.metadata.annotations, ...inherited } },
    });
  } else {
    const template = at(deployment, 'spec.template');
    const labels = { ...mapAt(template, 'metadata.labels'), [hashLabel]: hash };
    const selector = at(deployment, 'spec.selector');
    const metadata = at(template, 'metadata');
    store.put('replicasets', {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${name}-${hash}`,
        namespace,
        labels,
        annotations: inherited,
        ownerReferences: [ownerReference(deployment)],
      },
      spec: {
        replicas: 0,
        selector: {
          ...(isObject(selector) ? selector : {}),
          matchLabels: { ...mapAt(selector, 'matchLabels'), [hashLabel]: hash },
        },
        template: {
          ...(isObject(template) ? template : {}),
          metadata: { ...(isObject(metadata) ? metadata : {}), labels },
        },
      },
    });
  }
  const annotations = { ...deployment.metadata.annotations, [revisionAnnotation]: revision };
  return store.put('deployments', { ...deployment, metadata: { ...deployment.metadata, annotations } });
}

/** One move of the rollout, within the bounds of surge and unavailability; the next follows when pods have changed. */
function roll(store: ObjectStore, deployment: KubeObject, current: KubeObject | undefined, old: KubeObject[]): void {
  if (!current) return;
  const wanted = numberAt(deployment, 'spec.replicas', 1);
  const recreate = textAt(deployment, 'spec.strategy.type') === 'Recreate';
  const bound = (path: string, round: (value: number) => number) => {
    const value = at(deployment, `spec.strategy.rollingUpdate.${path}`);
    return typeof value === 'string' ? round((wanted * Number.parseInt(value, 10)) / 100) : Number(value ?? 0);
  };
  const surge = recreate ? 0 : bound('maxSurge', Math.ceil);
  const unavailable = recreate ? wanted : bound('maxUnavailable', Math.floor) || (surge === 0 ? 1 : 0);
  const total = sum(old, replicasOf) + replicasOf(current);

  let size = replicasOf(current);
  if (size > wanted) size = wanted;
  else if (!recreate) size += Math.max(0, Math.min(wanted + surge - total, wanted - size));
  else if (sum(old, set => numberAt(set, 'status.replicas')) === 0) size = wanted;
  const unavailableNew = replicasOf(current) - availableOf(current);
  scale(store, deployment, current, size);

  let spare = total - (wanted - unavailable) - unavailableNew;
  const ready = () => sum(old, availableOf) + availableOf(current);
  let sparedReady = ready() - (wanted - unavailable);
  for (const set of old) {
    const idle = Math.min(replicasOf(set) - availableOf(set), Math.max(0, spare));
    const busy = Math.min(availableOf(set), Math.max(0, Math.min(sparedReady, spare - idle)));
    spare -= idle + busy;
    sparedReady -= busy;
    scale(store, deployment, set, replicasOf(set) - idle - busy);
  }
}

function scale(store: ObjectStore, deployment: KubeObject, set: KubeObject, size: number): void {
  const before = replicasOf(set);
  if (before === size) return;
  const wanted = String(numberAt(deployment, 'spec.replicas', 1));
  const annotations = { ...set.metadata.annotations, 'deployment.kubernetes.io/desired-replicas': wanted };
  const spec = { ...(isObject(set['spec']) ? set['spec'] : {}), replicas: size };
  store.put('replicasets', { ...set, metadata: { ...set.metadata, annotations }, spec });
  const how = size > before ? 'up' : 'down';
  recordEvent(
    store,
    deployment,
    'deployment-controller',
    'Normal',
    'ScalingReplicaSet',
    `Scaled ${how} replica set ${set.metadata.name} from ${before} to ${size}`,
  );
}

function forgetOldRevisions(store: ObjectStore, deployment: KubeObject, old: KubeObject[]): void {
  const idle = old.filter(set => replicasOf(set) === 0 && numberAt(set, 'status.replicas') === 0);
  const byRevision = (set: KubeObject) => Number(set.metadata.annotations?.[revisionAnnotation] ?? 0);
  const surplus = idle.length - numberAt(deployment, 'spec.revisionHistoryLimit', 10);
  for (const set of idle.sort((one, other) => byRevision(one) - byRevision(other)).slice(0, Math.max(0, surplus)))
    store.remove('replicasets', set.metadata.name, set.metadata.namespace);
}
