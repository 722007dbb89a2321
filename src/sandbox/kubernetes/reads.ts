import { badRequest, expired, notFound } from './apiError.ts';
import type { ApiReply, ApiRequest } from './apiServer.ts';
import type { KubeObject } from './clusterObjects.ts';
import { groupVersionOf, type Kind } from './kinds.ts';
import type { ObjectStore } from './objectStore.ts';
import type { ResourcePath } from './resourcePath.ts';
import { scaleOf } from './scale.ts';
import { fieldSelector, labelSelector, type Selector } from './selectors.ts';
import { tableOf, type IncludeObject } from './tables.ts';
import { Watch } from './watch.ts';

export type Place = ResourcePath & { readonly kind: Kind };

/** How a client wants objects: as they are, or printed. */
export type Form = (objects: readonly KubeObject[], metadata: object, header?: boolean) => object;

export function read(store: ObjectStore, request: ApiRequest, place: Place): ApiReply | Watch {
  const { kind, name, namespace, subresource } = place;
  const table = tableForm(store, request, kind);
  if (name !== '') {
    const object = requireObject(store, kind, name, namespace);
    if (subresource === 'scale') return { status: 200, body: scaleOf(object) };
    return {
      status: 200,
      body: table ? table([object], { resourceVersion: object.metadata.resourceVersion }) : object,
    };
  }
  const selector = selectorOf(request, kind, namespace);
  if (['true', '1'].includes(request.query.get('watch') ?? ''))
    return new Watch(store, request.query, kind, selector, table);
  return { status: 200, body: list(store, request, kind, selector, table) };
}

export function requireObject(store: ObjectStore, kind: Kind, name: string, namespace: string | undefined): KubeObject {
  const object = store.get(kind.plural, name, kind.namespaced ? namespace : undefined);
  if (!object) throw notFound(kind, name);
  return object;
}

export function selectorOf({ query }: ApiRequest, kind: Kind, namespace: string | undefined): Selector {
  const byLabels = labelSelector(query.get('labelSelector') ?? '');
  const byFields = fieldSelector(kind, query.get('fieldSelector') ?? '');
  const inNamespace = (object: KubeObject) => namespace === undefined || object.metadata.namespace === namespace;
  return object => inNamespace(object) && byLabels(object) && byFields(object);
}

function tableForm(store: ObjectStore, { accept, query }: ApiRequest, kind: Kind): Form | undefined {
  const wanted = accept
    .split(',')
    .some(
      part => /application\/json/.test(part) && /as=Table/.test(part) && /v=v1(;|$)/.test(part.replaceAll(' ', '')),
    );
  if (!wanted) return undefined;
  const include = (query.get('includeObject') ?? 'Metadata') as IncludeObject;
  return (objects, metadata, header) =>
    tableOf(kind, objects, { now: store.key.account.now(), include, metadata, header: header ?? true });
}

/** Where a list in pieces goes on, and of which moment it is. */
interface Continuation {
  readonly version: number;
  readonly after: string;
}

function list(
  store: ObjectStore,
  { query }: ApiRequest,
  kind: Kind,
  selector: Selector,
  table: Form | undefined,
): object {
  const limit = Number(query.get('limit') ?? 0);
  const from = query.get('continue') ? continuation(query.get('continue') ?? '') : undefined;
  // Pieces of one list must tell of one moment; there are no older ones to read from.
  if (from && from.version !== store.version())
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
    );
  const id = ({ metadata }: KubeObject) => `${metadata.namespace ?? ''}/${metadata.name}`;
  const found = store
    .list(kind.plural)
    .filter(selector)
    .filter(object => from === undefined || id(object) > from.after);
  const page = limit > 0 ? found.slice(0, limit) : found;
  const last = page.at(-1);
  const more = last !== undefined && page.length < found.length;
  const metadata = {
    resourceVersion: String(store.version()),
    ...(more
      ? {
          continue: Buffer.from(JSON.stringify({ version: store.version(), after: id(last) })).toString('base64url'),
          remainingItemCount: found.length - page.length,
        }
      : {}),
  };
  return table
    ? table(page, metadata)
    : { kind: `${kind.kind}List`, apiVersion: groupVersionOf(kind), metadata, items: page };
}

function continuation(token: string): Continuation {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString()) as Continuation;
  } catch {
    throw badRequest('continue key is not valid: illegal base64 data');
  }
}
