import { proxy as proxySchema } from '../spec/proxySchema.ts';
import type { ClusterSpec, ProxySpec } from '../spec/clusterSpec.ts';
import { dnsSuffixOf } from '../spec/regions.ts';
import { noProxyList } from '../templates/nodeProxy.ts';
import type { ClusterFacts } from './clusterFacts.ts';
import { readUserData } from './readUserData.ts';

/** The proxy that nodes are told of, by its service where its host is an endpoint of the VPC; of what goes round it, the spec's own part. */
export function proxyFromCluster(facts: ClusterFacts, draft: ClusterSpec): ProxySpec | undefined {
  const launches = [...facts.nodegroups, ...facts.scalingGroups].map(({ launch }) => readUserData(launch).proxy);
  const told = launches.find(proxy => proxy !== undefined);
  if (!told) return undefined;
  const noProxy = ownPart(told.noProxy, draft);
  const url = URL.parse(told.url);
  const endpoint = facts.endpoints.find(({ ServiceName = '', DnsEntries = [] }) => {
    return ServiceName.includes('.vpce-svc-') && DnsEntries.some(({ DnsName }) => DnsName === url?.hostname);
  });
  if (endpoint?.ServiceName === undefined) return { url: told.url, port: proxySchema.parse({}).port, noProxy };
  return { endpointService: endpoint.ServiceName, port: Number(url?.port || '80'), noProxy };
}

/** Without blocks that are the network's, and without what follows from endpoints, whichever there are. */
function ownPart(all: readonly string[], draft: ClusterSpec): string[] {
  const derived = noProxyList({ ...draft, proxy: undefined }, [], []);
  const suffix = `.${dnsSuffixOf(draft.region)}`;
  return all.filter(
    entry =>
      !derived.includes(entry) && !/\/\d+$/.test(entry) && !entry.endsWith(suffix) && !entry.endsWith('.api.aws'),
  );
}
