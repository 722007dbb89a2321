import assert from 'node:assert/strict';
import { StartSessionCommand, TerminateSessionCommand } from '@aws-sdk/client-ssm';
import { extendBastion, livesAsLong, retireOlder } from '../../../src/core/tunnel/bastion/extendBastion.ts';
import { listBastions } from '../../../src/core/tunnel/bastion/listBastions.ts';
import { BastionBench } from './bastionBench.ts';

describe('a bastion that is extended', function () {
  this.timeout(60_000);
  let bench: BastionBench;
  beforeEach(async () => {
    bench = await BastionBench.open({ publicUrl: 'http://127.0.0.1:1' });
  });

  const { signal } = new AbortController();
  const extend = (ttlSeconds: number) =>
    bench.account.run(extendBastion(bench.deps, { cluster: bench.cluster, ttlSeconds }, signal));
  const forward = async (target = '') => {
    const client = await bench.session.client('ssm');
    const Parameters = { host: [bench.cluster.host], portNumber: ['443'], localPortNumber: ['0'] };
    const DocumentName = 'AWS-StartPortForwardingSessionToRemoteHost';
    const started = await client.send(new StartSessionCommand({ Target: target, DocumentName, Parameters }));
    return () => client.send(new TerminateSessionCommand({ SessionId: started.SessionId }));
  };
  const running = async () => {
    const [found] = await bench.account.run(listBastions(bench.deps, { vpcId: bench.cluster.vpcId }));
    return found?.bastions.filter(({ state }) => state !== 'stopping').map(({ taskArn }) => taskArn);
  };
  const rules = async () =>
    (await bench.account.run(listBastions(bench.deps, { vpcId: bench.cluster.vpcId })))[0]?.rules;

  it('is one task again at once where nobody goes through the old one, and the rule stays', async () => {
    const first = await bench.start({ ttlSeconds: 3600 });
    await bench.account.pass(1800);
    const next = await extend(3600);
    assert.ok(next.expiresAt - first.expiresAt >= 1700_000);
    const retired = await bench.account.run(retireOlder(bench.deps, next, signal));
    assert.deepEqual(
      retired.map(({ bastion, stopped, why }) => [bastion.taskArn, stopped, why]),
      [[first.taskArn, true, 'nobody else used it']],
    );
    assert.deepEqual(await running(), [next.taskArn]);
    assert.equal((await rules())?.length, 1);
    await bench.account.run(retireOlder(bench.deps, next, signal));
    assert.deepEqual(await running(), [next.taskArn], 'doing it twice does nothing');
  });

  it('cuts nothing: an old one in use runs on, and goes with its last session or at its own end', async () => {
    const first = await bench.start({ ttlSeconds: 3600 });
    const leave = await forward(first.target);
    await bench.account.pass(1800);
    const next = await extend(3600);
    const retire = () => bench.account.run(retireOlder(bench.deps, next, signal));
    const [stays] = await retire();
    assert.deepEqual([stays?.stopped, stays?.why], [false, '1 other session goes through it']);
    assert.deepEqual(await running(), [first.taskArn, next.taskArn]);
    await leave();
    assert.equal((await retire())[0]?.stopped, true);
    assert.deepEqual(await running(), [next.taskArn]);
  });

  it('is left alone where it lives as long already, and never stops one that lives longer', async () => {
    const first = await bench.start({ ttlSeconds: 7200 });
    assert.ok(livesAsLong(first, bench.account.clock.now(), 7200));
    assert.ok(!livesAsLong(first, bench.account.clock.now() + 600_000, 7200));
    const next = await extend(3600);
    assert.equal(next.taskArn, first.taskArn);
    assert.deepEqual(
      await bench.account.run(retireOlder(bench.deps, { ...next, taskArn: 'another', expiresAt: 0 }, signal)),
      [],
    );
    assert.deepEqual(await running(), [first.taskArn]);
  });

  it('leaves nothing behind', async () => {
    await bench.start({ ttlSeconds: 3600 });
    await bench.account.pass(1800);
    await bench.account.run(retireOlder(bench.deps, await extend(3600), signal));
    await bench.account.pass(3700);
    await bench.sweep();
    await bench.assertEmpty();
  });
});
