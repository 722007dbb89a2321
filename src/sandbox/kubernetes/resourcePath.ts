import { kinds, kindOf, type Kind } from './kinds.ts';

/** What a path means. `kind` is undefined where it names a resource that is not served. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: Kind | undefined;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly subresource: string;
}

/** `/api/v1/namespaces/x/pods/y/status` and the like; undefined for a path that is no resource's. */
export function resourcePath(path: string): ResourcePath | undefined {
  const parts = path.split('/').slice(1).map(decodeURIComponent);
  const grouped = parts[0] === 'apis';
  if (!grouped && parts[0] !== 'api') return undefined;
  const [group = '', version = ''] = grouped ? [parts[1], parts[2]] : ['', parts[1]];
  let rest = parts.slice(grouped ? 3 : 2);
  if (rest.length === 0 || rest[0] === '') return undefined;
  let namespace: string | undefined;
  if (rest[0] === 'namespaces' && rest.length > 2 && !kindOf('namespaces')?.subresources.includes(rest[2] ?? '')) {
    namespace = rest[1];
    rest = rest.slice(2);
  } else if (rest[0] === 'namespaces') namespace = rest[1];
  const [resource = '', name = '', subresource = ''] = rest;
  const known = kinds.find(kind => kind.plural === resource && kind.group === group && kind.version === version);
  const misplaced = known && known.plural !== 'namespaces' && namespace !== undefined && !known.namespaced;
  const kind =
    misplaced || rest.length > 3 || (subresource !== '' && !known?.subresources.includes(subresource))
      ? undefined
      : known;
  return { group, version, resource, kind, namespace, name, subresource };
}
