import type { AddonSpec, ClusterSpec } from '../spec/clusterSpec.ts';
import { derivesEbsDriver, madeAddonRoles } from './addonRoles.ts';
import { clusterShape } from './clusterShape.ts';

/** A role that the spec names, or one that a stack makes: before the cluster, or after its OIDC provider. */
export type AddonRole =
  { readonly arn: string } | { readonly stack: 'permissions' | 'identity'; readonly output: string };

export interface PlannedAddon {
  /** `vpc-cni` */
  readonly name: string;
  /** `node-addons`: DaemonSets, active without a node, which nodes need or tolerate from their start. `workload-addons`: what needs pods to run. */
  readonly stack: 'node-addons' | 'workload-addons';
  readonly version?: string | undefined;
  readonly configuration?: Readonly<Record<string, unknown>> | undefined;
  /** Service account → its role. */
  readonly podIdentity: Readonly<Record<string, AddonRole>>;
  /** By the OIDC provider: the role of its own service account. */
  readonly irsaRole?: AddonRole;
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

/** What the shape and the features ask for, and what the spec says of these or adds. Auto Mode alone has all of the first built in. */
export function plannedAddons(spec: ClusterSpec): PlannedAddon[] {
  const { features } = spec;
  const { nodes, coreDns } = clusterShape(spec);
  const derived: Record<string, Partial<PlannedAddon>> = {
    ...(nodes ? { 'vpc-cni': {}, 'kube-proxy': {} } : {}),
    ...(nodes && features.podIdentity ? { 'eks-pod-identity-agent': {} } : {}),
    ...(coreDns ? { coredns: coreDns === 'fargate' ? { configuration: { computeType: 'Fargate' } } : {} } : {}),
    ...(derivesEbsDriver(spec) ? { 'aws-ebs-csi-driver': {} } : {}),
  };
  for (const { addon, serviceAccount, role } of madeAddonRoles(spec, 'pod-identity'))
    derived[addon] = { podIdentity: { [serviceAccount]: { stack: 'permissions', output: `${role}Arn` } } };
  for (const { addon, role } of madeAddonRoles(spec, 'irsa'))
    derived[addon] = { irsaRole: { stack: 'identity', output: `${role}Arn` } };
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
      ...(own.irsaRole ? { irsaRole: own.irsaRole } : {}),
    };
  });
}

/** The CNI works with the node's role, unless the spec gives its service account one of its own. */
export function usesNodeRoleForCni(spec: ClusterSpec): boolean {
  return spec.addons['vpc-cni']?.podIdentity['aws-node'] === undefined;
}
