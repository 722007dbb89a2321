import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findLeftovers } from '../../../src/core/leftovers/findLeftovers.ts';
import { startCreate } from '../../../src/core/run/createRun.ts';
import { startDelete } from '../../../src/core/run/deleteRun.ts';
import { foreignInterface, leaveThings } from '../support/controllers.ts';
import { NetworkBench, region } from '../network/soundVpc.ts';

describe('a delete of a cluster in an existing VPC', function () {
  this.timeout(90_000);

  it('leaves the VPC as it was found: its subnets, tables, endpoints, groups, tags and other people’s interfaces', async () => {
    const bench = await NetworkBench.open();
    const { account } = bench;
    const stateHome = await mkdtemp(path.join(tmpdir(), 'private-eks-test-'));
    try {
      const sound = await account.run(bench.sound());
      const lambda = await foreignInterface(bench, sound.subnetIds[0] ?? '', 'AWS Lambda VPC ENI-report');
      const tables = [
        'vpcs',
        'subnets',
        'routeTables',
        'securityGroups',
        'rules',
        'endpoints',
        'interfaces',
        'networkAcls',
      ];
      const vpcNow = () => tables.map(kind => account.sandbox.account.regional(region, `ec2.${kind}`).entries());
      const before = structuredClone({ resources: account.state().resources, vpc: vpcNow() });
      const session = account.session(region);
      const services = { stateHome, session, clock: account.clock, speed: 1 };
      const create = await account.run(startCreate(await bench.plan(sound), services, { resume: false }));
      assert.ok(create.kind === 'own');
      assert.equal(await account.run(create.finished), 'done');
      await leaveThings(bench);
      const during = await account.run(findLeftovers(session, { home: true }));
      assert.ok(during.found.some(({ kind, fate }) => kind === 'cluster' && fate === 'goes'));

      const run = await account.run(startDelete('demo', services, { key: 'schedule-deletion', withVolumes: true }));
      assert.ok(run.kind === 'own');
      assert.equal(await account.run(run.finished), 'done');
      assert.deepEqual(account.state().resources, before.resources);
      assert.deepEqual(vpcNow(), before.vpc);
      assert.ok(before.resources.some(({ id }) => id === lambda.id));
      const left = await account.run(findLeftovers(session, { home: true }));
      assert.deepEqual(left, { region, found: [], unknown: [] });
    } finally {
      await rm(stateHome, { recursive: true, force: true });
    }
  });
});
