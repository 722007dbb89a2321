import assert from 'node:assert/strict';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateAccessEntryCommand } from '@aws-sdk/client-eks';
import { readClusterStatus } from '../../../src/core/aws/clusterStatus.ts';
import { listAccessPrincipals } from '../../../src/core/cluster/clusterDetails.ts';
import { clusters } from '../../../src/sandbox/services/eks/eksTables.ts';
import { ClusterBench, region } from '../support/clusterRun.ts';

describe('what is told of a cluster', function () {
  this.timeout(120_000);
  let bench: ClusterBench;
  before(async () => {
    bench = await ClusterBench.open();
    assert.equal((await bench.create(await bench.plan())).outcome, 'done');
  });
  after(() => bench.close());

  const status = () => bench.account.run(readClusterStatus(bench.account.session(region), 'demo'));
  const principals = () =>
    bench.account.run(listAccessPrincipals(bench.account.session(region), 'demo', new AbortController().signal));

  it('has every access entry, however many pages they are', async () => {
    const { accessEntries: before = [] } = (await status()) ?? {};
    const session = bench.account.session(region);
    const [iam, eks] = await Promise.all([session.client('iam'), session.client('eks')]);
    for (let index = 0; index < 101; index++) {
      const { Role } = await bench.account.run(
        iam.send(new CreateRoleCommand({ RoleName: `reader-${index}`, AssumeRolePolicyDocument: trust })),
      );
      const input = { clusterName: 'demo', principalArn: Role?.Arn };
      await bench.account.run(eks.send(new CreateAccessEntryCommand(input)));
    }
    assert.equal((await status())?.accessEntries.length, before.length + 101);
    assert.equal((await principals()).length, before.length + 101);
  });

  it('has none where the cluster knows no access entries, and everything else', async () => {
    const row = clusters({ account: bench.account.sandbox.account, region }).get('demo');
    assert.ok(row);
    row.cluster.accessConfig = { authenticationMode: 'CONFIG_MAP' };
    const { accessEntries, nodeGroups, status: state } = (await status()) ?? {};
    assert.deepEqual([accessEntries, nodeGroups?.length, state], [[], 1, 'ACTIVE']);
    assert.deepEqual(await principals(), []);
  });
});

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
