import { ApiError, badRequest, staleVersion } from './apiError.ts';
import type { ApiReply, ApiRequest } from './apiServer.ts';
import type { KubeInput, KubeObject } from './clusterObjects.ts';
import { createObject, inNamespace, isDryRun, serverFields, validationOf, writable, writerOf } from './creation.ts';
import { decode } from './decode.ts';
import { apply, trackUpdate } from './fieldOwnership.ts';
import { scaleType, type Kind } from './kinds.ts';
import type { ObjectStore } from './objectStore.ts';
import { jsonPatch, mergePatch } from './patches.ts';
import { requireObject, type Place } from './reads.ts';
import { parseBody } from './requestBody.ts';
import { scaled, scaleOf } from './scale.ts';
import { strategicMerge } from './strategicMerge.ts';
import { validate } from './validation.ts';

/** PUT and PATCH, of an object or of its status or scale. */
export function change(store: ObjectStore, request: ApiRequest, place: Place): ApiReply {
  const { kind, name, namespace, subresource } = place;
  const applies = request.method === 'PATCH' && request.contentType.startsWith('application/apply-patch');
  const type = subresource === 'scale' ? scaleType : kind.type;
  const live = store.get(kind.plural, name, kind.namespaced ? namespace : undefined);
  if (applies && !live && subresource === '') return applyNew(store, request, place);
  const previous = live ?? requireObject(store, kind, name, namespace);
  const writer = writerOf(store, request, subresource);
  const shown = subresource === 'scale' ? scaleOf(previous) : previous;
  const body = parseBody(request);

  let written: KubeInput;
  let warnings: string[];
  if (applies) {
    if (subresource === 'scale') throw badRequest('server-side apply of a scale is not simulated');
    const decoded = decode(body, kind, validationOf(request));
    warnings = decoded.warnings;
    written = apply(
      configuration(request, place, decoded.object),
      previous,
      type,
      writer,
      request.query.get('force') === 'true',
    );
  } else {
    const whole = request.method === 'PUT' ? body : patched(shown, body, request, type);
    ({ object: written, warnings } = decode(whole, kind, validationOf(request), type));
  }
  checkIdentity(written, shown, kind, place);
  if (subresource === 'scale') written = scaled(previous, written);
  const next = merged(previous, written, kind, subresource);
  const prepared = store.prepare(kind.plural, next);
  validate(kind, prepared, previous);
  const tracked = applies ? prepared : trackUpdate(prepared, previous, kind.type, writer);
  const result = isDryRun(request) ? tracked : settle(store, kind, store.put(kind.plural, tracked));
  return { status: 200, body: subresource === 'scale' ? scaleOf(result) : result, warnings };
}

function patched(object: KubeObject, patch: unknown, { contentType }: ApiRequest, type: Kind['type']): unknown {
  switch (contentType.replace(/;.*/, '')) {
    case 'application/json-patch+json':
      return jsonPatch(object, patch);
    case 'application/merge-patch+json':
      return mergePatch(object, patch);
    case 'application/strategic-merge-patch+json':
      return strategicMerge(object, patch, type);
    default:
      throw new ApiError(
        415,
        'UnsupportedMediaType',
        'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml',
        {},
      );
  }
}

function configuration({ query }: ApiRequest, { kind, name, namespace }: Place, object: KubeInput): KubeInput {
  if (!query.get('fieldManager'))
    throw new ApiError(
      422,
      'Invalid',
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  if (object.metadata['managedFields'] !== undefined) throw badRequest('metadata.managedFields must be nil');
  return {
    ...object,
    metadata: { ...object.metadata, name: object.metadata.name || name, ...inNamespace(kind, namespace, object) },
  };
}

function applyNew(store: ObjectStore, request: ApiRequest, place: Place): ApiReply {
  const { object, warnings } = decode(parseBody(request), place.kind, validationOf(request));
  const config = apply(
    configuration(request, place, object),
    undefined,
    place.kind.type,
    writerOf(store, request, ''),
    true,
  );
  return { status: 201, body: createObject(store, request, place, config), warnings };
}

function checkIdentity(written: KubeInput, previous: KubeObject, kind: Kind, place: Place): void {
  const { name, resourceVersion, uid } = written.metadata;
  if (name !== '' && name !== place.name)
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${place.name})`);
  if (uid && uid !== previous.metadata.uid)
    throw new ApiError(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${kind.plural} "${place.name}": Precondition failed: UID in precondition: ${uid}, UID in object meta: ${previous.metadata.uid}`,
    );
  if (resourceVersion && resourceVersion !== previous.metadata.resourceVersion) throw staleVersion(kind, place.name);
}

/** What a write may change: everything but identity and status; on `status` nothing but that. */
function merged(previous: KubeObject, written: KubeInput, kind: Kind, subresource: string): KubeInput {
  const { managedFields } = written.metadata;
  if (subresource === 'status')
    return { ...previous, metadata: { ...previous.metadata, managedFields }, status: written['status'] };
  const identity = Object.entries(previous.metadata).filter(([field]) =>
    [...serverFields, 'name', 'namespace', 'generateName'].includes(field),
  );
  const status = kind.subresources.includes('status') ? { status: previous['status'] } : {};
  const { name } = previous.metadata;
  return { ...written, ...status, metadata: { ...writable(written.metadata), ...Object.fromEntries(identity), name } };
}

/** An object that only its finalizers kept goes when the last is taken off. */
function settle(store: ObjectStore, kind: Kind, object: KubeObject): KubeObject {
  const { finalizers, deletionTimestamp, name, namespace } = object.metadata;
  const waits =
    kind.plural === 'pods' || kind.plural === 'namespaces' || (Array.isArray(finalizers) && finalizers.length > 0);
  if (deletionTimestamp && !waits) store.remove(kind.plural, name, namespace);
  return object;
}
