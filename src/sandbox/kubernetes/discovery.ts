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
  const [root, ...rest] = path
    .split('/')
    .slice(1)
    .filter(part => part !== '');
  if (root !== 'api' && root !== 'apis') return undefined;
  const [name, version, ...more] = root === 'api' && rest.length > 0 ? ['', ...rest] : rest;
  if (name === undefined) {
    const form = aggregated.exec(accept.replaceAll(' ', ''))?.[1];
    if (form !== undefined) {
      const body = groupDiscovery(root === 'api' ? groups.filter(({ group }) => group === '') : named, form);
      return { body, contentType: `application/json;g=apidiscovery.k8s.io;v=${form};as=APIGroupDiscoveryList` };
    }
    if (root === 'api') return { body: { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] } };
    return { body: { kind: 'APIGroupList', apiVersion: 'v1', groups: named.map(apiGroup) } };
  }
  const found = groups.find(each => each.group === name && (version === undefined || each.version === version));
  if (!found || more.length > 0) return undefined;
  if (version === undefined) return { body: { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(found) } };
  const groupVersion = groupVersionOf(found);
  const resources = found.kinds.flatMap(kind => [
    resource(kind),
    ...kind.subresources.map(sub => subresource(kind, sub)),
  ]);
  return { body: { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources } };
}

function apiGroup({ group, version }: { group: string; version: string }): object {
  const preferredVersion = { groupVersion: `${group}/${version}`, version };
  return { name: group, versions: [preferredVersion], preferredVersion };
}

/** Verbs and kind of a subresource; what is not simulated is listed nevertheless, as clients look for it. */
const subresources: Readonly<
  Record<string, { verbs: readonly string[]; group?: string; version?: string; kind?: string }>
> = {
  scale: { verbs: ['get', 'patch', 'update'], group: 'autoscaling', version: 'v1', kind: 'Scale' },
  status: { verbs: ['get', 'patch', 'update'] },
  finalize: { verbs: ['update'] },
  token: { verbs: ['create'], group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' },
  log: { verbs: ['get'] },
  exec: { verbs: ['create', 'get'], kind: 'PodExecOptions' },
  attach: { verbs: ['create', 'get'], kind: 'PodAttachOptions' },
  portforward: { verbs: ['create', 'get'], kind: 'PodPortForwardOptions' },
};

const some = (list: readonly string[]) => (list.length > 0 ? list : undefined);
const naming = (kind: Kind) => ({
  verbs: kind.verbs,
  shortNames: some(kind.shortNames),
  categories: some(kind.categories),
});

function resource(kind: Kind): object {
  const { plural: name, namespaced } = kind;
  return { name, singularName: kind.kind.toLowerCase(), namespaced, kind: kind.kind, ...naming(kind) };
}

function subresource({ plural, namespaced, kind }: Kind, name: string): object {
  return { name: `${plural}/${name}`, singularName: '', namespaced, kind, ...subresources[name] };
}

function groupDiscovery(list: typeof groups, form: string): object {
  const resourceOf = (kind: Kind) => {
    const responseKind = { group: kind.group, version: kind.version, kind: kind.kind };
    const below = kind.subresources.map(name => {
      const { verbs, ...foreign } = subresources[name] ?? { verbs: [] };
      return { subresource: name, responseKind: { ...responseKind, ...foreign }, verbs };
    });
    return {
      resource: kind.plural,
      responseKind,
      scope: kind.namespaced ? 'Namespaced' : 'Cluster',
      singularResource: kind.kind.toLowerCase(),
      ...naming(kind),
      ...(below.length > 0 ? { subresources: below } : {}),
    };
  };
  const items = list.map(({ group, version, kinds: members }) => ({
    metadata: { name: group, creationTimestamp: null },
    versions: [{ version, freshness: 'Current', resources: members.map(resourceOf) }],
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${form}`, metadata: {}, items };
}
