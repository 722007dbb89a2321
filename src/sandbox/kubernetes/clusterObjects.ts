// CONTRACT: the objects of one simulated cluster, kept in the account's tables so that they survive a restart.
import type { Account } from '../kernel/account.ts';

export interface KubeMeta {
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[];
  [field: string]: unknown;
}
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: KubeMeta;
  [field: string]: unknown;
}
/** An object as a writer gives it: the store adds uid, versions and times. */
export interface KubeInput {
  apiVersion: string;
  kind: string;
  metadata: Partial<KubeMeta> & { name: string };
  [field: string]: unknown;
}
export interface KubeChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

/** The store of one cluster. `plural` is the resource name in paths (`pods`, `deployments`), core and named groups together. */
export interface ClusterObjects {
  get(plural: string, name: string, namespace?: string): KubeObject | undefined;
  list(plural: string, namespace?: string): KubeObject[];
  /** Creates or replaces, gives a new resourceVersion, tells watchers and lets the controllers react (as jobs on the account's clock). */
  put(plural: string, object: KubeInput): KubeObject;
  remove(plural: string, name: string, namespace?: string): KubeObject | undefined;
  watch(listener: (plural: string, change: KubeChange) => void): () => void;
}

/** The account and cluster that own a store; `region/name` is its key. */
export interface ClusterKey {
  readonly account: Account;
  readonly region: string;
  readonly cluster: string;
}
