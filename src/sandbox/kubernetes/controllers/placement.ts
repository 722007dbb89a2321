import type { KubeObject } from '../clusterObjects.ts';
import { conditionStatus, at, listAt, mapAt, numberAt, textAt, type Json } from '../fields.ts';
import type { ObjectStore } from '../objectStore.ts';
import { isFargateNode, leaveToFargate, tellEks } from './fargate.ts';
import { recordEvent, withCondition } from './conditions.ts';
import { isLeaving } from './pods.ts';

/** Tolerations that the DaemonSet controller adds to its pods. */
export const daemonTolerations = [
  ...['not-ready', 'unreachable'].map(state => ({
    key: `node.kubernetes.io/${state}`,
    operator: 'Exists',
    effect: 'NoExecute',
  })),
  ...['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable', 'network-unavailable'].map(state => ({
    key: `node.kubernetes.io/${state}`,
    operator: 'Exists',
    effect: 'NoSchedule',
  })),
];

function taintsOf(node: KubeObject): Json[] {
  const taints = listAt(node, 'spec.taints');
  const implied = [
    ...(conditionStatus(node, 'Ready') === 'True' ? [] : ['not-ready']),
    ...(at(node, 'spec.unschedulable') === true ? ['unschedulable'] : []),
  ].map(state => ({ key: `node.kubernetes.io/${state}`, effect: 'NoSchedule' }));
  return [...taints, ...implied.filter(({ key }) => !taints.some(taint => taint['key'] === key))];
}

function tolerates(toleration: Json, taint: Json): boolean {
  const { key, operator = 'Equal', value = '', effect } = toleration;
  if (effect && effect !== taint['effect']) return false;
  if (!key) return operator === 'Exists';
  return key === taint['key'] && (operator === 'Exists' || value === (taint['value'] ?? ''));
}

/**
 * Why pods of `spec` cannot go to `node`, or cannot stay there by `effects`; undefined if they can. Affinity and resource requests are
 * not weighed.
 */
export function obstacle(
  spec: unknown,
  node: KubeObject,
  tolerations = listAt(spec, 'tolerations'),
  effects = ['NoSchedule', 'NoExecute'],
): string | undefined {
  const labels = node.metadata.labels ?? {};
  if (isFargateNode(node)) return "node(s) didn't match Pod's node affinity/selector";
  if (Object.entries(mapAt(spec, 'nodeSelector')).some(([key, value]) => labels[key] !== value))
    return "node(s) didn't match Pod's node affinity/selector";
  const untolerated = taintsOf(node).find(
    taint => effects.includes(textAt(taint, 'effect')) && !tolerations.some(toleration => tolerates(toleration, taint)),
  );
  if (untolerated?.['key'] === 'node.kubernetes.io/unschedulable') return 'node(s) were unschedulable';
  return (
    untolerated && `node(s) had untolerated taint {${textAt(untolerated, 'key')}: ${textAt(untolerated, 'value')}}`
  );
}

/** The scheduler: a node with room for a pod, the least used first, or the reasons why there is none. */
export function schedulePods(store: ObjectStore, namespace: string, name: string): void {
  const waiting = name === '*' ? store.list('pods') : [store.get('pods', name, namespace)];
  let unplaced = false;
  for (const pod of waiting) {
    const theirs =
      textAt(pod, 'spec.schedulerName') !== 'default-scheduler' || listAt(pod, 'spec.schedulingGates').length > 0;
    if (pod && !isLeaving(pod) && textAt(pod, 'spec.nodeName') === '' && !theirs && !leaveToFargate(store, pod))
      unplaced = !schedulePod(store, pod) || unplaced;
  }
  if (unplaced || name === '*') tellEks(store, unplaced);
}

/** False when there is no room. */
function schedulePod(store: ObjectStore, pod: KubeObject): boolean {
  const now = store.key.account.now();
  const nodes = store.list('nodes');
  const placed = store.list('pods').map(other => textAt(other, 'spec.nodeName'));
  const used = (node: KubeObject) => placed.filter(where => where === node.metadata.name).length;
  const obstacles = nodes.map(
    node =>
      obstacle(pod['spec'], node) ??
      (used(node) >= numberAt(node, 'status.allocatable.pods', 110) ? 'Too many pods' : undefined),
  );
  const [best] = nodes
    .filter((_, index) => obstacles[index] === undefined)
    .sort((one, other) => used(one) - used(other));
  if (best) {
    const conditions = withCondition(pod, { type: 'PodScheduled', status: 'True' }, now);
    const spec = { ...(pod['spec'] as object), nodeName: best.metadata.name };
    store.put('pods', { ...pod, spec, status: { ...(pod['status'] as object), conditions } });
    const { namespace = '', name } = pod.metadata;
    recordEvent(
      store,
      pod,
      'default-scheduler',
      'Normal',
      'Scheduled',
      `Successfully assigned ${namespace}/${name} to ${best.metadata.name}`,
    );
    return true;
  }
  const counts = new Map<string, number>();
  for (const reason of obstacles) if (reason) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const reasons = [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ');
  const message =
    nodes.length === 0
      ? 'no nodes available to schedule pods'
      : `0/${nodes.length} nodes are available: ${reasons}. preemption: 0/${nodes.length} nodes are available: ${nodes.length} Preemption is not helpful for scheduling.`;
  const known = listAt(pod, 'status.conditions').find(condition => condition['type'] === 'PodScheduled');
  if (known?.['message'] === message) return false;
  const conditions = withCondition(
    pod,
    { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message },
    now,
  );
  store.put('pods', { ...pod, status: { ...(pod['status'] as object), phase: 'Pending', conditions } });
  recordEvent(store, pod, 'default-scheduler', 'Warning', 'FailedScheduling', message);
  return false;
}
