import assert from 'node:assert/strict';
import { runPolicy } from '../../../src/core/access/runPolicy.ts';
import { preflight } from '../../../src/core/preflight/preflight.ts';
import { thirtySpecs } from '../../support/thirtySpecs.ts';
import { settleIn } from '../life/lifeFixture.ts';
import { ClusterBench, failureOf, region } from '../support/clusterRun.ts';
import { Operator, operatorsOwn } from './operator.ts';

/** Between them they have every kind of resource and every reach; `POLICY_SOAK=1` lives all thirty. */
const livedShapes: ReadonlySet<string> = new Set([
  'zones by id, own administrators',
  'existing VPC, callers, endpoints and proxy elsewhere',
  'every feature',
  'self-managed beside managed, with an own image',
  'Fargate beside nodes, pods in their own block',
  'Auto Mode without its pools, beside a group',
  'given key, unprotected, always staged',
  'add-ons with versions, configuration and roles',
]);
const lives = (name: string) => process.env.POLICY_SOAK !== undefined || livedShapes.has(name);

describe('the policy for a run of thirty shapes', function () {
  this.timeout(300_000);

  it('is lived by shapes that there are', () => {
    const names = thirtySpecs.map(({ name }) => name);
    assert.deepEqual(
      [...livedShapes].filter(name => !names.includes(name)),
      [],
    );
  });

  for (const { name, text } of thirtySpecs)
    it(`${name}: preflight finds no permission missing${lives(name) ? ', and it is created and deleted' : ''}`, async () => {
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
        if (!lives(name)) return;
        const created = await operator.create(await operator.plan(own));
        assert.equal(created.outcome, 'done', JSON.stringify(failureOf(created)));
        const deleted = await operator.delete(plan.spec.name);
        assert.equal(deleted.outcome, 'done', JSON.stringify(failureOf(deleted)));
      } finally {
        await bench.close();
      }
    });
});
