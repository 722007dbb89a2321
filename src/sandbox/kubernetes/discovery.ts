import { groupVersionOf, kinds, type Kind } from './kinds.ts';

export const groups: readonly { group: string; version: string; kinds: readonly Kind[] }[] = [
  ...Map.groupBy(kinds, groupVersionOf).values(),
].map(members => ({ group: members[0]?.group ?? '', version: members[0]?.version ?? '', kinds: members }));

const named = groups.filter(({ group }) => group !== '');
const aggregated = /g=apidiscovery\.k8s\.io;v=(v2(?:beta1)?);as=APIGroupDiscoveryList/;

interface Document {
  readonly body: object;
  readonly contentType?: string;
}

/** Answers `/api`, `/apis` and the lists below them; undefined for any other path. `accept` decides between the old form and one document for all. */
export function discovery(path: string, accept: string): Document | undefined {
  const wanted = accept
    .split(',')
    .map(part => aggregated.exec(part.replaceAll(' ', ''))?.[1])
    .find(version => version !== undefined);
  const [root, name, version, ...more] = path
    .split('/')
    .slice(1)
    .filter(part => part !== '');
  if (more.length > 0) return undefined;
  if (name === undefined && (root === 'api' || root === 'apis')) {
    if (wanted !== undefined) {
      const body = groupDiscovery(root === 'api' ? groups.filter(({ group }) => group === '') : named, wanted);
      return { body, contentType: `application/json;g=apidiscovery.k8s.io;v=${wanted};as=APIGroupDiscoveryList` };
    }
    if (root === 'api') return { body: { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] } };
    return {
      body: {
        kind: 'APIGroupList',
        apiVersion: 'v1',
        groups: named.map(({ group, version }) => apiGroup(group, version)),
      },
    };
  }
  const group = groups.find(
    each =>
      each.group === (root === 'apis' ? name : '') &&
      [version, undefined].includes(root === 'apis' ? each.version : undefined),
  );
  if (root === 'api' && name === 'v1' && version === undefined)
    return { body: resourceList(kinds.filter(kind => kind.group === '')) };
  if (root !== 'apis' || !group) return undefined;
  if (version === undefined)
    return { body: { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(group.group, group.version) } };
  return { body: resourceList(group.kinds) };
}

function apiGroup(name: string, version: string): object {
  const preferredVersion = { groupVersion: `${name}/${version}`, version };
  return { name, versions: [preferredVersion], preferredVersion };
}

/** Verbs and kind of a subresource; what is not simulated is listed nevertheless, as clients look for it. */
function subresource(kind: Kind, name: string): { verbs: string[]; group: string; version: string; kind: string } {
  const own = { group: kind.group, version: kind.version, kind: kind.kind };
  switch (name) {
    case 'scale':
      return { verbs: ['get', 'patch', 'update'], group: 'autoscaling', version: 'v1', kind: 'Scale' };
    case 'status':
      return { verbs: ['get', 'patch', 'update'], ...own };
    case 'finalize':
      return { verbs: ['update'], ...own };
    case 'token':
      return { verbs: ['create'], group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' };
    case 'log':
      return { verbs: ['get'], ...own };
    default:
      return {
        verbs: ['create', 'get'],
        ...own,
        kind: `Pod${name === 'portforward' ? 'PortForward' : name === 'exec' ? 'Exec' : 'Attach'}Options`,
      };
  }
}

const some = (list: readonly string[]) => (list.length > 0 ? list : undefined);

function resourceList(members: readonly Kind[]): object {
  const resources = members.flatMap(kind => [
    {
      name: kind.plural,
      singularName: kind.kind.toLowerCase(),
      namespaced: kind.namespaced,
      kind: kind.kind,
      verbs: kind.verbs,
      shortNames: some(kind.shortNames),
      categories: some(kind.categories),
    },
    ...kind.subresources.map(name => {
      const { verbs, group, version, kind: form } = subresource(kind, name);
      const foreign = group === kind.group ? {} : { group, version };
      return {
        name: `${kind.plural}/${name}`,
        singularName: '',
        namespaced: kind.namespaced,
        ...foreign,
        kind: form,
        verbs,
      };
    }),
  ]);
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: members[0] ? groupVersionOf(members[0]) : '',
    resources,
  };
}

function groupDiscovery(list: typeof groups, version: string): object {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: list.map(each => ({
      metadata: { name: each.group, creationTimestamp: null },
      versions: [
        {
          version: each.version,
          freshness: 'Current',
          resources: each.kinds.map(kind => ({
            resource: kind.plural,
            responseKind: { group: kind.group, version: kind.version, kind: kind.kind },
            scope: kind.namespaced ? 'Namespaced' : 'Cluster',
            singularResource: kind.kind.toLowerCase(),
            verbs: kind.verbs,
            shortNames: some(kind.shortNames),
            categories: some(kind.categories),
            subresources:
              some(kind.subresources) &&
              kind.subresources.map(name => {
                const { verbs, ...responseKind } = subresource(kind, name);
                return { subresource: name, responseKind, verbs };
              }),
          })),
        },
      ],
    })),
  };
}
