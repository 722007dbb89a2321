import assert from 'node:assert/strict';
import { describeStack } from '../../../src/core/aws/stack.ts';
import type { ChangePlan } from '../../../src/core/change/changePlan.ts';
import { changesNothing } from '../../../src/core/change/changePlan.ts';
import { readChangePlan } from '../../../src/core/change/readChangePlan.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { startRollback } from '../../../src/core/run/rollbackRun.ts';
import type { OwnRun, RunHandle } from '../../../src/core/run/runProcess.ts';
import { resumeUpdate, startUpdate } from '../../../src/core/run/updateRun.ts';
import { ClusterBench, failureOf, minimalSpec, region, stepOutcomes } from '../support/clusterRun.ts';

const bigger = `${minimalSpec}nodes:\n  default: { maxSize: 6 }\n  more: {}\n`;

const changesOf = (bench: ClusterBench, plan: Plan): Promise<ChangePlan> =>
  bench.account.run(readChangePlan(plan, bench.account.session(region), bench.account.clock));

function own(handle: RunHandle | undefined): OwnRun {
  if (handle?.kind !== 'own') throw new Error('no run of this process');
  return handle;
}

describe('an update that does not go through', function () {
  this.timeout(60_000);
  let bench: ClusterBench;
  beforeEach(async () => {
    bench = await ClusterBench.open();
    await bench.create(await bench.plan());
  });
  afterEach(() => bench.close());

  async function failing() {
    const plan = await bench.plan(bigger);
    const changes = await changesOf(bench, plan);
    bench.account.fault({ type: 'AWS::EKS::Nodegroup', action: 'UPDATE', fail: 'InternalFailure' });
    const run = own(await bench.account.run(startUpdate(changes, plan, bench.services())));
    const failed = await bench.result(run);
    assert.equal(failed.outcome, 'failed');
    assert.match(failureOf(failed)?.fix ?? '', /--rollback/);
    assert.equal(stepOutcomes(failed)['nodes-more'], 'done');
    return { plan, run };
  }

  it('is carried on as it was shown', async () => {
    const { plan, run } = await failing();
    const again = own(await bench.account.run(resumeUpdate(plan, bench.services())));
    assert.equal(again.runId, run.runId);
    const result = await bench.result(again);
    assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
    assert.ok(changesNothing(await changesOf(bench, plan)));
    assert.equal(await bench.account.run(resumeUpdate(plan, bench.services())), undefined);
  });

  it('is begun again from what is there', async () => {
    const { plan } = await failing();
    const changes = await changesOf(bench, plan);
    const result = await bench.result(own(await bench.account.run(startUpdate(changes, plan, bench.services()))));
    assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
    assert.ok(changesNothing(await changesOf(bench, plan)));
  });

  it('is taken back by choice', async () => {
    const { plan } = await failing();
    const result = await bench.result(own(await bench.account.run(startRollback('demo', bench.services()))));
    assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
    const end = result.events.at(-1);
    assert.equal(
      end?.type === 'run-finished' && end.summary,
      'What had failed of demo is as it was before the update. What the update had done before stays: Nodes more.',
    );
    const stack = await bench.account.run(
      describeStack(bench.account.session(region), 'private-eks-demo-nodes-default'),
    );
    assert.equal(stack?.status, 'UPDATE_ROLLBACK_COMPLETE');
    const left = (await changesOf(bench, plan)).stacks.filter(({ action }) => action !== 'none');
    assert.deepEqual(
      left.map(({ id, action }) => [id, action]),
      [['nodes-default', 'update']],
    );
    await assert.rejects(bench.account.run(startRollback('demo', bench.services())), { code: 'nothing-to-roll-back' });
  });

  it('stops before it does more than was shown, and leaves no change set', async () => {
    const plan = await bench.plan(bigger);
    const changes = await changesOf(bench, plan);
    const less = {
      ...changes,
      stacks: changes.stacks.map(stack => (stack.id === 'nodes-default' ? { ...stack, resources: [] } : stack)),
    };
    const result = await bench.result(own(await bench.account.run(startUpdate(less, plan, bench.services()))));
    assert.equal(failureOf(result)?.code, 'more-than-shown');
    const calls = (operation: string) => bench.account.calls.filter(call => call.operation === operation).length;
    assert.equal(calls('DeleteChangeSet'), calls('CreateChangeSet'));
    assert.equal(calls('ExecuteChangeSet'), 0);
  });

  it('goes on after the process was killed, wherever that was', async () => {
    const stacks = bench.account.state().resources.filter(({ type }) => type === 'AWS::CloudFormation::Stack').length;
    for (const [round, at] of [2, 4, 7, 12, 20].entries()) {
      const plan = await bench.plan(
        `${minimalSpec}nodes:\n  default: { maxSize: ${5 + round} }\n${round % 2 === 0 ? '  more: {}\n' : ''}`,
      );
      const changes = await changesOf(bench, plan);
      const run = own(await bench.account.run(startUpdate(changes, plan, bench.services())));
      run.subscribe(event => {
        if (event.seq >= at) run.leave();
      });
      await bench.account.run(
        run.finished.then(
          () => undefined,
          () => undefined,
        ),
      );
      const again = await bench.account.run(resumeUpdate(plan, bench.services()));
      if (again) {
        const result = await bench.result(own(again));
        assert.equal(result.outcome, 'done', `left at ${at}: ${JSON.stringify(failureOf(result))}`);
      }
      assert.ok(changesNothing(await changesOf(bench, plan)), `left at ${at}`);
      const now = bench.account.state().resources.filter(({ type }) => type === 'AWS::CloudFormation::Stack').length;
      assert.equal(now, stacks + (round % 2 === 0 ? 1 : 0), `left at ${at}`);
    }
  });

  it('is not begun while another run is on, and keeps others out', async () => {
    const plan = await bench.plan(bigger);
    const changes = await changesOf(bench, plan);
    const run = own(await bench.account.run(startUpdate(changes, plan, bench.services())));
    await assert.rejects(bench.beginDelete(), { code: 'update-in-progress' });
    await assert.rejects(bench.beginCreate(plan, { resume: true }), { code: 'update-in-progress' });
    const second = await bench.account.run(startUpdate(changes, plan, bench.services()));
    assert.deepEqual([second.kind, second.runId], ['watched', run.runId]);
    assert.equal((await bench.result(run)).outcome, 'done');
  });
});
