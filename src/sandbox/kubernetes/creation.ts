import { alreadyExists, badRequest, forbidden, notFound } from './apiError.ts';
import type { ApiReply, ApiRequest } from './apiServer.ts';
import type { KubeInput, KubeMeta, KubeObject } from './clusterObjects.ts';
import { decode, type FieldValidation } from './decode.ts';
import { safeSuffix } from './defaults.ts';
import { trackUpdate, type Writer } from './fieldOwnership.ts';
import { timestamp } from './fields.ts';
import { kindOf, type Kind } from './kinds.ts';
import type { ObjectStore } from './objectStore.ts';
import type { Place } from './reads.ts';
import { parseBody } from './requestBody.ts';
import { validate } from './validation.ts';

export const validationOf = ({ query }: ApiRequest) => (query.get('fieldValidation') ?? 'Warn') as FieldValidation;
export const isDryRun = ({ query }: ApiRequest) => query.getAll('dryRun').includes('All');

export function writerOf(store: ObjectStore, { query, userAgent }: ApiRequest, subresource: string): Writer {
  const manager = query.get('fieldManager') || userAgent.split('/')[0] || 'unknown';
  return { manager, subresource, time: timestamp(store.key.account.now()) };
}

export function create(store: ObjectStore, request: ApiRequest, place: Place): ApiReply {
  const { object, warnings } = decode(parseBody(request), place.kind, validationOf(request));
  return { status: 201, body: createObject(store, request, place, object, writerOf(store, request, '')), warnings };
}

/** `writer`: whose the fields are; absent where a server-side apply has said so already. */
export function createObject(
  store: ObjectStore,
  request: ApiRequest,
  { kind, namespace }: Place,
  object: KubeInput,
  writer?: Writer,
): KubeObject {
  const { generateName = '' } = object.metadata as { generateName?: string };
  const name = object.metadata.name || (generateName && generateName + safeSuffix(store.key.account.hex(16), 5));
  const metadata = { ...writable(object.metadata), name, ...inNamespace(kind, namespace, object) };
  requireNamespace(store, kind, metadata.namespace, name);
  if (store.get(kind.plural, name, metadata.namespace)) throw alreadyExists(kind, name);
  const fresh: KubeInput = { ...object, metadata };
  if (kind.subresources.includes('status')) delete fresh['status'];
  const prepared = store.prepare(kind.plural, fresh);
  validate(kind, prepared, undefined);
  const tracked = writer ? trackUpdate(prepared, undefined, kind.type, writer) : prepared;
  return isDryRun(request) ? tracked : store.put(kind.plural, tracked);
}

/** Metadata that the server alone writes. */
export const serverFields = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
];

export function writable(metadata: Partial<KubeMeta>): Partial<KubeMeta> {
  return Object.fromEntries(Object.entries(metadata).filter(([field]) => !serverFields.includes(field)));
}

export function inNamespace(
  kind: Kind,
  namespace: string | undefined,
  { metadata }: KubeInput,
): { namespace?: string } {
  if (!kind.namespaced || namespace === undefined) return {};
  if (metadata.namespace && metadata.namespace !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  return { namespace };
}

function requireNamespace(store: ObjectStore, kind: Kind, namespace = '', name: string): void {
  const namespaces = kindOf('namespaces');
  if (!kind.namespaced || !namespaces) return;
  const found = store.get('namespaces', namespace);
  if (!found) throw notFound(namespaces, namespace);
  if (found.metadata.deletionTimestamp)
    throw forbidden(
      kind,
      name,
      `unable to create new content in namespace ${namespace} because it is being terminated`,
    );
}
