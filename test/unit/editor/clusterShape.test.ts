import assert from 'node:assert/strict';
import { isMadeHere, selfManagedGroups, stackWords } from '../../../src/editor/tree/clusterShape.ts';

const stack = (name: string, status = 'CREATE_COMPLETE') => ({ name, id: `arn:${name}`, status, reason: undefined });
const group = (name: string) => ({ name, status: 'ACTIVE', desired: 2, spot: false, instanceTypes: [], issues: [] });

describe('what a cluster is made of, by its stacks and tags', () => {
  it('is made here only with this product’s tag and its own name', () => {
    assert.equal(isMadeHere({ name: 'a', tags: { 'private-eks:cluster': 'a' } }), true);
    assert.equal(isMadeHere({ name: 'a', tags: { 'private-eks:cluster': 'b' } }), false);
    assert.equal(isMadeHere({ name: 'a', tags: {} }), false);
  });

  it('has self-managed groups where a stack of nodes has no managed group', () => {
    const stacks = [
      stack('private-eks-a-nodes-default'),
      stack('private-eks-a-nodes-own'),
      stack('private-eks-a-nodes-coming', 'CREATE_IN_PROGRESS'),
      stack('private-eks-a-cluster'),
      stack('private-eks-b-nodes-own'),
    ];
    const found = selfManagedGroups({ stacks, nodeGroups: [group('default')] }, { name: 'a' });
    assert.deepEqual(
      found.map(({ name }) => name),
      ['own'],
    );
  });

  it('says what each stack is for, and keeps a name that it does not know', () => {
    assert.equal(stackWords('a', 'private-eks-a-nodes-gpu'), 'nodes gpu');
    assert.equal(stackWords('a', 'private-eks-a-cluster'), 'control plane');
    assert.equal(stackWords('a', 'private-eks-a-api-access'), 'API access');
    assert.equal(stackWords('a', 'private-eks-bastion-vpc-1'), undefined);
  });
});
