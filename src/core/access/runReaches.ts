import type { Plan } from '../plan/plan.ts';
import { stagingBucketName } from '../plan/stagingBucketName.ts';
import { clusterTag } from '../spec/ownTags.ts';
import { dnsSuffixOf, partitionOf } from '../spec/regions.ts';
import { allow, type PolicyCondition, type PolicyStatement } from './policyDocument.ts';
import { ec2Resources } from './resourceNeeds.ts';
import type { Reach } from './runNeeds.ts';

/** One statement of the policy for a run, and how AWS's simulator is asked whether somebody has it. */
export interface RunNeed {
  readonly reach: Reach;
  readonly statement: PolicyStatement;
  /** What a request of the run would carry: context key → values. */
  readonly context: Readonly<Record<string, readonly string[]>>;
  /** Resources as a request would name them, by action. */
  readonly resourcesOf: (action: string) => readonly string[];
  /** AWS names its actions with what is made, and nobody has seen a run that is stopped without them. */
  readonly named: boolean;
}

export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly cluster: string;
  readonly caller: string;
  readonly key: string;
  /** Roles that the spec names for pods. */
  readonly givenRoles: readonly string[];
}

/** Offline a plan has no account: its policy then holds in any. */
export function placeOf({ spec, account }: Plan, principalArn = account?.callerPrincipalArn): Place {
  const { name: cluster, region, encryption, access, addons } = spec;
  const partition = account?.partition ?? partitionOf(region);
  const accountId = account?.accountId ?? principalArn?.split(':')[4] ?? '*';
  const caller = principalArn ?? `arn:${partition}:iam::${accountId}:role/*`;
  // A session's ARN does not tell its role's path.
  const session = /:assumed-role\/([^/]+)\//.exec(caller)?.[1];
  const givenRoles = [
    ...access.podIdentities.map(({ roleArn }) => roleArn),
    ...Object.values(addons).flatMap(({ podIdentity }) => Object.values(podIdentity)),
  ];
  return {
    partition,
    region,
    cluster,
    key: encryption.key,
    accountId,
    caller: session === undefined ? caller : `arn:${partition}:iam::${accountId}:role/*${session}`,
    givenRoles: [...new Set(givenRoles)],
  };
}

interface ReachRule {
  readonly Sid: string;
  readonly named?: true;
  /** `*` in them stands for what is not known before. */
  readonly resources: (place: Place) => readonly string[];
  readonly condition?: (place: Place) => PolicyCondition;
  /** Beside what the condition asks for. */
  readonly context?: (place: Place) => Record<string, readonly string[]>;
}

const everywhere = () => ['*'];
const ownTag = ({ cluster }: Place): PolicyCondition => ({
  StringEquals: { [`aws:ResourceTag/${clusterTag}`]: cluster },
});
const newTag = ({ cluster }: Place): PolicyCondition => ({
  StringEquals: { [`aws:RequestTag/${clusterTag}`]: cluster },
});
const arn =
  (service: string, ...resources: readonly string[]) =>
  (place: Place) =>
    resources.map(
      resource => `arn:${place.partition}:${service}:${place.region}:${place.accountId}:${filled(resource, place)}`,
    );
const iamArn =
  (...resources: readonly string[]) =>
  (place: Place) =>
    resources.map(resource => `arn:${place.partition}:iam::${place.accountId}:${filled(resource, place)}`);

/** CloudFormation cuts names that it makes: of a long cluster's name the beginning stays. */
function filled(resource: string, { cluster, region }: Place): string {
  const stem = cluster.length > 12 ? cluster.slice(0, 12) : `${cluster}-`;
  return resource.replace('{cluster}', cluster).replace('{stem}', stem).replace('{region}', region);
}

/** Who may be given the cluster's roles. */
const takers = ({ partition }: Place) => [
  'eks.amazonaws.com',
  'eks-fargate-pods.amazonaws.com',
  'pods.eks.amazonaws.com',
  partition === 'aws-cn' ? 'ec2.amazonaws.com.cn' : 'ec2.amazonaws.com',
];

/** Services whose own roles AWS makes at their first use in an account. */
export const linkedServices = [
  'eks.amazonaws.com',
  'eks-nodegroup.amazonaws.com',
  'eks-fargate.amazonaws.com',
  'autoscaling.amazonaws.com',
  'spot.amazonaws.com',
] as const;

/** Things of a controller in this cluster, by its tag. */
const leftBy = (Sid: string, tag: (place: Place) => readonly [key: string, value: string]): ReachRule => ({
  Sid,
  resources: everywhere,
  condition: place => {
    const [key, value] = tag(place);
    return { StringEquals: { [`aws:ResourceTag/${key}`]: value } };
  },
});

export const reaches: Readonly<Record<Reach, ReachRule>> = {
  look: { Sid: 'Look', resources: everywhere },
  'look-of-handlers': { Sid: 'LookAsHandlersDo', named: true, resources: everywhere },
  self: { Sid: 'KnowOneself', resources: ({ caller }) => [caller] },
  images: {
    Sid: 'FindImages',
    resources: ({ partition, region }) => [`arn:${partition}:ssm:${region}::parameter/aws/service/*`],
  },
  stacks: { Sid: 'ChangeStacks', resources: arn('cloudformation', 'stack/private-eks-{cluster}-*/*') },
  bucket: {
    Sid: 'StageTemplates',
    resources: ({ partition, accountId, region }) => {
      const bucket = `arn:${partition}:s3:::${stagingBucketName(accountId, region)}`;
      return [bucket, `${bucket}/*`];
    },
  },
  'new-network': {
    Sid: 'MakeNetwork',
    resources: everywhere,
    condition: ({ region }) => ({ StringEquals: { 'aws:RequestedRegion': region } }),
    context: ({ cluster }) => ({
      [`aws:RequestTag/${clusterTag}`]: [cluster],
      [`aws:ResourceTag/${clusterTag}`]: [cluster],
    }),
  },
  'own-network': { Sid: 'ChangeOwnNetwork', resources: everywhere, condition: ownTag },
  'network-tags': { Sid: 'TagNetwork', resources: everywhere, condition: newTag },
  'private-names': {
    Sid: 'NameEndpoints',
    named: true,
    // The zone is AWS's own; a VPC may be shared by another account.
    resources: ({ partition, region }) => [
      `arn:${partition}:route53:::hostedzone/*`,
      `arn:${partition}:ec2:${region}:*:vpc/*`,
    ],
  },
  roles: { Sid: 'MakeRoles', resources: iamArn('role/private-eks-{stem}*') },
  profiles: { Sid: 'MakeProfiles', resources: iamArn('instance-profile/private-eks-{stem}*') },
  'auto-profiles': { Sid: 'MakeAutoModeProfiles', named: true, resources: iamArn('instance-profile/eks*') },
  'pass-roles': {
    Sid: 'GiveRoles',
    resources: place => [...iamArn('role/private-eks-{stem}*')(place), ...place.givenRoles],
    condition: place => ({ StringEquals: { 'iam:PassedToService': takers(place) } }),
  },
  'service-roles': {
    Sid: 'FirstUse',
    resources: iamArn('role/aws-service-role/*'),
    condition: () => ({ StringEquals: { 'iam:AWSServiceName': linkedServices } }),
  },
  oidc: {
    Sid: 'MakeOidcProvider',
    resources: place => iamArn(`oidc-provider/oidc.eks.{region}.${dnsSuffixOf(place.region)}/id/*`)(place),
  },
  cluster: {
    Sid: 'MakeCluster',
    resources: arn(
      'eks',
      'cluster/{cluster}',
      'access-entry/{cluster}/*',
      'addon/{cluster}/*',
      'fargateprofile/{cluster}/*',
      'nodegroup/{cluster}/*',
      'podidentityassociation/{cluster}/*',
    ),
  },
  scaling: {
    Sid: 'MakeScalingGroups',
    resources: arn('autoscaling', 'autoScalingGroup:*:autoScalingGroupName/private-eks-{stem}*'),
  },
  'new-key': { Sid: 'MakeKey', resources: everywhere, condition: newTag },
  'own-key': {
    Sid: 'ChangeOwnKey',
    resources: arn('kms', 'key/*'),
    condition: ownTag,
    context: ({ cluster }) => ({ [`aws:RequestTag/${clusterTag}`]: [cluster] }),
  },
  'given-key': { Sid: 'UseKey', resources: ({ key }) => [key] },
  'log-group': {
    Sid: 'MakeLogGroup',
    resources: arn('logs', 'log-group:/aws/eks/{cluster}/cluster', 'log-group:/aws/eks/{cluster}/cluster:*'),
  },
  'left-by-load-balancers': leftBy('RemoveLoadBalancers', ({ cluster }) => ['elbv2.k8s.aws/cluster', cluster]),
  'left-by-auto-mode': leftBy('RemoveOfAutoMode', ({ cluster }) => ['eks:eks-cluster-name', cluster]),
  'left-by-kubernetes': leftBy('RemoveOfKubernetes', ({ cluster }) => [`kubernetes.io/cluster/${cluster}`, 'owned']),
  'left-by-cni': leftBy('RemoveInterfaces', ({ cluster }) => ['cluster.k8s.amazonaws.com/name', cluster]),
};

export function needOf(reach: Reach, actions: readonly string[], place: Place): RunNeed {
  const { Sid, resources, condition, context, named = false } = reaches[reach];
  const all = resources(place);
  const asked = Object.values(condition?.(place) ?? {}).flatMap(keys => Object.entries(keys));
  const ec2 = (kind: string) =>
    `arn:${place.partition}:ec2:${place.region}:${place.accountId}:${kind}/${sampleId(kind)}`;
  return {
    reach,
    named,
    statement: allow(Sid, actions, all, condition?.(place)),
    context: {
      'aws:RequestedRegion': [place.region],
      // Of several that would do, a request has one.
      ...Object.fromEntries(
        asked.map(([key, values]) => [key, typeof values === 'string' ? [values] : values.slice(0, 1)]),
      ),
      ...context?.(place),
    },
    resourcesOf: action => {
      const kinds = ec2Resources[action];
      if (all[0] !== '*') return sampleOf(reach, action, all);
      if (kinds !== undefined) return kinds.split(' ').map(ec2);
      const other = otherResources[action];
      return other === undefined ? ['*'] : arn(action.slice(0, action.indexOf(':')), other)(place);
    },
  };
}

/** Of other services, where a statement names none. */
const otherResources: Readonly<Record<string, string>> = {
  'elasticloadbalancing:DeleteLoadBalancer': 'loadbalancer/net/preflight/0000000000000000',
  'elasticloadbalancing:DeleteTargetGroup': 'targetgroup/preflight/0000000000000000',
  'kms:TagResource': 'key/00000000-0000-0000-0000-000000000000',
};

const prefixes: Readonly<Record<string, string>> = {
  'route-table': 'rtb',
  'security-group': 'sg',
  'vpc-endpoint': 'vpce',
  'launch-template': 'lt',
  instance: 'i',
  volume: 'vol',
  'network-interface': 'eni',
  'egress-only-internet-gateway': 'eigw',
};
const sampleId = (kind: string) => `${prefixes[kind] ?? kind}-00000000000000000`;

/** Where a statement has several forms of resource, those that the action takes; a request names no `*`. */
function sampleOf(reach: Reach, action: string, all: readonly string[]): readonly string[] {
  const plain = all.map(resource => resource.replace(/\*$/, 'preflight').replaceAll('*', 'preflight'));
  const [first = ''] = plain;
  if (reach === 'bucket') return [/Object$/.test(action) ? (plain[1] ?? first) : first];
  if (reach === 'log-group') return [plain[1] ?? first];
  if (reach === 'service-roles')
    return [first.replace(/preflight$/, `${linkedServices[0]}/AWSServiceRoleForAmazonEKS`)];
  if (reach !== 'cluster') return [first];
  const kind = /(AccessEntry|Addon|FargateProfile|Nodegroup|PodIdentityAssociation)(?:Config|Version)?$/.exec(
    action,
  )?.[1];
  const form = kind === 'AccessEntry' ? 'access-entry' : kind?.toLowerCase();
  if (form === undefined || /:Create/.test(action)) return [first];
  return plain.filter(resource => resource.includes(`:${form}/`));
}
