import assert from 'node:assert/strict';
import { readChangePlan } from '../../../src/core/change/readChangePlan.ts';
import { startUpdate } from '../../../src/core/run/updateRun.ts';
import { ClusterBench, failureOf, minimalSpec, region } from '../support/clusterRun.ts';

const service = `com.amazonaws.vpce.${region}.vpce-svc-0123456789abcdef0`;
const shared = `${minimalSpec}proxy: {endpointService: ${service}}\n`;
const reached = `${minimalSpec}proxy: {url: "http://proxy.example.internal:3128"}\n`;

describe('a proxy that comes, changes and goes', function () {
  this.timeout(120_000);
  let bench: ClusterBench;
  beforeEach(async () => (bench = await ClusterBench.open()));
  afterEach(() => bench.close());

  /** Updates to a spec; which stacks it touched, and how. */
  async function updateTo(text: string): Promise<Record<string, string>> {
    const { account } = bench;
    const plan = await bench.plan(text);
    const changes = await account.run(readChangePlan(plan, account.session(region), account.clock));
    assert.deepEqual(changes.refusals, []);
    const handle = await account.run(startUpdate(changes, plan, bench.services(), {}));
    assert.ok(handle.kind === 'own');
    const result = await bench.result(handle);
    assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
    return Object.fromEntries(
      changes.stacks.filter(({ action }) => action !== 'none').map(({ id, action }) => [id, action]),
    );
  }

  it('is made before the nodes that go through it, and taken away after they no longer do', async () => {
    await bench.create(await bench.plan());
    const before = bench.account.state().resources.length;
    assert.deepEqual(await updateTo(shared), { proxy: 'create', 'nodes-default': 'update' });
    assert.deepEqual(await updateTo(shared), {});
    assert.deepEqual(await updateTo(reached), { 'nodes-default': 'update', proxy: 'delete' });
    assert.deepEqual(await updateTo(minimalSpec), { 'nodes-default': 'update' });
    assert.equal(bench.account.state().resources.length, before);
  });

  it('that is not shared with the account is told before anything is made', async () => {
    const unknown = shared.replace('0123456789abcdef0', '0fedcba9876543210');
    const plan = await bench.plan(unknown);
    assert.ok(plan.warnings.some(({ code }) => code === 'proxy-not-shared'));
    const result = await bench.create(plan);
    assert.equal(result.outcome, 'failed');
    assert.match(JSON.stringify(failureOf(result)), /no endpoint service that account 000000000000 may use/);
    assert.deepEqual(bench.account.state().resources, []);
  });
});
