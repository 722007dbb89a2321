import type { Account, Service } from '../kernel/account.ts';
import { reconcileDaemonSets } from './controllers/daemonSet.ts';
import { reconcileDeployment } from './controllers/deployment.ts';
import { runPods } from './controllers/kubelet.ts';
import { collectGarbage, reconcileNamespace } from './controllers/namespace.ts';
import { schedulePods } from './controllers/placement.ts';
import type { ControllerName, Reconcile } from './controllers/reactions.ts';
import { reconcileReplicaSet } from './controllers/replicaSet.ts';
import { clusterObjects, type ObjectStore } from './objectStore.ts';

const controllers: Readonly<Record<ControllerName, (store: ObjectStore, namespace: string, name: string) => void>> = {
  deployment: reconcileDeployment,
  replicaSet: reconcileReplicaSet,
  daemonSet: reconcileDaemonSets,
  scheduler: schedulePods,
  kubelet: runPods,
  namespace: (store, _, name) => reconcileNamespace(store, name),
  garbage: (store, _, uid) => collectGarbage(store, uid),
};

function reconcile({ region, cluster, controller, namespace, name }: Reconcile, account: Account): void {
  const key = { account, region, cluster };
  // Jobs outlive a cluster that has been deleted meanwhile.
  if (account.regional(region, `kubernetes.${cluster}.namespaces`).size > 0)
    controllers[controller](clusterObjects(key), namespace, name);
}

/** No AWS service: the clusters' controllers, whose work are jobs on the account's clock. */
export const kubernetes: Service = { name: 'kubernetes', operations: {}, jobs: { 'kubernetes.reconcile': reconcile } };
