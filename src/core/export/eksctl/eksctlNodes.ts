import type { ClusterSpec, NodeGroupSpec } from '../../spec/clusterSpec.ts';
import { nodeGroups } from '../../spec/nodeGroups.ts';
import { plannedAddons, usesNodeRoleForCni } from '../../templates/plannedAddons.ts';
import { madeAddonRoles } from '../../templates/addonRoles.ts';
import type { Addon, ManagedNodeGroup, NodeGroup, WellKnownPolicies } from './clusterConfig.ts';

type NamedGroup = NodeGroupSpec & { readonly name: string };

export function managedNodeGroups(spec: ClusterSpec, partition: string): ManagedNodeGroup[] {
  return groupsOf(spec, 'managed').map(group => ({
    ...common(spec, group, partition),
    instanceTypes: group.instanceTypes,
    ...(group.capacity === 'spot' ? { spot: true } : {}),
    updateConfig: { maxUnavailable: 1 },
    ...(group.repair ? { nodeRepairConfig: { enabled: true } } : {}),
  }));
}

export function selfManagedNodeGroups(spec: ClusterSpec, partition: string): NodeGroup[] {
  return groupsOf(spec, 'self-managed').map(group => {
    const [first = '', ...others] = group.instanceTypes;
    const spot = group.capacity === 'spot';
    return {
      ...common(spec, group, partition),
      ...(others.length > 0 || spot
        ? {
            instancesDistribution: {
              instanceTypes: group.instanceTypes,
              onDemandBaseCapacity: 0,
              onDemandPercentageAboveBaseCapacity: spot ? 0 : 100,
              ...(spot ? { spotAllocationStrategy: 'price-capacity-optimized' } : {}),
            },
          }
        : { instanceType: first }),
    };
  });
}

function groupsOf(spec: ClusterSpec, kind: NodeGroupSpec['kind']): NamedGroup[] {
  return nodeGroups(spec).filter(group => group.kind === kind);
}

function common(spec: ClusterSpec, group: NamedGroup, partition: string) {
  return {
    name: group.name,
    amiFamily: group.os === 'bottlerocket' ? ('Bottlerocket' as const) : ('AmazonLinux2023' as const),
    ...(group.ami === undefined ? {} : { ami: group.ami }),
    minSize: group.minSize,
    desiredCapacity: group.desiredSize,
    maxSize: group.maxSize,
    volumeSize: group.diskGiB,
    volumeType: 'gp3' as const,
    volumeEncrypted: true as const,
    privateNetworking: true as const,
    disableIMDSv1: true as const,
    // The launch template's hop limit 1: pods get no further than their own network.
    disablePodIMDS: true as const,
    ...(Object.keys(group.labels).length > 0 ? { labels: group.labels } : {}),
    ...(group.taints.length > 0 ? { taints: group.taints } : {}),
    // Named ones take the place of all of eksctl's own.
    iam: { attachPolicyARNs: nodePolicies(spec).map(name => `arn:${partition}:iam::aws:policy/${name}`) },
    tags: { ...spec.tags, Name: `${spec.name}-${group.name}` },
  };
}

function nodePolicies(spec: ClusterSpec): string[] {
  return [
    'AmazonEKSWorkerNodePolicy',
    'AmazonEC2ContainerRegistryPullOnly',
    ...(usesNodeRoleForCni(spec) ? ['AmazonEKS_CNI_Policy'] : []),
    ...(spec.features.sessionManager ? ['AmazonSSMManagedInstanceCore'] : []),
  ];
}

/** What eksctl calls a policy by a name of its own; others by their ARN. */
const wellKnown: Readonly<Record<string, WellKnownPolicies>> = {
  'aws-ebs-csi-driver': { ebsCSIController: true },
  'aws-efs-csi-driver': { efsCSIController: true },
};

export function eksctlAddons(spec: ClusterSpec, partition: string): Addon[] {
  const made = [...madeAddonRoles(spec, 'pod-identity'), ...madeAddonRoles(spec, 'irsa')];
  return plannedAddons(spec).map(({ name, version, configuration, podIdentity, irsaRole }) => {
    const policies = made
      .filter(({ addon }) => addon === name)
      .map(({ policy }) => `arn:${partition}:iam::aws:policy/${policy}`);
    const associations = Object.entries(podIdentity).map(([serviceAccountName, role]) =>
      'arn' in role
        ? { serviceAccountName, roleARN: role.arn }
        : {
            serviceAccountName,
            ...(wellKnown[name] ? { wellKnownPolicies: wellKnown[name] } : { permissionPolicyARNs: policies }),
          },
    );
    return {
      name,
      ...(version === undefined ? {} : { version }),
      ...(configuration ? { configurationValues: JSON.stringify(configuration) } : {}),
      resolveConflicts: 'overwrite',
      ...(associations.length > 0 ? { podIdentityAssociations: associations } : {}),
      ...(!irsaRole ? {} : wellKnown[name] ? { wellKnownPolicies: wellKnown[name] } : { attachPolicyARNs: policies }),
    };
  });
}
