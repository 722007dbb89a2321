import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { clusterShape } from '../templates/clusterShape.ts';
import { hasPodSubnets } from '../templates/networkTemplate.ts';

export type OpenEndedSpec = Pick<ClusterSpec, 'nodes' | 'fargate' | 'autoMode' | 'features' | 'network'>;

/** The least that one zone gives away to pods and nodes of which a spec does not say how many there are. */
export interface OpenEndedNeed {
  /** In the spec's own subnets, and in those for pods alone. */
  readonly own: number;
  readonly further: number;
  readonly parts: readonly string[];
  /** Sentences: what is counted, and what is not. */
  readonly assumed: readonly string[];
}

/** CoreDNS runs twice, wherever it runs. Source: EKS user guide, "Manage CoreDNS for DNS in Amazon EKS clusters". */
const coreDnsPods = 2;
/** A node's address, and the first prefix on its first interface: a /28. */
const autoNode = 1 + 16;

/**
 * A pod on Fargate has an interface of its own in a subnet of its profile. A node of Auto Mode gets its pods' addresses by prefixes, more
 * of them as pods come, all in its own subnet. Sources: EKS user guide, "Simplify compute management with AWS Fargate", and "Learn about VPC
 * networking and load balancing in EKS Auto Mode".
 */
export function openEndedNeed(spec: OpenEndedSpec, zones: number): OpenEndedNeed {
  const { coreDns, fargate } = clusterShape(spec);
  const parts: string[] = [];
  const assumed: string[] = [];
  const pods = coreDns === 'fargate' ? Math.ceil(coreDnsPods / Math.max(1, zones)) : 0;
  if (fargate) {
    if (pods > 0) parts.push(`${pods} for CoreDNS on Fargate`);
    const counted = pods > 0 ? 'CoreDNS alone is counted' : 'none is counted';
    assumed.push(`Each pod on Fargate takes an address of its own: ${counted}.`);
  }
  const node = (spec.autoMode?.nodePools ?? []).length === 0 ? 0 : spec.network.ipFamily === 'ipv6' ? 1 : autoNode;
  if (node > 0) {
    parts.push(`1 node of Auto Mode × ${node}`);
    const pool = node === 1 ? '' : ` with ${node - 1} addresses for its first pods`;
    assumed.push(`Auto Mode starts nodes as pods need them: one in each zone${pool} is counted.`);
  }
  if (spec.features.karpenter) assumed.push('Karpenter starts nodes as pods need them: none of them is counted.');
  const inPodSubnets = hasPodSubnets(spec);
  return { own: node + (inPodSubnets ? 0 : pods), further: inPodSubnets ? pods : 0, parts, assumed };
}
