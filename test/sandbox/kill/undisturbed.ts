import assert from 'node:assert/strict';
import { readChangePlan } from '../../../src/core/change/readChangePlan.ts';
import type { RunHandle } from '../../../src/core/run/runProcess.ts';
import { startUpdate } from '../../../src/core/run/updateRun.ts';
import { startUpgrade } from '../../../src/core/run/upgradeRun.ts';
import { readUpgradeFacts } from '../../../src/core/upgrade/readUpgradeFacts.ts';
import { upgradePlan } from '../../../src/core/upgrade/upgradePlan.ts';
import { ClusterBench, failureOf, region, type RunResult } from '../support/clusterRun.ts';
import { counts, standing, type Standing } from './standing.ts';

export interface Stood extends Standing {
  /** How many resources of each type the account holds. */
  readonly census: Readonly<Record<string, number>>;
}

/** What stands after an update and after an upgrade that nothing disturbed, on the virtual clock. */
export async function undisturbed(
  name: string,
  specs: { readonly before: string; readonly after: string },
): Promise<Readonly<Record<'update' | 'upgrade', Stood>>> {
  const bench = await ClusterBench.open();
  const session = bench.account.session(region);
  const { clock } = bench.account;
  const look = async (): Promise<Stood> => {
    const [cloudformation, eks] = await Promise.all([session.client('cloudFormation'), session.client('eks')]);
    const stood = await bench.account.run(standing(name, { cloudformation, eks }));
    return { ...stood, census: counts(bench.account.state().resources.map(({ type }) => type)) };
  };
  const ended = async (begun: Promise<RunHandle>) => {
    const handle = await bench.account.run(begun);
    assert.ok(handle.kind === 'own');
    done(await bench.result(handle));
  };
  try {
    done(await bench.create(await bench.plan(specs.before)));
    const plan = await bench.plan(specs.after);
    const changes = await bench.account.run(readChangePlan(plan, session, clock));
    await ended(startUpdate(changes, plan, bench.services()));
    const update = await look();
    const facts = await bench.account.run(readUpgradeFacts(session, name, { direction: 'up' }));
    const steps = upgradePlan(facts, { direction: 'up', force: false, now: clock.now() });
    await ended(startUpgrade(steps, bench.services()));
    return { update, upgrade: await look() };
  } finally {
    await bench.close();
  }
}

const done = (result: RunResult) => assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
