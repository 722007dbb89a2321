import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import type { Plan } from '../../src/core/plan/plan.ts';
import { requestCancel } from '../../src/core/run/runRequests.ts';
import type { RunEvent } from '../../src/core/run/runEvent.ts';
import type { OwnRun } from '../../src/core/run/runProcess.ts';
import { listRuns, viewRun } from '../../src/core/run/runFolder.ts';
import { updateUnderWay } from '../../src/core/run/updateRun.ts';
import { upgradeUnderWay } from '../../src/core/run/upgradeRun.ts';
import { ClusterBench, failureOf, stepOutcomes } from './support/clusterRun.ts';

/** Names of the stacks that were created, in order. */
function createdStacks({ account }: ClusterBench): string[] {
  return account.calls
    .filter(({ operation }) => operation === 'CreateStack')
    .map(({ input }) => (input as { StackName: string }).StackName);
}

/** Leaves the run at the first new event that `at` takes; true when the run ended before. */
async function leaveAt(bench: ClusterBench, run: OwnRun, at: (event: RunEvent) => boolean): Promise<boolean> {
  run.subscribe(event => {
    if (event.seq >= run.firstSeq && at(event)) run.leave();
  });
  return bench.account.run(
    run.finished.then(
      outcome => outcome === 'done',
      () => false,
    ),
  );
}

async function resume(bench: ClusterBench, plan: Plan): Promise<OwnRun> {
  return bench.beginCreate(plan, { resume: true });
}

describe('resume', function () {
  this.timeout(60_000);
  let bench: ClusterBench;
  beforeEach(async () => (bench = await ClusterBench.open()));
  afterEach(() => bench.close());

  it('carries on after a stop at every step’s begin and end, and makes nothing twice', async () => {
    const plan = await bench.plan();
    const seen = new Set<string>();
    const isNew = (event: RunEvent) => {
      if (event.type !== 'step-started' && event.type !== 'step-finished') return false;
      const boundary = `${event.type} ${event.step}`;
      return seen.size < seen.add(boundary).size;
    };
    let done = await leaveAt(bench, await bench.beginCreate(plan), isNew);
    let stops = 1;
    for (; !done; stops++) done = await leaveAt(bench, await resume(bench, plan), isNew);
    assert.ok(stops >= plan.steps.length * 2, `${stops} stops`);
    assert.deepEqual(createdStacks(bench).sort(), plan.stacks.map(({ name }) => name).sort());
    const runs = await listRuns(bench.stateHome);
    assert.equal(runs.length, 1);
    const [run] = runs;
    assert.equal(run && (await viewRun(bench.stateHome, run)).status, 'done');
  });

  it('carries on after stops anywhere, with time passing or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ events: fc.integer({ min: 1, max: 60 }), pass: fc.constantFrom(0, 30, 900) }), {
          minLength: 2,
          maxLength: 5,
        }),
        async stops => {
          const own = await ClusterBench.open();
          const plan = await own.plan();
          let first = true;
          for (const { events, pass } of stops) {
            let left = events;
            const run = first ? await own.beginCreate(plan) : await resume(own, plan);
            first = false;
            if (await leaveAt(own, run, () => --left === 0)) break;
            if (pass > 0) await own.account.pass(pass);
          }
          const last = await own.create(plan, { resume: true });
          assert.equal(last.outcome, 'done', JSON.stringify(failureOf(last)));
          assert.deepEqual([...new Set(createdStacks(own))].length, createdStacks(own).length);
          await own.close();
        },
      ),
      { numRuns: 8 },
    );
  });

  it('makes nothing twice when AWS’s answers get lost', async () => {
    bench.account.fault({ service: 'cloudformation', operation: 'CreateStack', effect: 'drop-response', times: 3 });
    const plan = await bench.plan();
    const result = await bench.create(plan);
    assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
  });

  it('shows a run without its process as interrupted', async () => {
    const plan = await bench.plan();
    await leaveAt(bench, await bench.beginCreate(plan), event => event.type === 'step-finished');
    const [run] = await listRuns(bench.stateHome);
    assert.ok(run);
    assert.equal((await viewRun(bench.stateHome, run)).status, 'interrupted');
  });

  it('takes over on another machine, by the stacks’ tags alone', async () => {
    const plan = await bench.plan();
    const stop = (event: RunEvent) => event.type === 'step-started' && event.step === 'nodes-default';
    await leaveAt(bench, await bench.beginCreate(plan), stop);
    const elsewhere = await mkdtemp(path.join(tmpdir(), 'private-eks-other-'));
    const other = Object.create(bench, { stateHome: { value: elsewhere } }) as ClusterBench;
    const result = await other.create(plan, { resume: true });
    assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
    assert.equal(stepOutcomes(result)['cluster'], 'already');
    assert.deepEqual(createdStacks(bench).sort(), plan.stacks.map(({ name }) => name).sort());
    await rm(elsewhere, { recursive: true, force: true });
  });

  it('carries a delete on after a stop at every step’s begin', async () => {
    const before = bench.account.state().resources;
    await bench.create(await bench.plan());
    const seen = new Set<string>();
    const isNew = (event: RunEvent) => event.type === 'step-started' && seen.size < seen.add(event.step).size;
    let done = false;
    let runId: string | undefined;
    while (!done) {
      const run = await bench.beginDelete();
      runId ??= run.runId;
      assert.equal(run.runId, runId);
      done = await leaveAt(bench, run, isNew);
    }
    assert.deepEqual(bench.account.state().resources, before);
  });

  it('of a delete waits for a control plane that is still being made', async () => {
    const before = bench.account.state().resources;
    const making = (event: RunEvent) => event.type === 'stack-event' && event.resourceType === 'AWS::EKS::Cluster';
    await leaveAt(bench, await bench.beginCreate(await bench.plan()), making);
    const deleted = await bench.delete();
    assert.equal(deleted.outcome, 'done', JSON.stringify(failureOf(deleted)));
    assert.ok(deleted.events.some(event => event.type === 'step-progress' && /cannot be stopped/.test(event.message)));
    assert.deepEqual(bench.account.state().resources, before);
  });

  it('refuses to create, update or upgrade what is half deleted, before anything is planned', async () => {
    const plan = await bench.plan();
    await bench.create(plan);
    await leaveAt(
      bench,
      await bench.beginDelete(),
      event => event.type === 'step-finished' && event.step === 'delete-nodes-default',
    );
    await assert.rejects(bench.create(plan, { resume: true }), { code: 'delete-unfinished' });
    const services = bench.services();
    await assert.rejects(bench.account.run(updateUnderWay(plan, services)), { code: 'delete-unfinished' });
    await assert.rejects(bench.account.run(upgradeUnderWay('demo', services)), { code: 'delete-unfinished' });
  });
});

describe('cancel', function () {
  this.timeout(60_000);
  let bench: ClusterBench;
  beforeEach(async () => (bench = await ClusterBench.open()));
  afterEach(() => bench.close());

  const cancelDuring = async (step: string, cancel: (run: OwnRun) => void) => {
    const run = await bench.beginCreate(await bench.plan());
    run.subscribe(event => {
      if (event.type === 'step-started' && event.step === step) setImmediate(() => cancel(run));
    });
    return bench.result(run);
  };

  it('starts nothing more, follows what AWS has begun, and can be resumed', async () => {
    const result = await cancelDuring('cluster', run => run.cancel());
    assert.equal(result.outcome, 'cancelled');
    const outcomes = stepOutcomes(result);
    assert.equal(outcomes['identity'], undefined);
    assert.equal(outcomes['network'], 'done');
    const requested = result.events.findIndex(({ type }) => type === 'cancel-requested');
    assert.ok(result.events.slice(requested).every(({ type }) => type !== 'step-started'));
    const settled = result.events.at(-2);
    assert.equal(settled?.type, 'step-finished');
    const resumed = await bench.create(await bench.plan(), { resume: true });
    assert.equal(resumed.outcome, 'done', JSON.stringify(failureOf(resumed)));
  });

  it('may be asked for by another process', async () => {
    const run = await bench.beginCreate(await bench.plan());
    await requestCancel(run.dir);
    // The request is looked for on real time.
    await new Promise(resolve => setTimeout(resolve, 700));
    assert.equal((await bench.result(run)).outcome, 'cancelled');
  });

  it('may be followed by a delete that leaves nothing', async () => {
    const before = bench.account.state().resources;
    await cancelDuring('endpoints', run => run.cancel());
    assert.equal((await bench.delete()).outcome, 'done');
    assert.deepEqual(bench.account.state().resources, before);
  });

  it('is not asked twice', async () => {
    const result = await cancelDuring('network', run => {
      run.cancel();
      run.cancel();
    });
    assert.equal(result.events.filter(({ type }) => type === 'cancel-requested').length, 1);
  });
});
