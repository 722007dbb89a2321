import assert from 'node:assert/strict';
import { runPolicy } from '../../../src/core/access/runPolicy.ts';
import { preflight } from '../../../src/core/preflight/preflight.ts';
import { thirtySpecs } from '../../support/thirtySpecs.ts';
import { settleIn } from '../life/lifeFixture.ts';
import { ClusterBench, failureOf, region } from '../support/clusterRun.ts';
import { Operator, operatorsOwn } from './operator.ts';

describe('the policy for a run of thirty shapes', function () {
  this.timeout(300_000);

  for (const { name, text } of thirtySpecs)
    it(`${name}: is enough to create and delete it, and preflight finds no permission missing`, async () => {
      const bench = await ClusterBench.open();
      try {
        const own = await bench.account.run(settleIn(text, bench.account.session(region)));
        const plan = operatorsOwn(await bench.plan(own));
        const operator = await Operator.with(bench, runPolicy(plan));
        const findings = await bench.account.run(preflight(plan, { session: operator.session }));
        assert.deepEqual(
          findings.filter(({ severity, code }) => severity === 'error' || /permission|not-looked/.test(code)),
          [],
        );
        const created = await operator.create(await operator.plan(own));
        assert.equal(created.outcome, 'done', JSON.stringify(failureOf(created)));
        const deleted = await operator.delete(plan.spec.name);
        assert.equal(deleted.outcome, 'done', JSON.stringify(failureOf(deleted)));
      } finally {
        await bench.close();
      }
    });
});
