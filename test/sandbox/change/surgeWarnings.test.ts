import assert from 'node:assert/strict';
import { readUpgradeFacts } from '../../../src/core/upgrade/readUpgradeFacts.ts';
import { surgeWarnings } from '../../../src/core/upgrade/surgeWarnings.ts';
import { upgradePlan } from '../../../src/core/upgrade/upgradePlan.ts';
import { setServiceControlPolicy } from '../../../src/sandbox/services/iam/serviceControlPolicies.ts';
import { setQuota } from '../../../src/sandbox/services/serviceQuotas.ts';
import { ClusterBench, failureOf, minimalSpec, region } from '../support/clusterRun.ts';

describe('the nodes that an upgrade starts before old ones go', function () {
  this.timeout(60_000);
  let bench: ClusterBench;
  before(async () => {
    bench = await ClusterBench.open();
    const more = 'nodes:\n  default: {}\n  more: {}\n  own: { kind: self-managed }\n';
    const created = await bench.create(await bench.plan(`${minimalSpec}version: "1.35"\n${more}`));
    assert.equal(created.outcome, 'done', JSON.stringify(failureOf(created)));
  });
  after(() => bench.close());

  const warnings = async () => {
    const session = bench.account.session(region);
    const facts = await bench.account.run(readUpgradeFacts(session, 'demo', { direction: 'up' }));
    const plan = upgradePlan(facts, { direction: 'up', force: false, now: bench.account.clock.now() });
    return bench.account.run(surgeWarnings(plan, { session }));
  };
  const quota = (value: number) => setQuota(bench.account.sandbox.account, 'ec2/L-1216C47A', value);

  it('are not worth a word where the account has room for them', async () => {
    // Three groups of two nodes with two vCPUs; beside one group six nodes more at a time.
    quota(12 + 12);
    assert.deepEqual(await warnings(), []);
  });

  it('are told of group by group, with what EKS needs at least and takes at most', async () => {
    quota(12 + 11);
    const found = await warnings();
    assert.equal(found.length, 2);
    assert.match(found[0] ?? '', /The plan needs up to 12 while nodes are replaced, .* 12 are in use/);
    assert.match(found[0] ?? '', /default: 2 to 6 new nodes of 2 vCPUs before old ones go/);
    assert.match(found[1] ?? '', /more: 2 to 6 new nodes/);
    quota(12 + 3);
    assert.match((await warnings())[0] ?? '', /The plan needs 4 while nodes are replaced, .* 15 are allowed/);
  });

  it('are not known where nobody may look', async () => {
    const Statement = [{ Effect: 'Deny' as const, Action: 'servicequotas:*', Resource: '*' }];
    setServiceControlPolicy(bench.account.sandbox.account, 'guard', { Version: '2012-10-17', Statement });
    const [only, ...others] = await warnings();
    assert.deepEqual(others, []);
    assert.match(only ?? '', /^Not known: whether the quota of vCPUs holds the new nodes/);
  });
});
