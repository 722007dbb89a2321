import { ApiError, forbidden } from './apiError.ts';
import type { ApiReply, ApiRequest } from './apiServer.ts';
import type { KubeObject } from './clusterObjects.ts';
import { deletePod } from './controllers/pods.ts';
import { numberAt, textAt, textsAt, timestamp } from './fields.ts';
import { groupVersionOf, kinds, qualifiedName, type Kind } from './kinds.ts';
import type { ObjectStore } from './objectStore.ts';
import { requireObject, selectorOf, type Place } from './reads.ts';
import { parseBody } from './requestBody.ts';

interface DeleteOptions {
  readonly graceSeconds: number | undefined;
  readonly orphan: boolean;
  readonly dryRun: boolean;
  readonly uid: string;
  readonly resourceVersion: string;
}

function optionsOf(request: ApiRequest): DeleteOptions {
  const body = parseBody(request);
  const { query } = request;
  const policy = textAt(body, 'propagationPolicy') || query.get('propagationPolicy');
  const grace = textAt(body, 'gracePeriodSeconds') || query.get('gracePeriodSeconds') || '';
  return {
    graceSeconds: grace === '' ? undefined : Number(grace),
    orphan: policy === 'Orphan',
    dryRun: query.getAll('dryRun').concat(textsAt(body, 'dryRun')).includes('All'),
    uid: textAt(body, 'preconditions.uid'),
    resourceVersion: textAt(body, 'preconditions.resourceVersion'),
  };
}

export function deleteOne(store: ObjectStore, request: ApiRequest, { kind, name, namespace }: Place): ApiReply {
  const options = optionsOf(request);
  const object = requireObject(store, kind, name, namespace);
  checkPreconditions(kind, object, options);
  const left = options.dryRun ? undefined : deleteObject(store, kind, object, options);
  if (left) return { status: 200, body: left };
  const details = { name, group: kind.group || undefined, kind: kind.plural, uid: object.metadata.uid };
  return { status: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
}

export function deleteAll(store: ObjectStore, request: ApiRequest, { kind, namespace }: Place): ApiReply {
  const options = optionsOf(request);
  const objects = store.list(kind.plural).filter(selectorOf(request, kind, namespace));
  if (!options.dryRun) for (const object of objects) deleteObject(store, kind, object, options);
  const metadata = { resourceVersion: String(store.version()) };
  return {
    status: 200,
    body: { kind: `${kind.kind}List`, apiVersion: groupVersionOf(kind), metadata, items: objects },
  };
}

function checkPreconditions(kind: Kind, { metadata }: KubeObject, { uid, resourceVersion }: DeleteOptions): void {
  const failed = (what: string, given: string, found: string) =>
    new ApiError(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${qualifiedName(kind)} "${metadata.name}": Precondition failed: ${what} in precondition: ${given}, ${what} in object meta: ${found}`,
    );
  if (uid !== '' && uid !== metadata.uid) throw failed('UID', uid, metadata.uid);
  if (resourceVersion !== '' && resourceVersion !== metadata.resourceVersion)
    throw failed('ResourceVersion', resourceVersion, metadata.resourceVersion);
}

/** Begins or does a deletion; what is still there afterwards comes back. */
function deleteObject(
  store: ObjectStore,
  kind: Kind,
  object: KubeObject,
  { graceSeconds, orphan }: DeleteOptions,
): KubeObject | undefined {
  const { name, namespace, uid } = object.metadata;
  if (kind.plural === 'namespaces' && ['default', 'kube-system', 'kube-public'].includes(name))
    throw forbidden(kind, name, 'this namespace may not be deleted');
  if (orphan) for (const { plural } of kinds) for (const other of store.list(plural)) disown(store, plural, other, uid);
  if (kind.plural === 'pods') {
    const grace = graceSeconds ?? numberAt(object, 'spec.terminationGracePeriodSeconds', 30);
    const left = deletePod(store, object, grace);
    return store.get('pods', name, namespace) && left;
  }
  const finalizers = textsAt(object, 'metadata.finalizers');
  if (kind.plural !== 'namespaces' && finalizers.length === 0) return void store.remove(kind.plural, name, namespace);
  if (object.metadata.deletionTimestamp) return object;
  const metadata = { ...object.metadata, deletionTimestamp: timestamp(store.key.account.now()) };
  return store.put(kind.plural, {
    ...object,
    metadata,
    ...(kind.plural === 'namespaces' ? { status: { phase: 'Terminating' } } : {}),
  });
}

function disown(store: ObjectStore, plural: string, object: KubeObject, uid: string): void {
  const owners = object.metadata.ownerReferences ?? [];
  const others = owners.filter(owner => owner.uid !== uid);
  if (others.length < owners.length)
    store.put(plural, { ...object, metadata: { ...object.metadata, ownerReferences: others } });
}
