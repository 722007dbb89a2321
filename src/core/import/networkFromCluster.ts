import { endpointPolicy } from '../network/endpointPolicy.ts';
import { shortServiceName } from '../network/endpointServices.ts';
import { endpointNeeds } from '../plan/endpointNeeds.ts';
import type { ClusterSpec, Features } from '../spec/clusterSpec.ts';
import { clusterTag } from '../spec/ownTags.ts';
import { serviceCidrOf } from '../templates/serviceCidr.ts';
import type { ClusterFacts } from './clusterFacts.ts';

function isOurs(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
  name: string,
): boolean {
  return (tags ?? []).some(({ Key, Value }) => Key === clusterTag && Value === name);
}

export function networkOf(
  facts: ClusterFacts,
  { name, network }: ClusterSpec,
  lose: (what: string) => void,
): ClusterSpec['network'] {
  const { cluster, vpc, subnets } = facts;
  const clusterSubnets = cluster.resourcesVpcConfig?.subnetIds ?? [];
  const blocks = (vpc?.CidrBlockAssociationSet ?? []).flatMap(({ CidrBlock }) => CidrBlock ?? []);
  const cidrs = [...new Set([vpc?.CidrBlock ?? [], blocks].flat())];
  const ipFamily = cluster.kubernetesNetworkConfig?.ipFamily === 'ipv6' ? 'ipv6' : 'ipv4';
  const groups = facts.securityGroups.filter(({ Tags }) => isOurs(Tags, name));
  const foreign = facts.securityGroups.filter(group => !groups.includes(group)).map(({ GroupId }) => GroupId);
  if (foreign.length > 0)
    lose(
      `security groups of the control plane beside EKS's own: ${foreign.join(', ')}; say under network.apiAccess whom they let in`,
    );
  const rules = groups.flatMap(({ IpPermissions = [] }) => IpPermissions);
  const common = {
    ipFamily,
    apiAccess: {
      cidrs: rules.flatMap(({ IpRanges = [] }) => IpRanges.flatMap(({ CidrIp }) => CidrIp ?? [])),
      securityGroups: rules.flatMap(({ UserIdGroupPairs = [] }) =>
        UserIdGroupPairs.flatMap(({ GroupId }) => GroupId ?? []),
      ),
    },
  } as const;
  const ours = isOurs(vpc?.Tags, name);
  const said = cluster.kubernetesNetworkConfig?.serviceIpv4Cidr;
  const service = (own: ClusterSpec['network']): ClusterSpec['network'] =>
    ipFamily === 'ipv6' || said === undefined || serviceCidrOf({ network: own }, cidrs) === said
      ? own
      : { ...own, serviceCidr: said };
  if (!ours) {
    return service({
      ...network,
      ...common,
      vpc: { id: vpc?.VpcId ?? cluster.resourcesVpcConfig?.vpcId ?? '', subnets: clusterSubnets },
    });
  }
  const [cidr = network.cidr, podCidr] = cidrs;
  const zones = new Set(
    subnets
      .filter(({ SubnetId = '' }) => clusterSubnets.includes(SubnetId))
      .map(({ AvailabilityZoneId }) => AvailabilityZoneId),
  );
  return service({ ...network, ...common, cidr, zones: zones.size, ...(podCidr === undefined ? {} : { podCidr }) });
}

/** Which feature an endpoint speaks for, where it speaks for one alone. */
const featureOfEndpoint: Readonly<Record<string, keyof Features>> = {
  'ecr.api': 'images',
  ssmmessages: 'sessionManager',
  elasticloadbalancing: 'loadBalancers',
  autoscaling: 'autoscaling',
  logs: 'containerLogs',
  monitoring: 'metrics',
  secretsmanager: 'secrets',
  sqs: 'karpenter',
  elasticfilesystem: 'efs',
  fsx: 'fsx',
  kms: 'kms',
  xray: 'xray',
  'aps-workspaces': 'prometheus',
  route53: 'externalDns',
  'oidc-eks': 'oidcDiscovery',
};

/**
 * What add-ons and provider prove; and what the endpoints say. In a VPC of others' an endpoint counts only where it was made for this
 * cluster, but for those without which no cluster runs.
 */
export function featuresOf(facts: ClusterFacts, { name, network, features }: ClusterSpec): Features {
  const counts = facts.endpoints.filter(({ Tags }) => !network.vpc || isOurs(Tags, name));
  const services = counts.map(({ ServiceName = '' }) => shortServiceName(ServiceName, facts.region));
  const addons = facts.addons.map(({ addonName }) => addonName);
  const found: Record<keyof Features, boolean> = { ...features };
  for (const feature of Object.keys(found) as (keyof Features)[]) found[feature] = false;
  for (const [service, feature] of Object.entries(featureOfEndpoint)) found[feature] = services.includes(service);
  found.podIdentity = addons.includes('eks-pod-identity-agent') || services.includes('eks-auth');
  found.irsa = facts.hasOidcProvider;
  found.ebs = addons.includes('aws-ebs-csi-driver');
  found.eksApi = services.includes('eks') && !found.karpenter;
  if (network.vpc) found.images ||= facts.endpoints.some(({ ServiceName = '' }) => ServiceName.endsWith('ecr.api'));
  return found;
}

/** In a VPC of others': features whose endpoints are there without this cluster's mark. They may serve it, or others. */
export function maybeFeatures(facts: ClusterFacts, { network, features }: ClusterSpec): (keyof Features)[] {
  if (!network.vpc) return [];
  const there = facts.endpoints.map(({ ServiceName = '' }) => shortServiceName(ServiceName, facts.region));
  return Object.entries(featureOfEndpoint)
    .filter(([service, feature]) => there.includes(service) && !features[feature])
    .map(([, feature]) => feature);
}

export function endpointsOf(facts: ClusterFacts, draft: ClusterSpec): ClusterSpec['endpoints'] {
  // A proxy's endpoint is told under `proxy`.
  const ours = facts.endpoints.filter(
    ({ Tags, ServiceName = '' }) => isOurs(Tags, draft.name) && !ServiceName.includes('.vpce-svc-'),
  );
  const serviceOf = ({ ServiceName = '' }: ClusterFacts['endpoints'][number]) =>
    shortServiceName(ServiceName, facts.region);
  const bound = { ...draft, endpoints: { ...draft.endpoints, policy: 'account' as const } };
  const isAccount = ours.some(endpoint => {
    const policy = endpointPolicy(serviceOf(endpoint), bound);
    return (
      policy !== undefined &&
      /aws:PrincipalAccount|aws:ResourceAccount|PrincipalAccount/.test(endpoint.PolicyDocument ?? '')
    );
  });
  const there = facts.endpoints.map(serviceOf);
  const plain = { ...draft, endpoints: { ...draft.endpoints, extra: [], reachable: [] } };
  const needed = endpointNeeds(plain).map(({ service }) => service);
  return {
    policy: isAccount ? 'account' : 'open',
    extra: ours.map(serviceOf).filter(service => !needed.includes(service)),
    reachable: needed.filter(service => !there.includes(service)),
  };
}
