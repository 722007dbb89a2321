import { addressNeed, hasRoom } from '../network/addressRoom.ts';
import { cniSettings } from '../network/cniSettings.ts';
import { parseCidr } from '../spec/cidr.ts';
import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { layOutSubnets, podSubnetAddresses } from '../spec/subnetLayout.ts';
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

/** Addresses in one zone of a new VPC when all nodes are there that may be, each full of pods, beside the endpoints and EKS's own interfaces. */
function roomWarnings({ spec, endpoints }: WarningFacts): PlanWarning[] {
  const { cidr, podCidr, vpc } = spec.network;
  const block = parseCidr(cidr);
  // Of an existing VPC the findings speak.
  if (!block || vpc) return [];
  const zones = zoneCount(spec);
  const podBlock = hasPodSubnets(spec) ? parseCidr(podCidr ?? '') : undefined;
  const free = {
    own: layOutSubnets(block, zones).usableAddresses,
    pods: podBlock ? podSubnetAddresses(podBlock, zones) : 0,
  };
  const interfaces = endpoints.filter(({ type }) => type === 'Interface').length;
  const need = addressNeed(spec, zones, interfaces);
  const found: PlanWarning[] = [];
  if (!hasRoom(need, free, cniSettings(spec))) {
    const has = `${free.own} addresses${free.pods > 0 ? ` and ${free.pods} for pods` : ''}`;
    const path = free.own >= need.own && podBlock ? 'network.podCidr' : 'network.cidr';
    const message = `Each zone has ${has}; with every node that may be there, and full, about ${need.own + need.further} are taken: ${need.parts.join(', ')}. Pods will then wait for addresses.`;
    found.push({ severity: 'warning', code: 'few-addresses', message, path });
  }
  if (need.unknownTypes.length > 0) {
    const message = `How many addresses ${need.unknownTypes.join(', ')} takes is not known here: room for these nodes and their pods is not reckoned.`;
    found.push({ severity: 'info', code: 'room-unknown', message, path: 'nodes' });
  }
  if (need.assumed.length > 0) {
    const message = `Addresses are counted for what the spec says. ${need.assumed.join(' ')}`;
    const isFargate = Object.keys(spec.fargate).length > 0;
    const path = spec.autoMode ? 'autoMode' : isFargate ? 'fargate' : 'features.karpenter';
    found.push({ severity: 'info', code: 'room-assumed', message, path });
  }
  return found;
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
