import assert from 'node:assert/strict';
import { clusterOfTags } from '../../../../src/core/leftovers/controllerTags.ts';
import { interfaceOwner } from '../../../../src/core/leftovers/interfaceOwner.ts';

const described: readonly (readonly [string, string, RegExp])[] = [
  ['aws-K8S-i-0123456789abcdef0', 'cluster', /pods of i-0123456789abcdef0/],
  ['aws-k8s-branch-eni', 'cluster', /security groups of their own/],
  ['Amazon EKS demo', 'cluster', /control plane of demo/],
  ['ELB app/web/50dc6c495c0c9188', 'balancer', /load balancer app\/web/],
  ['ELB net/web/50dc6c495c0c9188', 'balancer', /net\/web/],
  ['ELB a0123', 'classic-balancer', /classic load balancer a0123/],
  ['VPC Endpoint Interface vpce-0a', 'endpoint', /vpce-0a/],
  ['AWS Lambda VPC ENI-fn-7f', 'foreign', /Lambda function fn-7f/],
  ['Interface for NAT Gateway nat-0a', 'foreign', /nat-0a/],
  ['RDSNetworkInterface', 'foreign', /RDS/],
  ['EFS mount target for fs-0a (fsmt-0b)', 'foreign', /fs-0a/],
  ['arn:aws:ecs:eu-west-1:1:attachment/x', 'bastion', /ECS/],
  ['somebody’s own', 'foreign', /"somebody’s own"/],
  ['', 'foreign', /nobody/],
];
describe('whose a network interface is', () => {
  for (const [Description, kind, of] of described)
    it(`is told by "${Description}": ${kind}`, () => {
      const owner = interfaceOwner({ Description });
      assert.equal(owner.kind, kind);
      assert.match(owner.of, of);
    });

  it('is told by its tags, and by the instance that holds it', () => {
    const TagSet = [{ Key: 'cluster.k8s.amazonaws.com/name', Value: 'demo' }];
    assert.deepEqual(interfaceOwner({ TagSet }), { kind: 'cluster', of: 'cluster demo', cluster: 'demo' });
    assert.equal(interfaceOwner({ Attachment: { InstanceId: 'i-1' } }).kind, 'instance');
  });

  it('goes by the cluster’s own tag; one that is only shared with it names nobody', () => {
    assert.equal(clusterOfTags({ 'kubernetes.io/cluster/demo': 'owned' }), 'demo');
    assert.equal(clusterOfTags({ 'kubernetes.io/cluster/demo': 'shared' }), undefined);
    assert.equal(clusterOfTags({ 'elbv2.k8s.aws/cluster': 'a' }), 'a');
  });
});
