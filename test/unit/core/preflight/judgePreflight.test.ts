import assert from 'node:assert/strict';
import type { StackView } from '../../../../src/core/aws/stack.ts';
import { buildPlan } from '../../../../src/core/plan/buildPlan.ts';
import type { AccountFacts } from '../../../../src/core/plan/plan.ts';
import type { PreflightFacts } from '../../../../src/core/preflight/gatherFacts.ts';
import type { SimulatedAction } from '../../../../src/core/preflight/permissionLooks.ts';
import { judgePreflight } from '../../../../src/core/preflight/preflight.ts';
import { namedPrincipals, type PrincipalFacts } from '../../../../src/core/preflight/principalLooks.ts';
import { vcpuClassOf } from '../../../../src/core/preflight/quotas.ts';
import { parseSpec } from '../../../../src/core/spec/parseSpec.ts';

const account: AccountFacts = {
  accountId: '111122223333',
  partition: 'aws',
  region: 'eu-west-1',
  callerPrincipalArn: 'arn:aws:iam::111122223333:role/team/platform',
  zones: [1, 2, 3].map(zone => ({ id: `euw1-az${zone}`, name: `eu-west-1${'abc'.charAt(zone - 1)}` })),
  versions: [{ version: '1.36', support: 'standard', isDefault: true, standardUntil: '2027-08-02' }],
  endpointZones: new Proxy({}, { get: () => ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'] }),
};
const planOf = (lines = '', facts: Partial<AccountFacts> = {}) => {
  const { spec, problems } = parseSpec(
    `apiVersion: private-eks/v1\nkind: Cluster\nname: demo\nregion: eu-west-1\n${lines}`,
  );
  assert.ok(spec, JSON.stringify(problems));
  return buildPlan(spec, { ...account, ...facts }, '2026-11-21');
};

const now = Date.UTC(2026, 10, 21);
const zero = { seen: 0 };
const fine: PreflightFacts = {
  caller: { accountId: '111122223333', partition: 'aws', arn: 'arn:aws:sts::111122223333:assumed-role/platform/jane' },
  now,
  credentialsEnd: undefined,
  stacks: { seen: [] },
  cluster: { seen: undefined },
  logGroup: { seen: false },
  offered: {
    seen: new Set(
      ['t3.medium', 'm7i.large', 'g6.xlarge', 'inf2.xlarge'].flatMap(type =>
        [1, 2, 3].map(zone => `${type} euw1-az${zone}`),
      ),
    ),
  },
  dryRun: { seen: undefined },
  linkedServices: { seen: [] },
  permissions: { seen: [] },
  quotas: {
    applied: {
      seen: new Map([
        ['L-1216C47A', 64],
        ['L-34B43A08', 64],
        ['L-F678F1CE', 5],
        ['L-1194D53C', 100],
      ]),
    },
    clusters: zero,
    vpcs: zero,
    gatewayEndpoints: zero,
    securityGroups: zero,
    interfaces: zero,
    vcpus: { seen: new Map() },
    vcpusOf: {
      seen: new Map([
        ['t3.medium', 2],
        ['m7i.large', 2],
        ['g6.xlarge', 4],
        ['inf2.xlarge', 4],
      ]),
    },
  },
};
const judge = (facts: Partial<PreflightFacts> = {}, lines = '', more: Partial<AccountFacts> = {}, speed = 1) =>
  judgePreflight(planOf(lines, more), { ...fine, ...facts }, speed);
const brief = (findings: ReturnType<typeof judge>) => findings.map(({ severity, code }) => `${severity} ${code}`);
const quotasOf = (more: Partial<PreflightFacts['quotas']>) => ({ quotas: { ...fine.quotas, ...more } });
const stack = (name: string, cluster?: string): StackView => ({
  id: `arn:aws:cloudformation:eu-west-1:111122223333:stack/${name}/1`,
  name,
  status: 'CREATE_COMPLETE',
  statusReason: undefined,
  tags: cluster === undefined ? {} : { 'private-eks:cluster': cluster },
  parameters: {},
  outputs: {},
  terminationProtection: false,
  createdAt: now,
});
const simulated = (action: string, more: Partial<SimulatedAction> = {}): SimulatedAction => ({
  action,
  resource: '*',
  decision: 'implicitDeny',
  missing: [],
  byBoundary: false,
  byOrganization: false,
  named: false,
  ...more,
});
const permissions = (...seen: SimulatedAction[]) => ({ permissions: { seen } });

describe('judgePreflight', () => {
  it('finds nothing in an account that is as it must be', () => assert.deepEqual(judge(), []));

  it('says how long the sign-in lasts where it ends before the run would', () => {
    const [finding] = judge({ credentialsEnd: now + 10 * 60_000 });
    assert.equal(finding?.code, 'session-too-short');
    assert.match(finding.message, /ends in 10 minutes, the run usually takes \d\d minutes/);
    assert.deepEqual(judge({ credentialsEnd: now + 12 * 3_600_000 }), []);
    // A simulated account's run is over sooner.
    assert.deepEqual(judge({ credentialsEnd: now + 10 * 60_000 }, '', {}, 60), []);
  });

  it('carries on with what is its own, and refuses what is not', () => {
    const own = ['private-eks-demo-cluster', 'private-eks-demo-logs', 'private-eks-demo-network'].map(name =>
      stack(name, 'demo'),
    );
    const standing = { cluster: { seen: 'ACTIVE' }, logGroup: { seen: true } };
    assert.deepEqual(judge({ ...standing, stacks: { seen: own } }), []);
    assert.deepEqual(brief(judge({ ...standing, stacks: { seen: [stack('private-eks-demo-cluster', 'other')] } })), [
      'error stack-name-taken',
      'error cluster-exists',
      'error log-group-exists',
    ]);
  });

  it('counts what stands of a resumed run once', () => {
    const full = quotasOf({ vpcs: { seen: 5 }, clusters: { seen: 100 } });
    assert.deepEqual(brief(judge(full)), ['error quota-exceeded', 'error quota-exceeded']);
    const own = ['cluster', 'network'].map(kind => stack(`private-eks-demo-${kind}`, 'demo'));
    assert.deepEqual(judge({ ...full, stacks: { seen: own }, cluster: { seen: 'ACTIVE' } }), []);
  });

  describe('permissions', () => {
    const cases: readonly (readonly [what: string, SimulatedAction, string, RegExp])[] = [
      [
        'nobody gave it',
        simulated('eks:CreateCluster'),
        'error permission-missing',
        /no permission for eks:CreateCluster/,
      ],
      [
        'a Deny',
        simulated('eks:CreateCluster', { decision: 'explicitDeny' }),
        'error permission-explicit',
        /denies eks:CreateCluster/,
      ],
      [
        'a boundary',
        simulated('eks:CreateCluster', { byBoundary: true }),
        'error permission-boundary',
        /boundary does not let through/,
      ],
      [
        'an organization',
        simulated('eks:CreateCluster', { byOrganization: true, decision: 'explicitDeny' }),
        'error permission-organization',
        /organization forbids/,
      ],
      [
        'a condition that nobody can know',
        simulated('eks:CreateCluster', { missing: ['aws:MultiFactorAuthPresent'] }),
        'unknown permission-guess',
        /depends on conditions/,
      ],
      [
        'only for the end',
        simulated('eks:DeleteCluster'),
        'warning permission-missing',
        /needed when the cluster goes/,
      ],
      [
        'only for a change',
        simulated('eks:UpdateClusterVersion'),
        'warning permission-missing',
        /needed when the cluster is updated, upgraded or looked over/,
      ],
      [
        'only to look',
        simulated('servicequotas:ListServiceQuotas'),
        'warning permission-missing',
        /Less can be checked/,
      ],
      [
        'only named by AWS',
        simulated('route53:AssociateVPCWithHostedZone', { named: true }),
        'warning permission-missing',
        /AWS names it with what is made, but a run may go without/,
      ],
    ];
    for (const [what, action, code, says] of cases)
      it(what, () => {
        const [finding, ...others] = judge(permissions(action));
        assert.deepEqual(others, []);
        assert.equal(`${finding?.severity} ${finding?.code}`, code);
        assert.match(finding?.message ?? '', says);
        assert.ok(finding?.evidence.some(line => line.includes(action.action)));
      });

    it('are unknown, never there, when the simulator is closed', () => {
      const [finding] = judge({ permissions: { refused: 'The permission iam:SimulatePrincipalPolicy is missing' } });
      assert.equal(finding?.severity, 'unknown');
      assert.match(finding.message, /every permission.*SimulatePrincipalPolicy/);
    });

    it('names many in one finding, all of them in its evidence', () => {
      const many = Array.from({ length: 30 }, (_, index) =>
        simulated(`eks:Create${String.fromCharCode(65 + (index % 26))}${index}`),
      );
      const [finding] = judge(permissions(...many));
      assert.match(finding?.message ?? '', /and 18 more/);
      assert.equal(finding?.evidence.length, 30);
    });

    it('ask for a service’s own role only while it is missing', () => {
      const denied = permissions(simulated('iam:CreateServiceLinkedRole'));
      assert.deepEqual(brief(judge(denied)), ['error service-linked-role-missing']);
      const there = ['eks.amazonaws.com', 'eks-nodegroup.amazonaws.com', 'autoscaling.amazonaws.com'];
      assert.deepEqual(judge({ ...denied, linkedServices: { seen: there } }), []);
      const spot = judge({ ...denied, linkedServices: { seen: there } }, 'nodes:\n  default:\n    capacity: spot\n');
      assert.match(spot[0]?.message ?? '', /no AWSServiceRoleForEC2Spot yet/);
      const fargate = judge(
        { ...denied, linkedServices: { seen: there } },
        'fargate:\n  all:\n    selectors:\n      - namespace: default\n',
      );
      assert.match(fargate[0]?.message ?? '', /AWSServiceRoleForAmazonEKSForFargate/);
    });

    it('hear EC2’s own verdict, whoever forbids', () => {
      const words =
        'You are not authorized to perform this operation. User: u is not authorized to perform: ec2:CreateVpc on resource: vpc/* with an explicit deny in a service control policy. Encoded authorization failure message: AbC';
      const [finding] = judge({ dryRun: { seen: words } });
      assert.equal(finding?.code, 'permission-organization');
      assert.ok(!finding.evidence.join().includes('AbC'));
    });
  });

  describe('quotas', () => {
    it('are assumed to be AWS’s defaults where they are not known, and then stop nothing', () => {
      const found = judge(quotasOf({ applied: { refused: 'no' }, vpcs: { seen: 5 } }));
      assert.deepEqual(brief(found), ['warning quota-exceeded', 'unknown not-looked-at']);
    });

    it('with use that nobody may count are unknown', () => {
      assert.deepEqual(brief(judge(quotasOf({ vpcs: { refused: 'no' } }))), ['unknown not-looked-at']);
    });

    it('of vCPUs go by family and way to pay, and warn of growth', () => {
      const used = quotasOf({ vcpus: { seen: new Map([['L-1216C47A', 62]]) } });
      assert.deepEqual(brief(judge(used)), ['error quota-exceeded']);
      assert.deepEqual(judge(used, 'nodes:\n  default:\n    capacity: spot\n'), []);
      const grown = judge(quotasOf({ vcpus: { seen: new Map([['L-1216C47A', 58]]) } }));
      assert.deepEqual(brief(grown), ['warning quota-exceeded']);
      assert.match(grown[0]?.message ?? '', /needs 8 when its groups have grown/);
      const gpu = judge(
        quotasOf({
          applied: {
            seen: new Map([
              ['L-DB2E81BA', 0],
              ['L-F678F1CE', 5],
            ]),
          },
        }),
        'nodes:\n  gpu:\n    instanceTypes: [g6.xlarge]\n',
      );
      assert.match(gpu[0]?.message ?? '', /G and VT instances/);
      assert.deepEqual(brief(judge({}, 'nodes:\n  ml:\n    instanceTypes: [inf2.xlarge]\n')), [
        'unknown vcpu-quota-unknown',
      ]);
    });

    it('know families', () => {
      const classes = [
        'm7g.large',
        'c7gn.medium',
        't3a.nano',
        'i4i.large',
        'hpc7a.12xlarge',
        'trn1.2xlarge',
        'g4dn.xlarge',
        'p5.48xlarge',
        'x2idn.16xlarge',
        'mac2.metal',
      ];
      assert.deepEqual(
        classes.map(type => vcpuClassOf(type)?.onDemand.code),
        [
          'L-1216C47A',
          'L-1216C47A',
          'L-1216C47A',
          'L-1216C47A',
          undefined,
          undefined,
          'L-DB2E81BA',
          'L-417A185B',
          undefined,
          undefined,
        ],
      );
    });

    it('of vCPUs for P5 are one with the other P types on demand, and not for spot', () => {
      const [p4, p5] = ['p4d.24xlarge', 'p5en.48xlarge'].map(type => vcpuClassOf(type));
      assert.equal(p4?.onDemand, p5?.onDemand);
      assert.deepEqual([p4?.spot.code, p5?.spot.code], ['L-7212CCBC', 'L-C4BD4855']);
    });
  });

  it('tells where an endpoint service is missing in one of the zones', () => {
    const all = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];
    const endpointZones = new Proxy({}, { get: (_, name: string) => (name.endsWith('.ecr.api') ? all.slice(1) : all) });
    const [finding] = judge({}, '', { endpointZones });
    assert.equal(finding?.code, 'endpoint-service-not-in-zone');
    assert.match(finding.message, /ecr\.api in eu-west-1a/);
  });

  it('judges a key that the spec names', () => {
    const lines = (owner: string) =>
      `encryption:\n  key: arn:aws:kms:eu-west-1:${owner}:key/12345678-1234-1234-1234-123456789012\n`;
    const good = { state: 'Enabled', usage: 'ENCRYPT_DECRYPT', spec: 'SYMMETRIC_DEFAULT' };
    const own = lines('111122223333');
    assert.deepEqual(judge({ key: { seen: good } }, own), []);
    assert.deepEqual(brief(judge({ key: { seen: undefined } }, own)), ['error key-missing']);
    assert.deepEqual(brief(judge({ key: { seen: { ...good, state: 'Disabled' } } }, own)), ['error key-not-enabled']);
    assert.deepEqual(brief(judge({ key: { seen: { ...good, spec: 'RSA_2048' } } }, own)), ['error key-not-symmetric']);
    assert.deepEqual(brief(judge({ key: { refused: 'no' } }, own)), ['unknown not-looked-at']);
    assert.deepEqual(brief(judge({ key: { seen: good } }, lines('999999999999'))), ['warning key-other-account']);
  });

  describe('judges roles and users that the spec names', () => {
    const admin = 'arn:aws:iam::111122223333:role/team/platform';
    const pod = 'arn:aws:iam::111122223333:role/app';
    const trustOf = (Action: unknown, Service: unknown = 'pods.eks.amazonaws.com', Effect = 'Allow') =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Principal: { Service }, Action }] });
    const asked = (arn: string, found?: PrincipalFacts['found'], more: Partial<PreflightFacts> = {}) =>
      judge({
        ...more,
        principals: [{ arn, specPath: 'access.administrators[0]', forPods: arn === pod, ...(found && { found }) }],
      });
    const trusting = (trust: string) => brief(asked(pod, { seen: { arn: pod, trust } }));

    it('names each with its place in the spec', () => {
      const plan = planOf(`access:
  administrators: [${admin}]
  podIdentities:
    - { namespace: app, serviceAccount: app, roleArn: ${pod} }
addons:
  aws-ebs-csi-driver: { podIdentity: { ebs-csi-controller-sa: ${pod} } }
`);
      assert.deepEqual(
        namedPrincipals(plan).map(({ specPath, forPods }) => `${specPath} ${forPods}`),
        [
          'access.administrators[0] false',
          'access.podIdentities[0].roleArn true',
          'addons.aws-ebs-csi-driver.podIdentity.ebs-csi-controller-sa true',
        ],
      );
    });

    it('takes what is as the spec says', () => assert.deepEqual(asked(admin, { seen: { arn: admin } }), []));

    it('refuses what is not there, and what has another path, with the ARN to write', () => {
      assert.deepEqual(brief(asked(admin, { seen: undefined })), ['error principal-missing']);
      const [finding] = asked(admin, { seen: { arn: 'arn:aws:iam::111122223333:role/platform' } });
      assert.equal(finding?.code, 'principal-other-path');
      assert.equal(finding.fix, 'Write arn:aws:iam::111122223333:role/platform.');
      assert.equal(finding.specPath, 'access.administrators[0]');
    });

    it('only warns where the stack that names them stands', () => {
      const stacks = { seen: [stack('private-eks-demo-identity', 'demo')] };
      assert.deepEqual(brief(asked(admin, { seen: undefined }, { stacks })), ['warning principal-missing']);
    });

    it('says what nobody could look at', () => {
      assert.deepEqual(brief(asked(admin, { refused: 'no' })), ['unknown not-looked-at']);
      const [finding] = asked('arn:aws:iam::999999999999:role/partner');
      assert.equal(finding?.severity, 'unknown');
      assert.match(finding.message, /whether the role partner exists\. It is of account 999999999999\./);
    });

    it('reads whether pods may get the role', () => {
      const both = ['sts:AssumeRole', 'sts:TagSession'];
      assert.deepEqual(trusting(trustOf(both)), []);
      assert.deepEqual(trusting(trustOf('sts:*', ['ec2.amazonaws.com', 'pods.eks.amazonaws.com'])), []);
      assert.deepEqual(trusting(trustOf('sts:AssumeRole')), ['warning pod-role-session-tags']);
      assert.deepEqual(trusting(trustOf(both, 'ec2.amazonaws.com')), ['error pod-role-trust']);
      assert.deepEqual(trusting(trustOf(both, undefined, 'Deny')), ['error pod-role-trust']);
      assert.deepEqual(trusting('{}'), ['error pod-role-trust']);
    });
  });

  it('puts errors first and leaves no finding without a way out', () => {
    const found = judge({
      ...permissions(simulated('eks:CreateCluster'), simulated('eks:DeleteCluster')),
      ...quotasOf({ vpcs: { seen: 5 }, interfaces: { refused: 'no' } }),
      credentialsEnd: now,
    });
    const order = found.map(({ severity }) => ['error', 'warning', 'unknown'].indexOf(severity));
    assert.deepEqual(order, [...order].sort());
    for (const { message, fix, evidence } of found)
      assert.ok(message.length > 20 && fix.length > 10 && evidence.length > 0, message);
  });
});
