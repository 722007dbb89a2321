import assert from 'node:assert/strict';
import type { ChangePlan } from '../../../src/core/change/changePlan.ts';
import { readChangePlan } from '../../../src/core/change/readChangePlan.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { giveUpInterrupted } from '../../../src/core/run/interruptedRun.ts';
import { startRollback } from '../../../src/core/run/rollbackRun.ts';
import type { RunEvent } from '../../../src/core/run/runEvent.ts';
import { runHistory } from '../../../src/core/run/runHistory.ts';
import type { OwnRun, RunHandle } from '../../../src/core/run/runProcess.ts';
import { resumeUpdate, startUpdate, updateUnderWay } from '../../../src/core/run/updateRun.ts';
import { resumeUpgrade, startUpgrade, upgradeUnderWay } from '../../../src/core/run/upgradeRun.ts';
import { readUpgradeFacts } from '../../../src/core/upgrade/readUpgradeFacts.ts';
import { upgradePlan } from '../../../src/core/upgrade/upgradePlan.ts';
import { ClusterBench, failureOf, minimalSpec, region } from '../support/clusterRun.ts';

const older = `${minimalSpec}version: "1.35"\n`;
const bigger = `${older}nodes:\n  default: { maxSize: 6 }\n  more: {}\n`;
const biggest = `${older}nodes:\n  default: { maxSize: 7 }\n`;
const specPath = '/demo.private-eks.yaml';
const key = { accountId: '000000000000', region, cluster: 'demo' };

function own(handle: RunHandle | undefined): OwnRun {
  if (handle?.kind !== 'own') throw new Error('no run of this process');
  return handle;
}

describe('an update or upgrade that was interrupted', function () {
  this.timeout(60_000);
  let bench: ClusterBench;
  beforeEach(async () => {
    bench = await ClusterBench.open();
    await bench.create(await bench.plan(older));
  });
  afterEach(() => bench.close());

  const changesOf = (plan: Plan): Promise<ChangePlan> =>
    bench.account.run(readChangePlan(plan, bench.account.session(region), bench.account.clock));
  const begin = async (plan: Plan) =>
    own(await bench.account.run(startUpdate(await changesOf(plan), plan, bench.services(), { specPath })));
  const leftAt = async (run: OwnRun, step: string): Promise<void> => {
    await leftWhen(run, event => event.type === 'step-started' && event.step === step);
  };
  const leftWhen = async (run: OwnRun, at: (event: RunEvent) => boolean): Promise<void> => {
    run.subscribe(event => {
      if (at(event)) run.leave();
    });
    await bench.account.run(run.finished.catch(() => undefined));
  };
  /** A process that is killed: nothing more is written, and CloudFormation goes on. */
  async function interrupted(): Promise<{ plan: Plan; run: OwnRun }> {
    const plan = await bench.plan(bigger);
    const run = await begin(plan);
    await leftAt(run, 'verify');
    return { plan, run };
  }
  const upgrade = async () => {
    const session = bench.account.session(region);
    const facts = await bench.account.run(readUpgradeFacts(session, 'demo', { direction: 'up' }));
    const plan = upgradePlan(facts, { direction: 'up', force: false, now: bench.account.clock.now() });
    return own(await bench.account.run(startUpgrade(plan, bench.services())));
  };
  const history = async () =>
    (await runHistory(bench.stateHome, 'demo')).map(({ kind, status }) => `${kind} ${status}`);

  it('is told to whoever begins another, with the ways on', async () => {
    const { plan, run } = await interrupted();
    assert.deepEqual(await history(), ['update interrupted', 'create done']);
    for (const work of [() => begin(plan), () => updateUnderWay(plan, bench.services())])
      await assert.rejects(bench.account.run(work()), (error: Error & { code?: string; fix?: string }) => {
        assert.equal(error.code, 'update-interrupted');
        assert.match(
          error.message,
          new RegExp(`An update of demo was interrupted: run ${run.runId}, begun .* UTC, \\d of 4 steps done`),
        );
        assert.match(
          error.fix ?? '',
          /^Go on with it: private-eks update -f \S+ --resume\. Or give it up.*--give-up\.$/,
        );
        return true;
      });
    const other = await bench.plan(biggest);
    await assert.rejects(bench.account.run(updateUnderWay(other, bench.services())), {
      code: 'update-interrupted',
      fix: /^The spec has changed since: undo that and go on: /,
    });
    await assert.rejects(upgrade(), { code: 'update-interrupted' });
  });

  it('is carried on to its end', async () => {
    const { plan, run } = await interrupted();
    const again = own(await bench.account.run(resumeUpdate(plan, bench.services())));
    assert.equal(again.runId, run.runId);
    assert.equal((await bench.result(again)).outcome, 'done');
    assert.deepEqual(await history(), ['update done', 'create done']);
    assert.equal(await bench.account.run(updateUnderWay(plan, bench.services())), undefined);
  });

  it('is given up: the history ends, nothing is changed, and it is not resumed', async () => {
    const { plan, run } = await interrupted();
    const [before] = await runHistory(bench.stateHome, 'demo');
    const calls = bench.account.calls.length;
    await bench.account.pass(86_400);
    const given = await giveUpInterrupted(key, bench.services());
    assert.deepEqual([given.runId, bench.account.calls.length], [run.runId, calls]);
    assert.deepEqual(await history(), ['update cancelled', 'create done']);
    const [after] = await runHistory(bench.stateHome, 'demo');
    assert.equal(after?.summary, 'Interrupted, and not carried on. What was done stays.');
    // The day after: when it was given up, not when it was last heard of.
    const day = new Date(bench.account.clock.now()).toISOString().slice(0, 10);
    assert.match(after?.past ?? '', new RegExp(`^Given up on ${day} `));
    assert.deepEqual(
      [before?.goesOnWith, after?.goesOnWith],
      ['private-eks update -f /demo.private-eks.yaml --resume', undefined],
    );
    assert.equal(after?.durationMs, before?.durationMs);
    await assert.rejects(bench.account.run(resumeUpdate(plan, bench.services())), { code: 'run-given-up' });
    await assert.rejects(giveUpInterrupted(key, bench.services()), { code: 'nothing-interrupted' });
    assert.equal((await bench.result(await begin(await bench.plan(biggest)))).outcome, 'done');
  });

  it('ends in the history with the run that comes instead', async () => {
    const { run } = await interrupted();
    bench.account.fault({ type: 'AWS::EKS::Nodegroup', action: 'UPDATE', fail: 'InternalFailure' });
    await giveUpInterrupted(key, bench.services());
    const failing = await begin(await bench.plan(biggest));
    await leftWhen(failing, event => event.type === 'stack-event' && event.resourceType === 'AWS::EKS::Nodegroup');
    // CloudFormation goes on, and fails, while nobody watches.
    await bench.account.pass(7200);
    const back = own(await bench.account.run(startRollback('demo', bench.services())));
    assert.equal((await bench.result(back)).outcome, 'done');
    assert.deepEqual(await history(), ['update done', 'update cancelled', 'update cancelled', 'create done']);
    const [, second] = await runHistory(bench.stateHome, 'demo');
    assert.equal(second?.past, `Superseded by ${back.runId}.`);
    assert.notEqual(second?.runId, run.runId);
  });

  it('of a delete, it is over, too', async () => {
    await interrupted();
    assert.equal((await bench.delete()).outcome, 'done');
    assert.deepEqual(await history(), ['delete done', 'update cancelled', 'create done']);
  });

  it('is an upgrade’s matter as well', async () => {
    await leftAt(await upgrade(), 'verify');
    await assert.rejects(bench.account.run(upgradeUnderWay('demo', bench.services())), {
      code: 'upgrade-interrupted',
      fix: /^Go on with it: private-eks upgrade demo --resume\. Or .* private-eks upgrade demo --give-up\.$/,
    });
    await assert.rejects(upgrade(), { code: 'upgrade-interrupted' });
    await assert.rejects(begin(await bench.plan(bigger.replace('1.35', '1.36'))), { code: 'upgrade-interrupted' });
    const again = await bench.result(own(await bench.account.run(resumeUpgrade('demo', bench.services()))));
    assert.equal(again.outcome, 'done', JSON.stringify(failureOf(again)));
    assert.deepEqual(await history(), ['upgrade done', 'create done']);
  });
});
