import assert from 'node:assert/strict';
import type { Leftover } from '../../../../src/core/leftovers/leftover.ts';
import { leftoverLabel, leftWords, sortLeftovers } from '../../../../src/editor/commands/leftoverItems.ts';

const leftover = (more: Partial<Leftover>): Leftover => ({
  ...{ kind: 'volume', id: 'vol-1', region: 'eu-west-1', cluster: 'gone', madeBy: 'controller' },
  ...{ monthlyUsd: 0, how: 'gp3', fate: 'stays', removable: true },
  ...more,
});

describe('leftovers, for a person', () => {
  it('come with what may be removed first, the dearest at the top, and with what clusters have together', () => {
    const found = [
      leftover({ kind: 'stack', id: 'private-eks-b-logs', cluster: 'b', fate: 'goes' }),
      leftover({ kind: 'cluster', id: 'a', cluster: 'a', fate: 'goes', monthlyUsd: 73 }),
      leftover({ id: 'vol-cheap', monthlyUsd: 1 }),
      leftover({ kind: 'hosted zone', id: 'Z1' }),
      leftover({ id: 'vol-dear', monthlyUsd: 9, fate: 'goes-if-asked' }),
      leftover({ kind: 'stack', id: 'private-eks-b-cluster', cluster: 'b', fate: 'goes' }),
    ];
    const sorted = sortLeftovers(found);
    assert.deepEqual(
      sorted.removable.map(({ id }) => id),
      ['vol-dear', 'vol-cheap'],
    );
    assert.deepEqual(
      sorted.others.map(({ id }) => id),
      ['Z1'],
    );
    assert.deepEqual(
      sorted.living.map(({ cluster, items }) => [cluster, items.length]),
      [
        ['a', 1],
        ['b', 2],
      ],
    );
    assert.equal(leftWords(sorted, 'eu-west-1'), '3 things left behind in eu-west-1: about 10.00 USD a month');
  });

  it('never offer to remove what no tag says to be of a cluster of ours, or what a delete run takes', () => {
    const { cluster: _cluster, removable: _removable, ...foreign } = leftover({ kind: 'security group', id: 'sg-1' });
    const { removable, others, living } = sortLeftovers([foreign, leftover({ id: 'vol-2', fate: 'goes' })]);
    assert.deepEqual([removable.length, others.length, living.length], [0, 1, 1]);
  });

  it('are nothing when all there is has a cluster that stands', () => {
    const sorted = sortLeftovers([leftover({ kind: 'cluster', id: 'a', fate: 'goes', monthlyUsd: 73 })]);
    assert.equal(leftWords(sorted, 'eu-west-1'), 'Nothing is left behind in eu-west-1');
  });

  it('are called by their name, and of an ARN by its end', () => {
    assert.equal(
      leftoverLabel(leftover({ kind: 'log group', id: '/aws/eks/a/cluster' })),
      'Log group /aws/eks/a/cluster',
    );
    assert.equal(
      leftoverLabel(leftover({ kind: 'load balancer', id: 'arn:aws:x:eu-west-1:1:loadbalancer/net/a/1' })),
      'Load balancer loadbalancer/net/a/1',
    );
    assert.equal(leftoverLabel(leftover({ kind: 'VPC', id: 'vpc-1', name: 'theirs' })), 'VPC theirs');
  });
});
