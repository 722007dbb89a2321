import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startCreate } from '../../../src/core/run/createRun.ts';
import { NetworkBench, region } from './soundVpc.ts';

describe('a cluster in an existing VPC', function () {
  this.timeout(60_000);

  it('is made with what is there; only what is missing is added, and a later plan finds the same', async () => {
    const bench = await NetworkBench.open();
    const { account } = bench;
    const stateHome = await mkdtemp(path.join(tmpdir(), 'private-eks-test-'));
    try {
      const sound = await account.run(bench.sound());
      const features = 'features:\n  irsa: true\n';
      const plan = await bench.plan(sound, features);
      const services = { stateHome, session: account.session(region), clock: account.clock, speed: 1 };
      const run = await account.run(startCreate(plan, services, { resume: false }));
      assert.ok(run.kind === 'own');
      assert.equal(await account.run(run.finished), 'done');
      const endpoints = account.state().resources.filter(({ type }) => type === 'AWS::EC2::VPCEndpoint');
      const added = endpoints.filter(({ id }) => !Object.values(sound.endpoints).includes(id));
      assert.deepEqual(
        added.map(endpoint => endpoint['service']),
        [`com.amazonaws.${region}.sts`],
      );
      assert.equal(endpoints.length, Object.keys(sound.endpoints).length + 1);
      const again = await bench.plan(sound, features);
      assert.deepEqual(again.findings, []);
      assert.deepEqual(
        again.stacks.map(({ id }) => id),
        plan.stacks.map(({ id }) => id),
      );
    } finally {
      await rm(stateHome, { recursive: true, force: true });
    }
  });
});
