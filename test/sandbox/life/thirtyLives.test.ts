import assert from 'node:assert/strict';
import { readChangePlan } from '../../../src/core/change/readChangePlan.ts';
import type { Plan, PlannedStack } from '../../../src/core/plan/plan.ts';
import { startUpdate } from '../../../src/core/run/updateRun.ts';
import { startUpgrade } from '../../../src/core/run/upgradeRun.ts';
import type { RunHandle } from '../../../src/core/run/runProcess.ts';
import { stageTemplates } from '../../../src/core/run/steps/staging.ts';
import { setSpecValue } from '../../../src/core/spec/editSpec.ts';
import { readUpgradeFacts } from '../../../src/core/upgrade/readUpgradeFacts.ts';
import { upgradePlan } from '../../../src/core/upgrade/upgradePlan.ts';
import { thirtySpecs } from '../../support/thirtySpecs.ts';
import { ClusterBench, failureOf, region, type RunResult } from '../support/clusterRun.ts';
import { settleIn } from './lifeFixture.ts';

const done = (result: RunResult, what: string) =>
  assert.equal(result.outcome, 'done', `${what}: ${JSON.stringify(failureOf(result))}`);

async function finished(bench: ClusterBench, handle: RunHandle): Promise<RunResult> {
  if (handle.kind !== 'own') throw new Error('somebody else runs it');
  return bench.result(handle);
}

/** Another tag, longer logs and, where there are groups, room for one node more. */
function changed(text: string, plan: Plan): string {
  const tagged = setSpecValue(text, 'tags.stage', 'second');
  const logged = plan.spec.logs.types.length > 0 ? setSpecValue(tagged, 'logs.retentionDays', 400) : tagged;
  const [group] = Object.entries(plan.spec.nodes);
  return group ? setSpecValue(logged, ['nodes', group[0], 'maxSize'], group[1].maxSize + 1) : logged;
}

describe('thirty shapes of a cluster', function () {
  this.timeout(120_000);

  it('are thirty', () => assert.equal(thirtySpecs.length, 30));

  for (const { name, text } of thirtySpecs)
    it(`${name}: made, changed, upgraded, deleted, and nothing is left`, async () => {
      const bench = await ClusterBench.open();
      try {
        const session = bench.account.session(region);
        const own = await bench.account.run(settleIn(text, session));
        const before = bench.account.state().resources;
        const older = setSpecValue(own, 'version', '1.35');
        const plan = await bench.plan(older);
        done(await bench.create(plan), 'create');
        await bench.account.pass(60);

        const next = await bench.plan(changed(older, plan));
        const signal = new AbortController().signal;
        const stage = async (stacks: readonly PlannedStack[]) => {
          if (next.account && stacks.length > 0) await stageTemplates(stacks, next.account, { session, signal });
        };
        const changes = await bench.account.run(readChangePlan(next, session, bench.account.clock, { stage }));
        assert.deepEqual(changes.refusals, []);
        assert.deepEqual(changes.replaced, [], 'nothing of this is a replacement');
        const update = await bench.account.run(startUpdate(changes, next, bench.services(), {}));
        done(await finished(bench, update), 'update');

        const { clock } = bench.account;
        const cluster = plan.spec.name;
        const facts = await bench.account.run(readUpgradeFacts(session, cluster, { direction: 'up' }));
        const upgrade = upgradePlan(facts, { direction: 'up', force: false, now: clock.now() });
        assert.deepEqual(upgrade.refusals, []);
        const options = { force: false };
        done(
          await finished(bench, await bench.account.run(startUpgrade(upgrade, bench.services(), options))),
          'upgrade',
        );

        done(await bench.delete(cluster), 'delete');
        // The staging bucket is kept for the next cluster, and a delete says so.
        const left = bench.account.state().resources.filter(({ id }) => !id.startsWith('private-eks-staging-'));
        assert.deepEqual(left, before, 'what is left');
      } finally {
        await bench.close();
      }
    });
});
