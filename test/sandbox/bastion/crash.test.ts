import assert from 'node:assert/strict';
import { listBastions } from '../../../src/core/tunnel/bastion/listBastions.ts';
import { BastionBench } from './bastionBench.ts';

/** Calls that change something, and the two waits between them. */
const steps = ['CreateStack', 'DescribeStackEvents', 'RunTask', 'AuthorizeSecurityGroupIngress', 'DescribeTasks'];

describe('a process that dies while it starts a bastion', function () {
  this.timeout(60_000);
  let bench: BastionBench;
  beforeEach(async () => (bench = await BastionBench.open()));

  for (const at of steps)
    for (const sent of [false, true]) {
      const when = `${sent ? 'after' : 'before'} ${at}`;

      it(`${when} leaves what time and a sweep clear away`, async () => {
        await bench.startAndDie({ at, sent }, { ttlSeconds: 600 });
        await bench.account.pass(900);
        const [found] = await bench.account.run(listBastions(bench.deps, { vpcId: bench.cluster.vpcId }));
        assert.deepEqual(found?.bastions, []);
        const { kept } = await bench.sweep();
        assert.deepEqual(kept, []);
        await bench.assertEmpty();
      });

      it(`${when} does not hinder the next, who finds or makes one task`, async () => {
        await bench.startAndDie({ at, sent });
        const ready = await bench.start();
        assert.equal(ready.state, 'ready');
        const [found] = await bench.account.run(listBastions(bench.deps, { vpcId: bench.cluster.vpcId }));
        assert.deepEqual(
          found?.bastions.map(({ taskArn }) => taskArn),
          [ready.taskArn],
        );
        assert.equal(found.rules.length, 1);
        await bench.sweep({ stopRunning: true });
        await bench.assertEmpty();
      });
    }

  it('cancelled while AWS answers its RunTask, takes back the task that it never heard of', async () => {
    const cancel = new AbortController();
    const lost = bench.startAndCancel({ at: 'RunTask' }, cancel);
    await assert.rejects(lost, { name: 'AbortError' });
    const [found] = await bench.account.run(listBastions(bench.deps, { vpcId: bench.cluster.vpcId }));
    assert.deepEqual([found?.bastions, found?.rules], [[], []]);
    assert.equal(bench.operations().filter(call => call === 'ecs:StopTask').length, 1);
    await bench.sweep();
    await bench.assertEmpty();
  });

  it('is no different from a cancelled one, but that the cancelled one cleans up by itself', async () => {
    for (const operation of ['cloudFormation:CreateStack', 'ecs:RunTask', 'ec2:AuthorizeSecurityGroupIngress']) {
      const cancel = new AbortController();
      const before = bench.account.calls.length;
      const starting = bench.start({}, cancel.signal);
      const cancelling = bench.account.run(
        (async () => {
          while (!bench.operations().slice(before).includes(operation)) await bench.account.clock.sleep(500);
          cancel.abort();
        })(),
      );
      await assert.rejects(starting, { name: 'AbortError' }, operation);
      await cancelling;
      const [found] = await bench.account.run(listBastions(bench.deps, { vpcId: bench.cluster.vpcId }));
      assert.deepEqual([found?.bastions, found?.rules], [[], []], operation);
      await bench.account.pass(120);
      await bench.sweep();
    }
    await bench.assertEmpty();
  });
});
