import { serviceHosts } from '../network/endpointServices.ts';
import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { dnsSuffixOf } from '../spec/regions.ts';
import type { TemplateParameter, TemplateValue } from './template.ts';
import { parameter } from './templateParts.ts';
import { blockParameters, eachBlock, type VpcBlockCount } from './vpcBlocks.ts';

/** A proxy as nodes are told of it. */
export interface NodeProxy {
  readonly url: string;
  /** What is reached without it, in the order of the environment variable. */
  readonly noProxy: readonly string[];
}

/** A proxy in the words of a template: `${…}` stands for what only the stacks before it know. */
export interface ProxyOfNodes extends NodeProxy {
  readonly parameters: Readonly<Record<string, TemplateParameter>>;
  /** What `Fn::Sub` is told beside the parameters. */
  readonly variables: Readonly<Record<string, TemplateValue>>;
}

/** What nodes are told of the spec's proxy; undefined without one. `services`: those that an endpoint of the VPC answers. */
export function proxyOfNodes(
  spec: ClusterSpec,
  count: VpcBlockCount,
  services: readonly string[],
): ProxyOfNodes | undefined {
  if (!spec.proxy) return undefined;
  const blocks = blockVariables(count);
  const names = [...blocks.map(([name]) => name), 'ServiceCidr'].map(name => `\${${name}}`);
  return {
    url: '${ProxyUrl}',
    noProxy: noProxyList(spec, names, services),
    parameters: {
      ProxyUrl: parameter('String', 'URL of the proxy.'),
      ServiceCidr: parameter('String', 'Block of Kubernetes services.'),
      ...blockParameters(count, 'of the VPC, reached without the proxy'),
    },
    variables: Object.fromEntries(blocks),
  };
}

/** `VpcCidrs0`, `VpcCidrs1`, `VpcIpv6Cidrs0` */
function blockVariables(count: VpcBlockCount): [string, TemplateValue][] {
  const lists = Map.groupBy(eachBlock(count), ({ list }) => list);
  return [...lists].flatMap(([list, blocks]) =>
    blocks.map(({ value }, index): [string, TemplateValue] => [`${list}${index}`, value]),
  );
}

/** What lies before the proxy on every node: itself, the metadata service, the Pod Identity agent. */
const always = ['localhost', '127.0.0.1', '169.254.169.254', '169.254.170.23'];
const alwaysIpv6 = ['[fd00:ec2::254]', '[fd00:ec2::23]'];
const inCluster = ['.internal', '.svc', '.cluster.local'];

/**
 * Everything that nodes reach by themselves. `blocks`: of the VPC and of Kubernetes' services, or what stands for them in a template.
 * `endpointServices`: short names of those that an endpoint of the VPC answers.
 *
 * Suffixes begin with a dot, which Go, Python and curl all take; blocks are read by Go (containerd, kubelet) and not by all others, which
 * is why hosts are named, too.
 */
export function noProxyList(
  spec: Pick<ClusterSpec, 'region' | 'network' | 'proxy'>,
  blocks: readonly string[],
  endpointServices: readonly string[],
): string[] {
  const { region, network, proxy } = spec;
  const ipv6 = network.ipFamily === 'ipv6';
  return [
    ...new Set([
      ...always,
      ...(ipv6 ? alwaysIpv6 : []),
      ...blocks,
      ...inCluster,
      // The API endpoint's own name is not known before the cluster is; an IPv6 cluster's lies under api.aws.
      `.eks.${dnsSuffixOf(region)}`,
      ...(ipv6 ? ['.api.aws'] : []),
      ...endpointServices.flatMap(service => directHosts(service, region)),
      ...(proxy?.noProxy ?? []),
    ]),
  ];
}

/** Buckets and registries stand below their service's host, by name. */
function directHosts(service: string, region: string): string[] {
  const hosts = serviceHosts(service, region);
  if (service === 'ecr.dkr') return hosts.map(host => `.${host}`);
  return service === 's3' ? hosts.flatMap(host => [host, `.${host}`]) : hosts;
}
