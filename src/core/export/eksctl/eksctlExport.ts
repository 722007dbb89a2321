import { stringify } from 'yaml';
import type { Plan } from '../../plan/plan.ts';
import { partitionOf } from '../../spec/regions.ts';
import { plannedProfiles } from '../../templates/fargateTemplate.ts';
import type { Exported } from '../exported.ts';
import type { ClusterConfig } from './clusterConfig.ts';
import { additionalEndpoints, eksctlLosses, eksctlRetentionDays } from './eksctlLosses.ts';
import { eksctlAddons, managedNodeGroups, selfManagedNodeGroups } from './eksctlNodes.ts';

/** A plan as eksctl's `ClusterConfig`. What eksctl cannot say stands at its head and in `losses`. */
export function eksctlExport(plan: Plan): Exported {
  const { spec } = plan;
  const losses = eksctlLosses(plan);
  const head = [
    `The private EKS cluster ${spec.name} in ${spec.region}, as Private EKS plans it, in eksctl's words.`,
    'Not run with eksctl itself: look at `eksctl create cluster --dry-run` before you use it.',
    'What eksctl does otherwise, or cannot say:',
    ...losses.map(text => `  - ${text}`),
  ];
  const body = stringify(clusterConfig(plan), { lineWidth: 0, aliasDuplicateObjects: false });
  const content = `${head.map(line => `# ${line}\n`).join('')}${body}`;
  return { files: [{ path: `${spec.name}.eksctl.yaml`, content }], losses };
}

export function clusterConfig(plan: Plan): ClusterConfig {
  const { spec } = plan;
  const partition = plan.account?.partition ?? partitionOf(spec.region);
  const managed = managedNodeGroups(spec, partition);
  const own = selfManagedNodeGroups(spec, partition);
  const addons = eksctlAddons(spec, partition);
  const profiles = plannedProfiles(spec);
  const tags = Object.keys(spec.tags).length > 0 ? { tags: spec.tags } : {};
  return {
    apiVersion: 'eksctl.io/v1alpha5',
    kind: 'ClusterConfig',
    metadata: { name: spec.name, region: spec.region, version: spec.version, ...tags },
    upgradePolicy: { supportType: spec.controlPlane.support === 'standard' ? 'STANDARD' : 'EXTENDED' },
    ...networkConfig(plan),
    ...(spec.autoMode ? { autoModeConfig: { enabled: true, nodePools: spec.autoMode.nodePools } } : {}),
    ...iam(plan),
    accessConfig: access(plan, partition),
    ...vpc(plan),
    addonsConfig: { disableDefaultAddons: true },
    ...(addons.length > 0 ? { addons } : {}),
    privateCluster: privateCluster(plan),
    ...(own.length > 0 ? { nodeGroups: own } : {}),
    ...(managed.length > 0 ? { managedNodeGroups: managed } : {}),
    ...(profiles.length > 0
      ? {
          fargateProfiles: profiles.map(({ name, selectors }) => ({
            name,
            selectors: selectors.map(({ namespace, labels }) => ({
              namespace,
              ...(Object.keys(labels).length > 0 ? { labels } : {}),
            })),
            ...tags,
          })),
        }
      : {}),
    ...zones(plan),
    ...logging(plan),
    ...(spec.encryption.key.startsWith('arn:') ? { secretsEncryption: { keyARN: spec.encryption.key } } : {}),
    ...(spec.controlPlane.tier === 'standard' ? {} : { controlPlaneScalingConfig: { tier: spec.controlPlane.tier } }),
    ...(spec.controlPlane.zonalShift ? { zonalShiftConfig: { enabled: true } } : {}),
  };
}

/** The block of services is the planned cluster's: chosen clear of the VPC where the spec leaves it open. */
function networkConfig({ spec, stacks }: Plan): Pick<ClusterConfig, 'kubernetesNetworkConfig'> {
  if (spec.network.ipFamily === 'ipv6') return { kubernetesNetworkConfig: { ipFamily: 'IPv6' } };
  const value = stacks.find(({ id }) => id === 'cluster')?.template.Outputs?.['ServiceCidr']?.Value;
  return typeof value === 'string' ? { kubernetesNetworkConfig: { serviceIPv4CIDR: value } } : {};
}

function iam({ spec: { features, access: given } }: Plan): Pick<ClusterConfig, 'iam'> {
  const associations = given.podIdentities.map(({ namespace, serviceAccount, roleArn }) => ({
    namespace,
    serviceAccountName: serviceAccount,
    roleARN: roleArn,
  }));
  if (!features.irsa && associations.length === 0) return {};
  return {
    iam: {
      ...(features.irsa ? { withOIDC: true } : {}),
      ...(associations.length > 0 ? { podIdentityAssociations: associations } : {}),
    },
  };
}

/** Nobody named: whoever creates it, which is what EKS's own switch says. */
function access({ spec }: Plan, partition: string): ClusterConfig['accessConfig'] {
  const { administrators } = spec.access;
  const policyARN = `arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`;
  return {
    authenticationMode: 'API',
    bootstrapClusterCreatorAdminPermissions: administrators.length === 0,
    ...(administrators.length > 0
      ? {
          accessEntries: administrators.map(principalARN => ({
            principalARN,
            type: 'STANDARD' as const,
            accessPolicies: [{ policyARN, accessScope: { type: 'cluster' as const } }],
          })),
        }
      : {}),
  };
}

/** No `clusterEndpoints`: eksctl refuses them beside `privateCluster.enabled`, which means private alone. */
function vpc({ spec: { network, controlPlane }, account }: Plan): Pick<ClusterConfig, 'vpc'> {
  const egress = controlPlane.egress === 'customer-routed' ? { controlPlaneEgressMode: 'CUSTOMER_ROUTED' } : {};
  if (!network.vpc) return { vpc: { cidr: network.cidr, ...egress } };
  const facts = account?.network?.subnets ?? [];
  const subnets = network.vpc.subnets.map((id, index) => {
    const az = facts.find(subnet => subnet.id === id)?.zoneName;
    return [`private-${index + 1}`, { id, ...(az === undefined ? {} : { az }) }] as const;
  });
  return { vpc: { id: network.vpc.id, subnets: { private: Object.fromEntries(subnets) }, ...egress } };
}

function privateCluster({ spec, endpoints }: Plan): ClusterConfig['privateCluster'] {
  if (spec.network.vpc) return { enabled: true, skipEndpointCreation: true };
  const additional = endpoints.map(({ service }) => service).filter(service => additionalEndpoints.includes(service));
  return { enabled: true, ...(additional.length > 0 ? { additionalEndpointServices: additional } : {}) };
}

/** By name, which only an account tells. */
function zones({ spec: { network }, account }: Plan): Pick<ClusterConfig, 'availabilityZones'> {
  if (network.vpc || !account) return {};
  const wanted =
    typeof network.zones === 'number'
      ? account.zones.slice(0, network.zones)
      : account.zones.filter(({ id }) => (network.zones as readonly string[]).includes(id));
  return { availabilityZones: wanted.map(({ name }) => name) };
}

function logging({ spec: { logs } }: Plan): Pick<ClusterConfig, 'cloudWatch'> {
  if (logs.types.length === 0) return {};
  const known = eksctlRetentionDays.includes(logs.retentionDays);
  return {
    cloudWatch: {
      clusterLogging: { enableTypes: logs.types, ...(known ? { logRetentionInDays: logs.retentionDays } : {}) },
    },
  };
}
