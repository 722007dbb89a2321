import assert from 'node:assert/strict';
import type { InstanceFacts } from '../../../../../src/core/tunnel/route/instanceFacts.ts';
import { judgeInstances } from '../../../../../src/core/tunnel/route/instanceRoute.ts';
import { everywhere, fromGroup, fromRange, group, reach, tcp443 } from './reach.ts';

const online = { version: '3.3.2299.0', status: 'Online', platform: 'Amazon Linux 2023' };
const instance = (id: string, more: Partial<InstanceFacts> = {}): InstanceFacts => ({
  instanceId: id,
  isNode: true,
  addresses: ['10.0.1.20'],
  groupIds: ['sg-node'],
  subnetId: 'subnet-a',
  agent: online,
  ...more,
});
const open = [group('sg-cluster', [tcp443(fromGroup('sg-node'))]), group('sg-node', [])];
const judge = (instances: InstanceFacts[], groups: typeof open | undefined = open, target?: string) =>
  judgeInstances(instances, reach, groups, [], target);

describe('the way through an instance', () => {
  it('goes through one whose agent is online and which the endpoint admits', () => {
    const { route, finding } = judge([instance('i-1', { agent: undefined }), instance('i-2')]);
    assert.equal(route?.target, 'i-2');
    assert.equal(route.agentVersion, '3.3.2299.0');
    assert.match(route.reason, /i-2 is a node of demo, its agent 3\.3\.2299\.0 is online, and the endpoint admits it/);
    assert.deepEqual(
      finding.evidence.map(({ attribute, seen }) => [attribute, seen]),
      [
        ['Session Manager agent', 'Online, version 3.3.2299.0'],
        ['platform', 'Amazon Linux 2023'],
        ['subnet', 'subnet-a'],
        ['inbound 443', 'sg-cluster: 443 sg-node'],
      ],
    );
  });

  it('goes without the security groups where they may not be seen, and says so', () => {
    const { route, finding } = judgeInstances([instance('i-1', { isNode: false })], reach, undefined, [], undefined);
    assert.equal(route?.reason, 'i-1 is in the VPC, and its agent 3.3.2299.0 is online');
    assert.match(finding.evidence.at(-1)?.seen ?? '', /ec2:DescribeSecurityGroups is missing/);
  });

  const closed: readonly (readonly [string, InstanceFacts, typeof open, RegExp, RegExp])[] = [
    ['no agent', instance('i-1', { agent: undefined }), open, /Session Manager does not know it/, /sessionManager/],
    [
      'an agent offline',
      instance('i-1', { agent: { ...online, status: 'ConnectionLost' } }),
      open,
      /ConnectionLost/,
      /sessionManager/,
    ],
    [
      'an old agent',
      instance('i-1', { agent: { ...online, version: '3.1.1260.0' } }),
      open,
      /too old/,
      /3\.1\.1374\.0/,
    ],
    [
      'no rule',
      instance('i-1'),
      [group('sg-cluster', []), group('sg-node', [])],
      /sg-cluster of the endpoint does not admit it/,
      /Admit 443 in sg-cluster from sg-node/,
    ],
    [
      'no way out',
      instance('i-1'),
      [open[0] ?? {}, group('sg-node', [], [tcp443(fromGroup('sg-elsewhere'))])],
      /do not let it reach/,
      /Allow 443 out of sg-node to sg-cluster/,
    ],
  ];
  for (const [what, seen, groups, summary, fix] of closed)
    it(`is not there with ${what}, and says what would mend it`, () => {
      const { route, finding } = judge([seen], groups);
      assert.equal(route, undefined);
      assert.equal(finding.verdict, 'unusable');
      assert.match(finding.summary, summary);
      assert.match(finding.fix ?? '', fix);
      assert.ok(finding.evidence.every(({ needed }) => needed));
    });

  it('lets a version pass that cannot be read, and rules that cannot be judged', () => {
    assert.ok(judge([instance('i-1', { agent: { ...online, version: '' } })]).route);
    const byRange = [
      group('sg-cluster', [tcp443(fromRange('10.0.0.0/16'))]),
      group('sg-node', [], [tcp443(fromRange('10.0.0.0/16'))]),
    ];
    assert.ok(judge([instance('i-1')], byRange).route);
    assert.equal(judgeInstances([instance('i-1')], reach, byRange, ['10.9.0.1'], undefined).route, undefined);
    assert.ok(judge([instance('i-1')], [group('sg-cluster', [everywhere]), group('sg-node', [])]).route);
  });

  it('goes through the one that was named, or nowhere', () => {
    assert.equal(judge([instance('i-1'), instance('i-2')], open, 'i-2').route?.target, 'i-2');
    const { route, finding } = judge([instance('i-1')], open, 'i-9');
    assert.equal(route, undefined);
    assert.match(finding.summary, /i-9 does not run in vpc-/);
  });

  it('says how many were looked at, and of the nearest what it lacks', () => {
    const { finding } = judge([
      instance('i-1', { agent: undefined, groupIds: ['sg-x'] }),
      instance('i-2', { agent: undefined }),
    ]);
    assert.match(finding.summary, /None of 2 instances can be used; of i-2: Session Manager does not know it/);
    assert.match(judge([]).finding.summary, /No instance runs in vpc-.*no node of demo/);
  });
});
