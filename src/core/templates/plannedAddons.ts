import type { AddonSpec, ClusterSpec } from '../spec/clusterSpec.ts';
import { clusterShape } from './clusterShape.ts';

/** A role that the spec names, or one that the permissions stack makes. */
export type AddonRole = { readonly arn: string } | { readonly output: 'EbsCsiRoleArn' };

export interface PlannedAddon {
  /** `vpc-cni` */
  readonly name: string;
  /** `node-addons`: DaemonSets, active without a node, which nodes need or tolerate from their start. `workload-addons`: what needs pods to run. */
  readonly stack: 'node-addons' | 'workload-addons';
  readonly version?: string | undefined;
  readonly configuration?: Readonly<Record<string, unknown>> | undefined;
  /** Service account → its role. */
  readonly podIdentity: Readonly<Record<string, AddonRole>>;
}

/** Add-ons that are DaemonSets alone; EKS calls them active with no node there. */
const daemonSets = [
  'vpc-cni',
  'kube-proxy',
  'eks-pod-identity-agent',
  'eks-node-monitoring-agent',
  'aws-guardduty-agent',
  'aws-network-flow-monitoring-agent',
];
export const ebsDriver = 'aws-ebs-csi-driver';
const ebsServiceAccount = 'ebs-csi-controller-sa';

/** What the shape and the features ask for, and what the spec says of these or adds. Auto Mode alone has all of the first built in. */
export function plannedAddons(spec: ClusterSpec): PlannedAddon[] {
  const { features } = spec;
  const { nodes, coreDns } = clusterShape(spec);
  const derived: Record<string, Partial<PlannedAddon>> = {
    ...(nodes ? { 'vpc-cni': {}, 'kube-proxy': {} } : {}),
    ...(nodes && features.podIdentity ? { 'eks-pod-identity-agent': {} } : {}),
    ...(coreDns ? { coredns: coreDns === 'fargate' ? { configuration: { computeType: 'Fargate' } } : {} } : {}),
    // Volumes cannot be mounted on Fargate, and Auto Mode has a driver of its own.
    ...(nodes && features.ebs
      ? { [ebsDriver]: makesEbsRole(spec) ? { podIdentity: { [ebsServiceAccount]: { output: 'EbsCsiRoleArn' } } } : {} }
      : {}),
  };
  const names = [...new Set([...Object.keys(derived), ...Object.keys(spec.addons)])];
  return names.map(name => {
    const wished: AddonSpec | undefined = spec.addons[name];
    const own = derived[name] ?? {};
    const configuration = { ...own.configuration, ...wished?.configuration };
    const roles = Object.entries(wished?.podIdentity ?? {}).map(([account, arn]) => [account, { arn }] as const);
    return {
      name,
      stack: daemonSets.includes(name) ? 'node-addons' : 'workload-addons',
      ...(wished?.version === undefined ? {} : { version: wished.version }),
      ...(Object.keys(configuration).length > 0 ? { configuration } : {}),
      podIdentity: { ...own.podIdentity, ...Object.fromEntries(roles) },
    };
  });
}

/** The EBS driver gets a role by Pod Identity, unless the spec names one. */
export function makesEbsRole(spec: ClusterSpec): boolean {
  const named = spec.addons[ebsDriver]?.podIdentity[ebsServiceAccount];
  return spec.features.ebs && spec.features.podIdentity && clusterShape(spec).nodes && named === undefined;
}

/** The CNI works with the node's role, unless the spec gives its service account one of its own. */
export function usesNodeRoleForCni(spec: ClusterSpec): boolean {
  return spec.addons['vpc-cni']?.podIdentity['aws-node'] === undefined;
}
