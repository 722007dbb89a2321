import { parseCidr } from '../spec/cidr.ts';
import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { maxPodsOf } from '../spec/instanceType.ts';
import { nodeGroups } from '../spec/nodeGroups.ts';
import { layOutSubnets } from '../spec/subnetLayout.ts';
import { defaultVersion } from '../spec/versionTable.ts';
import { zoneCount } from '../spec/zoneCount.ts';
import { clusterShape } from '../templates/clusterShape.ts';
import { hasPodSubnets } from '../templates/networkTemplate.ts';
import { accountProblems } from './accountProblems.ts';
import type { AccountFacts, PlannedEndpoint, PlanWarning } from './plan.ts';
import { hoursPerMonth, price } from './prices.ts';
import { planRemarks } from './remarks.ts';
import type { VersionSupport } from './versionSupport.ts';

export interface WarningFacts {
  readonly spec: ClusterSpec;
  readonly account: AccountFacts | undefined;
  readonly endpoints: readonly PlannedEndpoint[];
  readonly support: VersionSupport;
  readonly today: string;
}

/** What a person would want to know before saying yes: warnings first, then remarks. */
export function planWarnings(facts: WarningFacts): PlanWarning[] {
  const { spec, account } = facts;
  const all = [
    ...(account ? accountProblems(spec, account) : []),
    ...featureWarnings(spec),
    ...versionWarnings(facts),
    ...roomWarnings(facts),
    ...(account ? callerWarnings(spec, account) : []),
    ...planRemarks(facts),
  ];
  return [
    ...all.filter(({ severity }) => severity === 'warning'),
    ...all.filter(({ severity }) => severity === 'info'),
  ];
}

function featureWarnings(spec: ClusterSpec): PlanWarning[] {
  const { features } = spec;
  const { nodes, fargate } = clusterShape(spec);
  const found: PlanWarning[] = [];
  if (!features.images && (nodes || spec.autoMode)) {
    found.push({
      severity: 'warning',
      code: 'no-images',
      message:
        'Without images the nodes cannot pull EKS’s own add-ons from ECR: they will register and stay NotReady, and the create will fail.',
      path: 'features.images',
      suggestion: { title: 'Pull images from ECR', path: 'features.images', value: true },
    });
  }
  if (!features.sessionManager) {
    found.push({
      severity: 'warning',
      code: 'no-route',
      message:
        'Without sessionManager nothing leads into the VPC: Connect will need a VPN, a peering or a bastion that you bring.',
      path: 'features.sessionManager',
      suggestion: { title: 'Reach kubectl by Session Manager', path: 'features.sessionManager', value: true },
    });
  }
  const callers = podCallers.filter(name => features[name]);
  if (callers.length > 0 && !features.podIdentity && !features.irsa) {
    found.push({
      severity: 'warning',
      code: 'no-pod-credentials',
      message: `${callers.join(', ')}: these pods call AWS, but neither podIdentity nor irsa gives them credentials.`,
      path: 'features.podIdentity',
      suggestion: { title: 'Give pods credentials by Pod Identity', path: 'features.podIdentity', value: true },
    });
  }
  if (fargate && callers.length > 0 && features.podIdentity && !features.irsa) {
    found.push({
      severity: 'warning',
      code: 'no-pod-identity-on-fargate',
      message: 'Fargate has no Pod Identity: pods there that call AWS need irsa.',
      path: 'features.irsa',
      suggestion: { title: 'Give pods credentials by IRSA', path: 'features.irsa', value: true },
    });
  }
  return found;
}

const podCallers = [
  'loadBalancers',
  'autoscaling',
  'containerLogs',
  'metrics',
  'secrets',
  'karpenter',
  'ebs',
  'efs',
  'fsx',
  'kms',
  'xray',
  'prometheus',
  'externalDns',
] as const;

function versionWarnings({ spec, account, support }: WarningFacts): PlanWarning[] {
  const { standardUntil, daysLeft } = support;
  const newest = account?.versions.find(known => known.support === 'standard')?.version ?? defaultVersion;
  const suggestion = { title: `Use ${newest}`, path: 'version', value: newest };
  const more = (price.controlPlaneExtendedHour - price.controlPlaneHour).toFixed(2);
  const monthly = Math.round((price.controlPlaneExtendedHour - price.controlPlaneHour) * hoursPerMonth);
  const of = { severity: 'warning', path: 'version', ...(newest === spec.version ? {} : { suggestion }) } as const;
  if (support.phase === 'extended') {
    const message = `Kubernetes ${spec.version} is in extended support${standardUntil ? ` since ${standardUntil}` : ''}: ${more} USD an hour more, ${monthly} a month.`;
    return [{ ...of, code: 'extended-support', message }];
  }
  if (support.phase === 'standard' && daysLeft !== undefined && daysLeft <= 90) {
    const message = `Standard support of Kubernetes ${spec.version} ends on ${standardUntil}, in ${daysLeft} days; then it costs ${more} USD an hour more, ${monthly} a month.`;
    return [{ ...of, code: 'support-ends-soon', message }];
  }
  return [];
}

/** Addresses in one zone when all nodes are there that may be, each full of pods, beside the endpoints and EKS's own interfaces. */
function roomWarnings({ spec, endpoints }: WarningFacts): PlanWarning[] {
  const block = parseCidr((hasPodSubnets(spec) ? spec.network.podCidr : undefined) ?? spec.network.cidr);
  const zones = zoneCount(spec);
  const groups = nodeGroups(spec).map(({ instanceTypes, maxSize }) => {
    const pods = Math.max(0, ...instanceTypes.map(type => maxPodsOf(type) ?? 0));
    return { nodes: pods > 0 ? maxSize : 0, addresses: pods > 0 ? Math.ceil(maxSize / zones) * (pods + 1) : 0 };
  });
  const nodes = groups.reduce((sum, group) => sum + group.nodes, 0);
  // Of an existing VPC the findings speak; with IPv6 pods take no address that could run out.
  if (!block || nodes === 0 || spec.network.vpc || spec.network.ipFamily === 'ipv6') return [];
  const eksInterfaces = 4;
  const needed = groups.reduce((sum, group) => sum + group.addresses, 0) + endpoints.length + eksInterfaces;
  const { usableAddresses } = layOutSubnets(block, zones);
  if (needed <= usableAddresses) return [];
  const message = `Each zone has ${usableAddresses} addresses; ${nodes} full nodes would need about ${needed}. Pods will then wait for addresses.`;
  return [{ severity: 'warning', code: 'few-addresses', message, path: 'network.cidr' }];
}

function callerWarnings(
  { access: { administrators } }: ClusterSpec,
  { callerPrincipalArn }: AccountFacts,
): PlanWarning[] {
  if (administrators.length === 0 || administrators.includes(callerPrincipalArn)) return [];
  return [
    {
      severity: 'warning',
      code: 'caller-not-administrator',
      message: `You are ${callerPrincipalArn}, which is not among the administrators: the cluster will not let you in.`,
      path: 'access.administrators',
      suggestion: {
        title: 'Add yourself',
        path: 'access.administrators',
        value: [...administrators, callerPrincipalArn],
      },
    },
  ];
}
