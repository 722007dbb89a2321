import assert from 'node:assert/strict';
import { Account } from '../../../../src/sandbox/kernel/account.ts';
import { addFault, apiFault, resourceFault } from '../../../../src/sandbox/kernel/fault.ts';

describe('faults', () => {
  const fresh = () => new Account([], { accountId: '000000000000', now: 0 });

  it('strike the n-th call and as many after it as asked, of that operation alone', () => {
    const account = fresh();
    addFault(account, { service: 'ec2', operation: 'CreateVpc', call: 2, times: 2, code: 'InternalError' });
    const struck = [1, 2, 3, 4].map(() => apiFault(account, 'ec2', 'CreateVpc')?.code);
    assert.deepEqual(struck, [undefined, 'InternalError', 'InternalError', undefined]);
    assert.equal(apiFault(account, 'ec2', 'DescribeVpcs'), undefined);
  });

  it('strike resources by type or by logical id', () => {
    const account = fresh();
    addFault(account, { type: 'AWS::EKS::Cluster', fail: 'no capacity' });
    addFault(account, { logicalId: 'Nodes', delaySeconds: 900, action: 'DELETE' });
    assert.equal(resourceFault(account, 'CREATE', 'AWS::EC2::VPC', 'Vpc'), undefined);
    assert.equal(resourceFault(account, 'CREATE', 'AWS::EKS::Cluster', 'Cluster')?.fail, 'no capacity');
    assert.equal(resourceFault(account, 'CREATE', 'AWS::EKS::Cluster', 'Cluster'), undefined);
    assert.equal(resourceFault(account, 'DELETE', 'AWS::EKS::Nodegroup', 'Nodes')?.delaySeconds, 900);
  });

  it('survive a snapshot', () => {
    const account = fresh();
    addFault(account, { service: '*', effect: 'throttle', times: 5 });
    assert.equal(apiFault(new Account([], account.snapshot()), 'eks', 'ListClusters')?.effect, 'throttle');
  });

  for (const [given, complaint] of [
    [null, /expected object/],
    [{}, /needs a service, or a type/],
    [{ service: 'ec2' }, /needs its code/],
    [{ service: 'ec2', effect: 'explode' }, /expected one of "error"[^]*at effect/],
    [{ service: 'ec2', code: 'X', call: 0 }, /at call/],
    [{ service: 'ec2', code: 7 }, /expected string[^]*at code/],
    [{ type: 'AWS::EC2::VPC', fail: 'x', typo: 1 }, /typo/],
    [{ type: 'AWS::EC2::VPC' }, /needs fail or delaySeconds/],
  ] as const) {
    it(`refuse ${JSON.stringify(given)}`, () => assert.throws(() => addFault(fresh(), given), complaint));
  }
});
