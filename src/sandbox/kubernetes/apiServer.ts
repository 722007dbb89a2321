import { ApiError, forbidden, noSuchResource, notSimulated } from './apiError.ts';
import type { User } from './authentication.ts';
import { isAllowed, refusal } from './authorization.ts';
import { change } from './change.ts';
import { create } from './creation.ts';
import { deleteAll, deleteOne } from './deletion.ts';
import { discovery } from './discovery.ts';
import { qualifiedName } from './kinds.ts';
import type { ObjectStore } from './objectStore.ts';
import { openApi } from './openApi.ts';
import { read, type Place } from './reads.ts';
import { resourcePath, type ResourcePath } from './resourcePath.ts';
import { review } from './selfReviews.ts';
import { gitVersion, versionInfo } from './version.ts';
import type { Watch } from './watch.ts';

/** One request, its user known. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly contentType: string;
  readonly userAgent: string;
  readonly body: Buffer;
  readonly user: User;
}

export interface ApiReply {
  readonly status: number;
  readonly body: object | string | Uint8Array;
  readonly contentType?: string;
  readonly warnings?: readonly string[];
}

/** What the API server answers; throws `ApiError` for a failure. */
export function answer(store: ObjectStore, request: ApiRequest): ApiReply | Watch {
  const { path } = request;
  const target = resourcePath(path);
  if (!target) return answerPath(store, request);
  const verb = verbOf(request, target);
  const resource = target.subresource === '' ? target.resource : `${target.resource}/${target.subresource}`;
  // A list of one name, as kubectl's watches of one object ask for, is authorised by that name.
  const selected = /(?:^|,)metadata\.name==?([^,]+)/.exec(request.query.get('fieldSelector') ?? '')?.[1];
  const name = target.name || (['list', 'watch', 'deletecollection'].includes(verb) ? (selected ?? '') : '');
  const namespace = target.resource === 'namespaces' ? target.name || undefined : target.namespace;
  const action = { verb, group: target.group, resource, namespace, name };
  if (!isAllowed(store, request.user, action))
    throw forbidden(
      { group: target.group, plural: target.resource },
      name,
      refusal(request.user, { ...action, namespace: target.resource === 'namespaces' ? undefined : namespace }),
    );
  const { kind } = target;
  if (!kind) throw noSuchResource();
  if (!kind.verbs.includes(verb) && target.subresource === '')
    throw new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
  if (['log', 'exec', 'attach', 'portforward', 'token', 'finalize'].includes(target.subresource))
    throw notSimulated(`${qualifiedName(kind)}/${target.subresource}`);
  const place = { ...target, kind };
  if (kind.verbs.length === 1) return { status: 201, body: review(store, request, kind) };
  const handlers: Record<string, (store: ObjectStore, request: ApiRequest, place: Place) => ApiReply | Watch> = {
    create,
    update: change,
    patch: change,
    delete: deleteOne,
    deletecollection: deleteAll,
  };
  return (handlers[verb] ?? read)(store, request, place);
}

function verbOf({ method, query }: ApiRequest, { name }: ResourcePath): string {
  switch (method) {
    case 'GET':
    case 'HEAD':
      return name !== '' ? 'get' : ['true', '1'].includes(query.get('watch') ?? '') ? 'watch' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name === '' ? 'deletecollection' : 'delete';
    default:
      throw new ApiError(
        405,
        'MethodNotAllowed',
        'the server does not allow this method on the requested resource',
        {},
      );
  }
}

function answerPath(store: ObjectStore, { method, path, accept, user }: ApiRequest): ApiReply {
  const action = { verb: method.toLowerCase(), group: '', resource: '', namespace: undefined, name: '', path };
  if (!isAllowed(store, user, action)) throw new ApiError(403, 'Forbidden', `forbidden: ${refusal(user, action)}`, {});
  if (['/healthz', '/livez', '/readyz'].includes(path))
    return { status: 200, body: 'ok', contentType: 'text/plain; charset=utf-8' };
  if (path === '/version' || path === '/version/') return { status: 200, body: versionInfo(store.key) };
  const document = discovery(path, accept) ?? openApi(path, accept, gitVersion(store.key));
  if (document) return { status: 200, ...document };
  if (path.startsWith('/api')) throw noSuchResource();
  return { status: 404, body: '404 page not found\n', contentType: 'text/plain; charset=utf-8' };
}
