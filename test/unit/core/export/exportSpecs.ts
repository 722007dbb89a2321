import type { ClusterSpec } from '../../../../src/core/spec/clusterSpec.ts';
import { buildPlan } from '../../../../src/core/plan/buildPlan.ts';
import type { AccountFacts, Plan } from '../../../../src/core/plan/plan.ts';
import { head, specOf } from '../templates/specGrid.ts';

export const today = '2026-11-21';

/** What a plan with credentials knows of an account without a VPC. */
export const account: AccountFacts = {
  accountId: '111122223333',
  partition: 'aws',
  region: 'eu-west-1',
  callerPrincipalArn: 'arn:aws:iam::111122223333:role/team/platform',
  zones: ['a', 'b', 'c'].map((letter, index) => ({ name: `eu-west-1${letter}`, id: `euw1-az${index + 1}` })),
  versions: [{ version: '1.36', support: 'standard', isDefault: true, standardUntil: '2027-08-02' }],
};

const role = 'arn:aws:iam::111122223333:role/';

/** A dozen shapes whose exports are kept as golden files, by the name of the file. */
export const exportSpecs: readonly (readonly [name: string, spec: ClusterSpec, account?: AccountFacts])[] = [
  ['defaults', specOf('')],
  ['with-account', specOf('network: {zones: 2}\n'), account],
  ['own-key', specOf('encryption: {key: new}\nfeatures: {irsa: true, ebs: true}\n')],
  [
    'given-key',
    specOf(
      'encryption: {key: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}\nlogs: {types: [audit], retentionDays: 1096}\n',
    ),
  ],
  [
    'existing-vpc',
    specOf(
      'network: {vpc: {id: vpc-0a1b2c3d4e5f67890, subnets: [subnet-0a1b2c3d4e5f67890, subnet-0a1b2c3d4e5f67891]}, serviceCidr: 172.20.0.0/16}\n',
    ),
  ],
  ['pods-block', specOf('network: {podCidr: 100.64.0.0/16, apiAccess: {cidrs: [10.8.0.0/16]}}\n')],
  ['ipv6', specOf('network: {ipFamily: ipv6, zones: [euw1-az1, euw1-az2]}\n')],
  [
    'three-groups',
    specOf(
      [
        'nodes:',
        '  apps: {instanceTypes: [m7g.large, m6g.large], capacity: spot, labels: {team: a}, repair: true}',
        '  own: {kind: self-managed, instanceTypes: [m7i.large, m6i.large], taints: [{key: dedicated, value: own, effect: NoSchedule}]}',
        '  hard_1: {kind: self-managed, os: bottlerocket, ami: ami-0a1b2c3d4e5f67890, instanceTypes: [m7i.large]}',
        '',
      ].join('\n'),
    ),
  ],
  [
    'proxy',
    specOf(
      'proxy: {endpointService: com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0}\nnodes: {default: {}, rocket: {os: bottlerocket}}\n',
    ),
  ],
  ['fargate', specOf('fargate: {apps: {selectors: [{namespace: apps, labels: {on: fargate}}]}}\n')],
  ['auto-mode', specOf('autoMode: {}\n')],
  [
    'people-and-roles',
    specOf(
      `access: {administrators: ["${role}a", "${role}aws-reserved/sso.amazonaws.com/b"], podIdentities: [{namespace: apps, serviceAccount: api, roleArn: "${role}api"}]}\naddons: {coredns: {configuration: {replicaCount: 3, corefile: "a \${b} %{c}"}}, vpc-cni: {version: v1.20.4-eksbuild.2, podIdentity: {aws-node: "${role}cni"}}}\n`,
    ),
  ],
  [
    'irsa-alone',
    specOf('features: {podIdentity: false, irsa: true, ebs: true}\naddons: {amazon-cloudwatch-observability: {}}\n'),
  ],
  [
    'china-strict',
    specOf(
      'endpoints: {policy: account, extra: [execute-api]}\ncontrolPlane: {support: standard, zonalShift: true, egress: customer-routed, tier: tier-xl}\ndeletionProtection: false\n',
      head.replace('eu-west-1', 'cn-north-1'),
    ),
  ],
];

export function planOf(spec: ClusterSpec, facts?: AccountFacts): Plan {
  return buildPlan(spec, facts, today);
}
