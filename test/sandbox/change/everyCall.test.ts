import assert from 'node:assert/strict';
import { changesNothing } from '../../../src/core/change/changePlan.ts';
import { readChangePlan } from '../../../src/core/change/readChangePlan.ts';
import type { RunHandle } from '../../../src/core/run/runProcess.ts';
import { resumeUpdate, startUpdate } from '../../../src/core/run/updateRun.ts';
import { resumeUpgrade, startUpgrade } from '../../../src/core/run/upgradeRun.ts';
import { readUpgradeFacts } from '../../../src/core/upgrade/readUpgradeFacts.ts';
import { upgradePlan } from '../../../src/core/upgrade/upgradePlan.ts';
import { BadDay, faultKinds, type FaultKind } from '../faults/badDay.ts';
import { ClusterBench, failureOf, minimalSpec, region } from '../support/clusterRun.ts';

const before = `${minimalSpec}version: "1.35"\nnodes:\n  default: {}\n  old: {}\n`;
const after = (version: string) =>
  `${minimalSpec}version: "${version}"\nfeatures: { metrics: true }\nnodes:\n  default: { maxSize: 6 }\n  more: {}\n`;

/** What is refused before a run has begun is told at once, and asked again by whoever asked. */
async function persist<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++)
    try {
      return await work();
    } catch (error) {
      const { code = '' } = error as { code?: string };
      if (attempt > 60 || !/^(access-denied|signed-out|throttled|network|aws-internal)$/.test(code)) throw error;
    }
}

/** An update (a group more, one less, one bigger, another endpoint) and an upgrade of which each call fails once. */
async function changeThrough(kind: FaultKind): Promise<{ struck: readonly string[]; stops: number }> {
  let isBad = false;
  const day = new BadDay(kind, () => isBad);
  const bench = await ClusterBench.open({ between: day.between });
  const session = bench.account.session(region);
  let stops = 0;
  const toTheEnd = async (begin: () => Promise<RunHandle>, again: () => Promise<RunHandle | undefined>) => {
    for (let handle = await persist(begin); ; handle = (await persist(again)) ?? (await persist(begin))) {
      if (handle.kind !== 'own') throw new Error('a run of another process');
      const result = await bench.result(handle);
      if (result.outcome === 'done') return;
      assert.ok(failureOf(result)?.fix, `${kind}: a stop says what to do`);
      assert.ok(++stops < 200, `${kind}: ${stops} stops, last ${JSON.stringify(failureOf(result))}`);
    }
  };
  try {
    const created = await bench.create(await bench.plan(before));
    assert.equal(created.outcome, 'done', JSON.stringify(failureOf(created)));
    isBad = true;
    const plan = await persist(() => bench.plan(after('1.35')));
    const changes = await persist(() => bench.account.run(readChangePlan(plan, session, bench.account.clock)));
    await toTheEnd(
      () => bench.account.run(startUpdate(changes, plan, bench.services())),
      () => bench.account.run(resumeUpdate(plan, bench.services())),
    );
    const wish = { direction: 'up', force: false } as const;
    const facts = await persist(() => bench.account.run(readUpgradeFacts(session, 'demo', wish)));
    const upgrade = upgradePlan(facts, { ...wish, now: bench.account.clock.now() });
    await toTheEnd(
      () => bench.account.run(startUpgrade(upgrade, bench.services())),
      () => bench.account.run(resumeUpgrade('demo', bench.services())),
    );
    isBad = false;
    const end = await bench.plan(after('1.36'));
    const left = await bench.account.run(readChangePlan(end, session, bench.account.clock));
    assert.ok(changesNothing(left), JSON.stringify(left.stacks.filter(({ action }) => action !== 'none')));
    assert.deepEqual(left.refusals, []);
    const names = bench.account
      .state()
      .resources.filter(({ type }) => type === 'AWS::EKS::Nodegroup')
      .map(({ id }) => id);
    assert.deepEqual(names.sort(), ['demo/default', 'demo/more']);
    assert.equal((await bench.delete()).outcome, 'done');
    assert.deepEqual(bench.account.state().resources, [], 'what is left');
    return { struck: day.struck, stops };
  } finally {
    await bench.close();
  }
}

describe('an update and an upgrade in which every call fails once', function () {
  this.timeout(180_000);
  for (const kind of faultKinds)
    it(`${kind}: end done, nothing twice, nothing left`, async () => {
      const { struck, stops } = await changeThrough(kind);
      assert.ok(struck.length > 40, `${struck.length} calls`);
      console.log(`      ${kind}: ${struck.length} calls failed once, ${stops} stops were resumed`);
    });
});
