import assert from 'node:assert/strict';
import { driftReport, driftWords, type DriftedResource } from '../../../../src/core/drift/driftReport.ts';

const drifted = (part: Partial<DriftedResource> = {}): DriftedResource => ({
  logicalId: 'NodeGroup',
  physicalId: 'demo/default',
  type: 'AWS::EKS::Nodegroup',
  deleted: false,
  differences: [],
  ...part,
});
const report = (resource: DriftedResource) =>
  driftReport('demo', [{ name: 'private-eks-demo-nodes-default', notChecked: undefined, resources: [resource] }], []);

describe('driftReport', () => {
  const quiet: readonly [string, DriftedResource][] = [
    ['an autoscaler', drifted({ differences: [{ path: '/ScalingConfig/DesiredSize', expected: '2', actual: '4' }] })],
    [
      'tags of EKS',
      drifted({
        differences: [{ path: '/Tags/3', expected: undefined, actual: '{"Key":"eks:cluster-name","Value":"demo"}' }],
      }),
    ],
    [
      'tags of a controller',
      drifted({
        type: 'AWS::EC2::Subnet',
        differences: [
          { path: '/Tags/2', expected: undefined, actual: '{"Key":"kubernetes.io/cluster/demo","Value":"shared"}' },
        ],
      }),
    ],
    [
      'an upgrade',
      drifted({ type: 'AWS::EKS::Addon', differences: [{ path: '/AddonVersion', expected: 'v1', actual: 'v2' }] }),
    ],
    [
      'a rollback of the version',
      drifted({ type: 'AWS::EKS::Cluster', differences: [{ path: '/Version', expected: '1.36', actual: '1.35' }] }),
    ],
  ];
  for (const [what, resource] of quiet)
    it(`does not count ${what}, and says whose work it is`, () => {
      const found = report(resource);
      assert.equal(found.drifted, false);
      assert.deepEqual(found.stacks[0]?.resources, []);
      assert.equal(found.quiet.length, 1);
      assert.ok((found.quiet[0]?.reason.length ?? 0) > 10);
    });

  const loud: readonly [string, DriftedResource, RegExp][] = [
    [
      'a version that somebody raised beside the stack',
      drifted({ type: 'AWS::EKS::Cluster', differences: [{ path: '/Version', expected: '1.35', actual: '1.36' }] }),
      /Version is 1\.36 and should be 1\.35/,
    ],
    [
      'a bound that was moved',
      drifted({ differences: [{ path: '/ScalingConfig/MaxSize', expected: '4', actual: '9' }] }),
      /ScalingConfig\.MaxSize is 9 and should be 4/,
    ],
    [
      'a tag of the template that was changed',
      drifted({ differences: [{ path: '/Tags/team', expected: 'a', actual: 'b' }] }),
      /should be a/,
    ],
    [
      'a tag that somebody added',
      drifted({ differences: [{ path: '/Tags/1', expected: undefined, actual: '{"Key":"owner","Value":"me"}' }] }),
      /was added/,
    ],
    [
      'a rule that was taken away',
      drifted({
        type: 'AWS::EC2::SecurityGroup',
        differences: [{ path: '/SecurityGroupIngress/0', expected: '{}', actual: undefined }],
      }),
      /was removed/,
    ],
    ['a resource that is gone', drifted({ deleted: true }), /is gone/],
  ];
  for (const [what, resource, words] of loud)
    it(`counts ${what}`, () => {
      const found = report(resource);
      assert.equal(found.drifted, true);
      const [seen] = found.stacks[0]?.resources ?? [];
      assert.match(seen ? driftWords(seen, seen.differences[0]) : '', words);
    });

  it('counts what no stack made', () => {
    const finding = { code: 'public-endpoint', resource: 'demo', words: 'It is on.' } as const;
    assert.equal(driftReport('demo', [], [finding]).drifted, true);
  });
});
