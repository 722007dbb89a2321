import type { ClusterKey, KubeObject } from '../clusterObjects.ts';
import { textAt } from '../fields.ts';
import type { Revision } from '../objectStore.ts';

export const controllerNames = [
  'deployment',
  'replicaSet',
  'daemonSet',
  'scheduler',
  'kubelet',
  'namespace',
  'garbage',
] as const;
export type ControllerName = (typeof controllerNames)[number];

/** One object that a controller is to look at; payload of the job `kubernetes.reconcile`. */
export interface Reconcile {
  readonly region: string;
  readonly cluster: string;
  readonly controller: ControllerName;
  readonly namespace: string;
  /** `*`: every object of the controller's kind. */
  readonly name: string;
}

/** Seconds between a change and a controller's answer to it. */
const reactionSeconds = 0.2;

/** Which controllers look at what, once `plural` has changed. */
function affected({ plural, change }: Revision): [ControllerName, string, string][] {
  const { metadata } = change.object;
  const { name, namespace = '' } = metadata;
  const gone: [ControllerName, string, string][] =
    change.type === 'DELETED' ? [['garbage', namespace, metadata.uid]] : [];
  const owner = controllerOf(change.object);
  switch (plural) {
    case 'deployments':
      return change.type === 'DELETED' ? gone : [['deployment', namespace, name]];
    case 'replicasets':
      return [...gone, ['replicaSet', namespace, name], ['deployment', namespace, owner?.name ?? '']];
    case 'daemonsets':
      return change.type === 'DELETED' ? gone : [['daemonSet', namespace, name]];
    case 'pods':
      return [
        ...gone,
        [owner?.kind === 'DaemonSet' ? 'daemonSet' : 'replicaSet', namespace, owner?.name ?? ''],
        [textAt(change.object, 'spec.nodeName') === '' ? 'scheduler' : 'kubelet', namespace, name],
        ...(change.type === 'DELETED' ? [['scheduler', '', '*'] satisfies [ControllerName, string, string]] : []),
        ...(metadata.deletionTimestamp || change.type === 'DELETED'
          ? [['namespace', '', namespace] satisfies [ControllerName, string, string]]
          : []),
      ];
    case 'nodes':
      return [...gone, ['daemonSet', '', '*'], ['scheduler', '', '*'], ['kubelet', '', '*']];
    case 'namespaces':
      return change.type === 'DELETED' ? [] : [['namespace', '', name]];
    case 'serviceaccounts':
    case 'configmaps':
      return change.type === 'DELETED' ? [['namespace', '', namespace]] : [];
    default:
      return gone;
  }
}

/** The controllers' queue: each object at most once, whatever changed how often. */
export function schedule(key: ClusterKey, revision: Revision): void {
  for (const [controller, namespace, name] of affected(revision))
    if (name !== '') reconcileLater(key, { controller, namespace, name }, reactionSeconds);
}

export function reconcileLater(
  { account, region, cluster }: ClusterKey,
  what: Pick<Reconcile, 'controller' | 'namespace' | 'name'>,
  seconds: number,
): void {
  const payload: Reconcile = { region, cluster, ...what };
  const text = JSON.stringify(payload);
  const before = account.now() + seconds * 1000;
  const queued = account
    .pendingJobs()
    .some(job => job.name === 'kubernetes.reconcile' && job.at <= before && JSON.stringify(job.payload) === text);
  if (!queued) account.schedule(seconds, 'kubernetes.reconcile', payload);
}

export function controllerOf(object: KubeObject) {
  return object.metadata.ownerReferences?.find(reference => reference.controller);
}
