import assert from 'node:assert/strict';
import { runPolicy } from '../../../src/core/access/runPolicy.ts';
import { ClusterBench, failureOf } from '../support/clusterRun.ts';
import { Operator, operatorsOwn } from './operator.ts';

describe('the policy for a run', function () {
  this.timeout(120_000);
  let bench: ClusterBench;
  beforeEach(async () => (bench = await ClusterBench.open()));
  afterEach(() => bench.close());

  it('is exactly enough to create and delete a cluster', async () => {
    const policies = runPolicy(operatorsOwn(await bench.plan()));
    console.log(policies.map(policy => JSON.stringify(policy).length));
    const operator = await Operator.with(bench, policies);
    const created = await operator.create(await operator.plan());
    assert.equal(created.outcome, 'done', JSON.stringify(failureOf(created), null, 1));
    const deleted = await operator.delete();
    assert.equal(deleted.outcome, 'done', JSON.stringify(failureOf(deleted), null, 1));
  });
});
