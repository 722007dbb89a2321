import assert from 'node:assert/strict';
import { startBastion } from '../../../src/core/tunnel/bastion/startBastion.ts';
import { describeClusterAccess } from '../../../src/core/tunnel/route/clusterAccess.ts';
import { ClusterBench, failureOf } from '../support/clusterRun.ts';

describe('a cluster with a bastion in its VPC', function () {
  this.timeout(60_000);
  let bench: ClusterBench;
  beforeEach(async () => (bench = await ClusterBench.open()));
  afterEach(() => bench.close());

  it('is deleted with it: nothing is left', async () => {
    const created = await bench.create(await bench.plan());
    assert.equal(created.outcome, 'done', JSON.stringify(failureOf(created)));
    const { session, clock } = bench.services();
    const cluster = await bench.account.run(describeClusterAccess(session, 'demo'));
    await bench.account.run(startBastion({ session, clock }, { cluster }, new AbortController().signal));
    const deleted = await bench.delete();
    assert.equal(deleted.outcome, 'done', JSON.stringify(failureOf(deleted)));
    await bench.account.pass(3700);
    const left = bench.account
      .state()
      .resources.filter(({ type, status }) => type !== 'AWS::CloudFormation::Stack' || status !== 'DELETE_COMPLETE');
    assert.deepEqual(left, []);
  });
});
