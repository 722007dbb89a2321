import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../kernel/account.ts';
import { bootstrapObjects } from './bootstrap.ts';
import type { ClusterKey, ClusterObjects, KubeChange, KubeInput, KubeMeta, KubeObject } from './clusterObjects.ts';
import { schedule } from './controllers/reactions.ts';
import { withDefaults } from './defaults.ts';
import { timestamp } from './fields.ts';
import { kindOf, kinds } from './kinds.ts';
import { assignClusterIp } from './serviceIp.ts';

/** One change with what was there before, so that a watch with a selector can tell what came into sight or left it. */
export interface Revision {
  readonly version: number;
  readonly plural: string;
  readonly change: KubeChange;
  readonly previous: KubeObject | undefined;
}

/** Changes kept for watches; who asks for older ones gets 410 Gone, as also after a restart. */
const historyLength = 2000;
const stores = new WeakMap<Account, Map<string, ObjectStore>>();

/** The store of one cluster, filled with what every new cluster has when it is first asked for. */
export function clusterObjects(key: ClusterKey): ObjectStore {
  const id = `${key.region}/${key.cluster}`;
  const known = stores.get(key.account) ?? new Map<string, ObjectStore>();
  stores.set(key.account, known);
  let store = known.get(id);
  if (!store) known.set(id, (store = new ObjectStore(key)));
  if (store.get('namespaces', 'kube-system') === undefined)
    for (const [plural, object] of bootstrapObjects(key)) store.put(plural, object);
  return store;
}

/** Forgets a deleted cluster's objects. */
export function removeClusterObjects(key: ClusterKey): void {
  for (const { plural } of kinds) {
    const rows = objectRows(key, plural);
    for (const [id] of rows.entries()) rows.delete(id);
  }
  stores.get(key.account)?.delete(`${key.region}/${key.cluster}`);
}

function objectRows({ account, region, cluster }: ClusterKey, plural: string) {
  return account.regional<KubeObject>(region, `kubernetes.${cluster}.${plural}`);
}

const rowId = (name: string, namespace?: string) => `${namespace ?? ''}/${name}`;

/** Stored objects are shared by watches and history: whoever wants to change one puts another. */
function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}

export class ObjectStore implements ClusterObjects {
  readonly key: ClusterKey;
  readonly #history: Revision[] = [];
  readonly #listeners = new Set<(revision: Revision) => void>();
  readonly #oldest: number;

  constructor(key: ClusterKey) {
    this.key = key;
    this.#oldest = this.version();
  }

  get(plural: string, name: string, namespace?: string): KubeObject | undefined {
    return objectRows(this.key, plural).get(rowId(name, namespace));
  }

  /** In the order of etcd's keys. */
  list(plural: string, namespace?: string): KubeObject[] {
    return objectRows(this.key, plural)
      .entries()
      .filter(([, object]) => namespace === undefined || object.metadata.namespace === namespace)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, object]) => object);
  }

  /** What `put` would store: defaults, uid, times and generation filled in. */
  prepare(plural: string, input: KubeInput): KubeObject {
    const { account } = this.key;
    const previous = this.get(plural, input.metadata.name, input.metadata.namespace);
    const object = withDefaults(plural, input);
    if (plural === 'services') assignClusterIp(this, object);
    const metadata: KubeMeta = {
      ...object.metadata,
      uid: previous?.metadata.uid ?? account.uuid(),
      creationTimestamp: previous?.metadata.creationTimestamp ?? timestamp(account.now()),
      resourceVersion: previous?.metadata.resourceVersion ?? '',
    };
    if (kindOf(plural)?.counted) {
      const unchanged = previous && isDeepStrictEqual(previous['spec'], object['spec']);
      metadata.generation = previous ? (previous.metadata.generation ?? 0) + (unchanged ? 0 : 1) : 1;
    }
    const { apiVersion, kind, ...rest } = object;
    return { apiVersion, kind, ...rest, metadata };
  }

  put(plural: string, input: KubeInput): KubeObject {
    const previous = this.get(plural, input.metadata.name, input.metadata.namespace);
    const object = this.prepare(plural, input);
    if (previous && isDeepStrictEqual(previous, object)) return object;
    const version = this.#nextVersion();
    object.metadata.resourceVersion = String(version);
    objectRows(this.key, plural).set(rowId(object.metadata.name, object.metadata.namespace), freeze(object));
    this.#record({ version, plural, change: { type: previous ? 'MODIFIED' : 'ADDED', object }, previous });
    return object;
  }

  remove(plural: string, name: string, namespace?: string): KubeObject | undefined {
    const object = this.get(plural, name, namespace);
    if (!object) return undefined;
    objectRows(this.key, plural).delete(rowId(name, namespace));
    const version = this.#nextVersion();
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    this.#record({ version, plural, change: { type: 'DELETED', object: last }, previous: object });
    return last;
  }

  watch(listener: (plural: string, change: KubeChange) => void): () => void {
    return this.onRevision(({ plural, change }) => listener(plural, change));
  }

  onRevision(listener: (revision: Revision) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The cluster's current resourceVersion. */
  version(): number {
    return this.#versions().get(this.key.cluster)?.current ?? 0;
  }

  /** Changes after `version`; undefined where the history does not reach back so far. */
  since(version: number): Revision[] | undefined {
    const first = this.#history[0]?.version ?? this.version() + 1;
    if (version < first - 1 && (version < this.#oldest || this.#history.length >= historyLength)) return undefined;
    return this.#history.filter(revision => revision.version > version);
  }

  #versions() {
    return this.key.account.regional<{ current: number }>(this.key.region, 'kubernetes.versions');
  }

  #nextVersion(): number {
    const current = this.version() + 1;
    this.#versions().set(this.key.cluster, { current });
    return current;
  }

  #record(revision: Revision): void {
    this.#history.push(revision);
    if (this.#history.length > historyLength) this.#history.shift();
    schedule(this.key, revision);
    for (const listener of [...this.#listeners]) listener(revision);
  }
}
