import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { nodeGroups } from '../spec/nodeGroups.ts';

/** On what a cluster's pods run, which decides its roles, access entries and add-ons. */
export interface ClusterShape {
  readonly managed: boolean;
  readonly selfManaged: boolean;
  /** Managed or self-managed groups: nodes that need the VPC CNI, kube-proxy and the Pod Identity agent as add-ons. */
  readonly nodes: boolean;
  readonly fargate: boolean;
  readonly auto: boolean;
  /** Where CoreDNS runs; undefined where Auto Mode alone brings its own, or nothing runs pods at all. */
  readonly coreDns: 'nodes' | 'fargate' | undefined;
}

export function clusterShape(spec: Pick<ClusterSpec, 'nodes' | 'fargate' | 'autoMode'>): ClusterShape {
  const kinds = nodeGroups(spec).map(({ kind }) => kind);
  const nodes = kinds.length > 0;
  const fargate = Object.keys(spec.fargate).length > 0;
  const auto = spec.autoMode !== undefined;
  // Auto Mode's own DNS serves its own nodes alone: beside it pods elsewhere need the add-on, which Auto Mode's nodes can carry.
  const onNodes = nodes || (auto && fargate);
  return {
    managed: kinds.includes('managed'),
    selfManaged: kinds.includes('self-managed'),
    nodes,
    fargate,
    auto,
    coreDns: onNodes ? 'nodes' : fargate ? 'fargate' : undefined,
  };
}
