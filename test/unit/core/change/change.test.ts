import assert from 'node:assert/strict';
import fc from 'fast-check';
import { beyondPlan } from '../../../../src/core/change/beyondPlan.ts';
import { priceBefore } from '../../../../src/core/change/priceBefore.ts';
import type { PropertyChange, ResourceChange } from '../../../../src/core/change/changePlan.ts';
import { changedOutputs } from '../../../../src/core/change/changedOutputs.ts';
import { changeRefusals } from '../../../../src/core/change/changeRefusals.ts';
import { changeWords } from '../../../../src/core/change/changeWords.ts';
import { foreseenChanges } from '../../../../src/core/change/foreseenChanges.ts';
import { oneWaySwitches } from '../../../../src/core/change/oneWay.ts';
import { blocksItself } from '../../../../src/core/change/recreation.ts';
import { settleCluster } from '../../../../src/core/change/settleCluster.ts';
import { isSame, stackDifference } from '../../../../src/core/change/stackDifference.ts';
import { valueDifferences } from '../../../../src/core/change/valueDifferences.ts';
import { buildPlan } from '../../../../src/core/plan/buildPlan.ts';
import type { ClusterSpec } from '../../../../src/core/spec/clusterSpec.ts';
import type { RunOutcome, RunStarted } from '../../../../src/core/run/runEvent.ts';
import { parseSpec } from '../../../../src/core/spec/parseSpec.ts';

const head = 'apiVersion: private-eks/v1\nkind: Cluster\nname: demo\nregion: eu-west-1\n';
function specOf(rest = ''): ClusterSpec {
  const { spec, problems } = parseSpec(head + rest);
  if (!spec) throw new Error(JSON.stringify(problems));
  return spec;
}
const stackOf = (id: string, rest = '') => {
  const stack = buildPlan(specOf(rest), undefined, '2026-11-21').stacks.find(planned => planned.id === id);
  if (!stack) throw new Error(`no stack ${id}`);
  return stack;
};
const property = (path: string, recreation: PropertyChange['recreation'] = 'Never'): PropertyChange => ({
  path: `/Properties/${path}`,
  before: '1',
  after: '2',
  recreation,
});
const change = (part: Partial<ResourceChange> = {}): ResourceChange => ({
  logicalId: 'NodeGroup',
  physicalId: 'demo/default',
  type: 'AWS::EKS::Nodegroup',
  action: 'modify',
  replacement: 'False',
  properties: [property('ScalingConfig/MaxSize')],
  words: 'It changes.',
  ...part,
});

describe('valueDifferences', () => {
  it('compares tags by their key, whatever their order', () => {
    const tag = (Key: string, Value: string) => ({ Key, Value });
    const before = { Tags: [tag('a', '1'), tag('b', '2')] };
    const after = { Tags: [tag('c', '3'), tag('b', '2'), tag('a', '9')] };
    assert.deepEqual(valueDifferences(before, after), [
      { path: '/Tags/a', before: '1', after: '9' },
      { path: '/Tags/c', before: undefined, after: '3' },
    ]);
  });

  it('is empty for equal values', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.jsonValue({ maxDepth: 4 }), (left, right) => {
        assert.deepEqual(valueDifferences(left, structuredClone(left)), []);
        const same = JSON.stringify(left) === JSON.stringify(right);
        if (same) assert.deepEqual(valueDifferences(left, right), []);
      }),
    );
  });

  it('tells one leaf by its path', () => {
    assert.deepEqual(valueDifferences({ a: [{ b: 1 }, { b: 2 }] }, { a: [{ b: 1 }, { b: 3 }] }), [
      { path: '/a/1/b', before: 2, after: 3 },
    ]);
  });
});

describe('stackDifference', () => {
  it('tells resources that come, go and change, and what lies outside of them', () => {
    const before = stackOf('endpoints');
    const after = stackOf('endpoints', 'features: { sessionManager: false, metrics: true }\n');
    const { resources } = stackDifference(before.template, after.template);
    const kinds = Object.fromEntries(resources.map(({ logicalId, kind }) => [logicalId, kind]));
    assert.equal(kinds.MonitoringEndpoint, 'added');
    assert.equal(kinds.SsmmessagesEndpoint, 'removed');
    assert.ok(isSame(stackDifference(before.template, stackOf('endpoints').template)));
  });
});

describe('foreseenChanges', () => {
  it('knows a replacement by AWS’s create-only properties', () => {
    const before = stackOf('nodes-default').template;
    const after = stackOf('nodes-default', 'nodes: { default: { instanceTypes: [m7i.large] } }\n').template;
    const [group] = foreseenChanges(before, after).filter(({ type }) => type === 'AWS::EKS::Nodegroup');
    assert.equal(group?.replacement, 'True');
    assert.match(group?.words ?? '', /replaced: a new group of nodes takes its place and the old nodes are drained/);
  });

  it('follows a launch template’s new version into the group that takes it', () => {
    const template = (UserData: string) => ({
      Resources: {
        Launch: { Type: 'AWS::EC2::LaunchTemplate', Properties: { LaunchTemplateData: { UserData } } },
        Group: {
          Type: 'AWS::EKS::Nodegroup',
          Properties: { LaunchTemplate: { Version: { 'Fn::GetAtt': ['Launch', 'LatestVersionNumber'] } } },
        },
        Other: { Type: 'AWS::EKS::Addon', Properties: { AddonName: { 'Fn::GetAtt': ['Launch', 'LaunchTemplateId'] } } },
      },
    });
    const [launch, group, ...others] = foreseenChanges(template('a'), template('b'));
    assert.equal(launch?.logicalId, 'Launch');
    assert.equal(group?.logicalId, 'Group');
    assert.equal(group?.replacement, 'False');
    assert.deepEqual(
      group?.properties.map(({ path }) => path),
      ['/Properties/LaunchTemplate/Version'],
    );
    assert.deepEqual(others, []);
  });

  it('says that what takes a changing value may be replaced', () => {
    const { template } = stackOf('nodes-default');
    const found = foreseenChanges(template, template, new Set(['SubnetIds']));
    assert.deepEqual(
      found.map(({ logicalId, replacement }) => [logicalId, replacement]),
      [['NodeGroup', 'Conditional']],
    );
    const cluster = stackOf('cluster').template;
    assert.equal(foreseenChanges(cluster, cluster, new Set(['SubnetIds']))[0]?.replacement, 'False');
  });
});

describe('changedOutputs', () => {
  it('names those that a new or replaced resource tells, and no others', () => {
    const { template } = stackOf('network');
    const vpc = change({ logicalId: 'Vpc', type: 'AWS::EC2::VPC', replacement: 'True' });
    assert.ok(changedOutputs(template, template, [vpc]).has('VpcId'));
    assert.equal(changedOutputs(template, template, [{ ...vpc, replacement: 'False' }]).size, 0);
  });
});

describe('settleCluster', () => {
  const before = stackOf('cluster').template;
  const keyed = stackOf('cluster', 'encryption: { key: new }\n');
  const live = { version: '1.36', keyArn: undefined };

  it('gives a key to a live cluster by EKS’s API, never by the template', () => {
    const { stack, api } = settleCluster(keyed, before, live, undefined);
    assert.deepEqual(
      api.map(({ kind }) => kind),
      ['associate-encryption'],
    );
    assert.ok(isSame(stackDifference(before, stack.template)));
    assert.equal(stack.parameters.KeyArn, undefined);
    assert.deepEqual(settleCluster(keyed, before, { ...live, keyArn: 'arn:k' }, undefined).api, []);
  });

  it('leaves a template alone that has its key from the beginning', () => {
    const { stack, api } = settleCluster(keyed, keyed.template, { ...live, keyArn: 'arn:k' }, 'arn:k');
    assert.deepEqual([stack.template, api], [keyed.template, []]);
  });

  it('leaves the version to the upgrade, after a rollback', () => {
    const rolledBack = stackOf('cluster', 'version: "1.35"\n');
    const { stack } = settleCluster(rolledBack, before, { ...live, version: '1.35' }, undefined);
    assert.ok(isSame(stackDifference(before, stack.template)));
  });
});

describe('beyondPlan', () => {
  const shown = { resources: [change()], from: 'change-set' as const };

  it('lets through what was shown, and less', () => {
    assert.deepEqual(beyondPlan(shown, [change()]), []);
    assert.deepEqual(beyondPlan(shown, []), []);
    const foreseen = { resources: [change({ replacement: 'Conditional' })], from: 'templates' as const };
    assert.deepEqual(beyondPlan(foreseen, [change()]), []);
  });

  const more: readonly [string, ResourceChange][] = [
    ['another resource', change({ logicalId: 'Other' })],
    ['a replacement', change({ replacement: 'True' })],
    ['a replacement perhaps', change({ replacement: 'Conditional' })],
    ['a removal', change({ action: 'remove' })],
    ['another property', change({ properties: [property('Labels/team')] })],
    ['another value', change({ properties: [{ ...property('ScalingConfig/MaxSize'), after: '9' }] })],
  ];
  for (const [what, made] of more) it(`stops at ${what}`, () => assert.equal(beyondPlan(shown, [made]).length, 1));

  describe('of what was foreseen from templates', () => {
    const types = (...enabled: string[]) => ({
      Type: 'AWS::EKS::Cluster',
      Properties: {
        Logging: { ClusterLogging: { EnabledTypes: enabled.map(Type => ({ Type })) } },
        Tags: [{ Key: 'owner', Value: enabled.join() }],
      },
    });
    const resources = foreseenChanges(
      { Resources: { Cluster: types('api', 'audit', 'scheduler') } },
      { Resources: { Cluster: types('api', 'audit') } },
    );
    const made = (...paths: string[]) => [
      change({
        logicalId: 'Cluster',
        type: 'AWS::EKS::Cluster',
        properties: paths.map(path => ({ path, before: 'a', after: undefined, recreation: 'Never' })),
      }),
    ];
    const foreseen = { resources, from: 'templates' as const };
    const logging = '/Properties/Logging/ClusterLogging/EnabledTypes';

    it('knows items of a list with keys by their number, and tags of the stack', () => {
      for (const path of [`${logging}/2`, `${logging}/2/Type`, logging, '/Properties/Tags/0/Value', '/Tags/1/Key'])
        assert.deepEqual(beyondPlan(foreseen, made(path)), [], path);
    });

    it('knows resources that get the stack’s tags alone', () => {
      const tags = { logicalId: 'Other', properties: [{ ...property('x'), path: '/Tags/0/Value' }] };
      assert.deepEqual(beyondPlan(foreseen, [change(tags)]), []);
      assert.equal(beyondPlan(foreseen, [change({ ...tags, action: 'remove' })]).length, 1);
    });

    it('stops at another property all the same', () => {
      const others = ['/Properties/ResourcesVpcConfig/EndpointPublicAccess', '/Properties/Logging/Other/2'];
      for (const path of others) assert.equal(beyondPlan(foreseen, made(`${logging}/2`, path)).length, 1, path);
    });
  });
});

describe('oneWaySwitches', () => {
  const cluster = { logicalId: 'Cluster', type: 'AWS::EKS::Cluster' };
  const cases: readonly [string, ResourceChange, RegExp][] = [
    [
      'the authentication mode',
      change({ ...cluster, properties: [property('AccessConfig/AuthenticationMode')] }),
      /authentication/,
    ],
    ['encryption', change({ ...cluster, properties: [property('EncryptionConfig')] }), /Encryption/],
    ['egress', change({ ...cluster, properties: [property('ResourcesVpcConfig/ControlPlaneEgressMode')] }), /egress/],
    ['the version', change({ ...cluster, properties: [property('Version')] }), /7 days/],
    ['a subnet that goes', change({ type: 'AWS::EC2::Subnet', action: 'remove' }), /another id/],
    ['a block that goes', change({ type: 'AWS::EC2::VPCCidrBlock', action: 'remove' }), /block/],
    ['an endpoint that is replaced', change({ type: 'AWS::EC2::VPCEndpoint', replacement: 'True' }), /endpoint/],
    ['logs that go', change({ type: 'AWS::Logs::LogGroup', action: 'remove' }), /logs/],
  ];
  for (const [what, made, words] of cases)
    it(`marks ${what}`, () => assert.match(oneWaySwitches('cluster', [made])[0]?.words ?? '', words));
  it('marks nothing that can be changed again, nor what is made', () => {
    const harmless = [change(), change({ type: 'AWS::EC2::Subnet', action: 'add' })];
    assert.deepEqual(oneWaySwitches('nodes-default', harmless), []);
  });
});

describe('changeRefusals', () => {
  const live = { version: '1.36', keyArn: undefined };
  const stack = (id: 'cluster' | 'network', resources: ResourceChange[]) =>
    ({
      id,
      name: id,
      stackId: 's',
      action: 'update',
      resources,
      from: 'change-set',
      openParameters: [],
      before: {},
      after: undefined,
    }) as const;

  it('wants the name for a cluster that is, or may be, replaced', () => {
    for (const replacement of ['True', 'Conditional'] as const) {
      const cluster = change({ type: 'AWS::EKS::Cluster', replacement, properties: [property('RoleArn', 'Always')] });
      const [refusal] = changeRefusals(specOf(), [stack('cluster', [cluster])], live);
      assert.deepEqual([refusal?.code, refusal?.byName], ['cluster-replaced', true]);
      assert.match(refusal?.message ?? '', /RoleArn/);
    }
    assert.deepEqual(changeRefusals(specOf(), [stack('cluster', [change({ type: 'AWS::EKS::Cluster' })])], live), []);
  });

  it('takes no subnet from under a cluster, whatever is typed', () => {
    const subnet = change({ type: 'AWS::EC2::Subnet', action: 'remove' });
    const [refusal] = changeRefusals(specOf(), [stack('network', [subnet])], live);
    assert.deepEqual([refusal?.code, refusal?.byName], ['network-fixed', false]);
  });

  it('names all of a network that would go, once', () => {
    const resources = [
      change({ logicalId: 'PrivateSubnet1', type: 'AWS::EC2::Subnet', replacement: 'True' }),
      change({ logicalId: 'Vpc', type: 'AWS::EC2::VPC', replacement: 'True' }),
      change({ logicalId: 'PrivateSubnet3', type: 'AWS::EC2::Subnet', action: 'remove' }),
      change({ logicalId: 'RouteTable1', type: 'AWS::EC2::RouteTable', replacement: 'True' }),
    ];
    assert.deepEqual(
      changeRefusals(specOf(), [stack('network', resources)], live).map(({ message }) => message),
      [
        'PrivateSubnet3 would be removed, and PrivateSubnet1, Vpc would be replaced under the interfaces of demo, which cannot work.',
      ],
    );
  });

  it('sends another version to the upgrade, and holds a key that is there', () => {
    assert.equal(changeRefusals(specOf('version: "1.35"\n'), [], live)[0]?.code, 'version-differs');
    assert.equal(changeRefusals(specOf(), [], { ...live, keyArn: 'arn:k' })[0]?.code, 'encryption-fixed');
    assert.deepEqual(changeRefusals(specOf('encryption: { key: new }\n'), [], { ...live, keyArn: 'arn:k' }), []);
  });

  it('takes no control plane’s egress back', () => {
    const routed = specOf('controlPlane: { egress: customer-routed }\n');
    const [refusal] = changeRefusals(specOf(), [], { ...live, egress: 'CUSTOMER_ROUTED' });
    assert.deepEqual([refusal?.code, refusal?.byName], ['egress-fixed', true]);
    assert.match(refusal?.fix ?? '', /egress: customer-routed, or .*--replace demo/);
    assert.deepEqual(changeRefusals(routed, [], { ...live, egress: 'CUSTOMER_ROUTED' }), []);
    assert.deepEqual(changeRefusals(routed, [], { ...live, egress: 'AWS_MANAGED' }), []);
    assert.deepEqual(changeRefusals(specOf(), [], { ...live, egress: undefined }), []);
  });
});

describe('priceBefore', () => {
  const started = (monthlyUsd: number | undefined): RunStarted => ({
    type: 'run-started',
    seq: 1,
    at: 0,
    runId: 'r',
    kind: 'update',
    cluster: 'demo',
    region: 'eu-west-1',
    accountId: '000000000000',
    profile: undefined,
    specPath: undefined,
    specHash: undefined,
    monthlyUsd,
    speed: 1,
    expectedSeconds: 0,
    steps: [],
  });
  const run = (monthlyUsd: number | undefined, outcome?: RunOutcome) => ({
    started: started(monthlyUsd),
    events: [
      started(monthlyUsd),
      ...(outcome ? [{ type: 'run-finished', seq: 2, at: 1, outcome, summary: '' } as const] : []),
    ],
  });

  it('is what the last run says that was done', () => {
    assert.equal(
      priceBefore([run(361, 'failed'), run(300), run(undefined, 'done'), run(435, 'done'), run(9, 'done')]),
      435,
    );
    assert.equal(priceBefore([run(361, 'cancelled')]), undefined);
  });
});

describe('words and names', () => {
  it('say tags, places and values', () => {
    assert.match(changeWords(change({ properties: [{ ...property('x'), path: '/Tags' }] })), /gets other tags/);
    assert.equal(changeWords(change()), 'The node group NodeGroup changes in place: ScalingConfig.MaxSize 1 → 2.');
  });

  it('say that nodes are replaced where a group gets another launch template, and nothing of each tag', () => {
    assert.equal(
      changeWords(change({ properties: [{ ...property('LaunchTemplate'), before: undefined, after: undefined }] })),
      'The node group NodeGroup changes in place: LaunchTemplate; its nodes are replaced in turn.',
    );
    const template = { type: 'AWS::EC2::LaunchTemplate', logicalId: 'LaunchTemplate' };
    const tag = property('LaunchTemplateData/TagSpecifications/0/Tags/1/Key');
    const size = property('LaunchTemplateData/BlockDeviceMappings/0/Ebs/VolumeSize');
    assert.equal(
      changeWords(change({ ...template, properties: [tag] })),
      'The launch template LaunchTemplate gets other tags.',
    );
    assert.equal(
      changeWords(change({ ...template, properties: [size, tag, { ...tag, path: '/Tags/0/Value' }] })),
      'The launch template LaunchTemplate changes in place: LaunchTemplateData.BlockDeviceMappings.0.Ebs.VolumeSize 1 → 2, its tags.',
    );
  });

  it('know what CloudFormation cannot replace beside itself', () => {
    assert.ok(blocksItself(change({ replacement: 'True' })));
    assert.ok(!blocksItself(change({ replacement: 'False' })));
    assert.ok(!blocksItself(change({ type: 'AWS::EC2::VPCEndpoint', replacement: 'True' })));
    const principal = change({
      type: 'AWS::EKS::AccessEntry',
      replacement: 'True',
      properties: [property('PrincipalArn', 'Always')],
    });
    assert.ok(!blocksItself(principal));
  });
});
