import assert from 'node:assert/strict';
import { deleteOutlook, outlookLines } from '../../../src/core/leftovers/deleteOutlook.ts';
import { ClusterBench, failureOf, region, stepOutcomes } from '../support/clusterRun.ts';
import { foreignInterface, leaveThings } from '../support/controllers.ts';

describe('a delete of a cluster whose controllers made things', function () {
  this.timeout(90_000);
  let bench: ClusterBench;
  beforeEach(async () => (bench = await ClusterBench.open()));
  afterEach(() => bench.close());

  const create = async () => {
    const created = await bench.create(await bench.plan());
    assert.equal(created.outcome, 'done', JSON.stringify(failureOf(created)));
  };
  const left = () => bench.account.state().resources.map(({ type }) => type);

  it('tells before what goes and what stays with its price, and leaves only the volume', async () => {
    const before = bench.account.state().resources;
    await create();
    const made = await leaveThings(bench);
    const outlook = await bench.account.run(
      deleteOutlook(bench.account.session(region), 'demo', { withVolumes: false }),
    );
    const lines = outlookLines(outlook).join('\n');
    assert.match(lines, /Goes too: load balancer k8s-web .*: 16\.43 USD a month/);
    assert.match(
      lines,
      new RegExp(`Stays: volume ${made.volume}: 1\\.60 USD a month, gp3, 20 GiB, available, of claim shop/data-0`),
    );
    assert.match(lines, /What stays costs about 1\.60 USD a month/);
    assert.deepEqual(outlook.inTheWay, []);

    const deleted = await bench.delete();
    assert.equal(deleted.outcome, 'done', JSON.stringify(failureOf(deleted)));
    const end = deleted.events.at(-1);
    assert.ok(
      end?.type === 'run-finished' && end.remaining?.some(line => line.includes(made.volume)),
      JSON.stringify(end),
    );
    assert.deepEqual(
      bench.account
        .state()
        .resources.filter(({ id }) => !before.some(other => other.id === id))
        .map(({ id }) => id),
      [made.volume],
    );
  });

  it('leaves nothing when the volumes may go, too', async () => {
    const before = bench.account.state().resources;
    await create();
    await leaveThings(bench);
    const deleted = await bench.delete('demo', 'schedule-deletion', { withVolumes: true });
    assert.equal(deleted.outcome, 'done', JSON.stringify(failureOf(deleted)));
    assert.deepEqual(bench.account.state().resources, before);
  });

  it('stops before the network at an interface of somebody else’s, names it, and goes on once it is gone', async () => {
    await create();
    const { subnetId } = await leaveThings(bench);
    const lambda = await foreignInterface(bench, subnetId, 'AWS Lambda VPC ENI-report-7f3c');
    const failed = await bench.delete();
    assert.equal(failed.outcome, 'failed');
    const cause = failureOf(failed);
    assert.equal(cause?.code, 'foreign-in-vpc');
    assert.match(cause?.evidence.join('\n') ?? '', new RegExp(`${lambda.id}: of Lambda function report-7f3c`));
    assert.equal(stepOutcomes(failed)['interfaces'], 'failed');
    assert.equal(stepOutcomes(failed)['delete-network'], undefined);
    assert.ok(left().includes('AWS::EC2::NetworkInterface'));

    await lambda.remove();
    const again = await bench.delete();
    assert.equal(again.outcome, 'done', JSON.stringify(failureOf(again)));
    assert.equal(again.runId, failed.runId);
    assert.ok(!left().includes('AWS::EC2::VPC'));
  });

  it('never deletes a load balancer that carries no tag of the cluster', async () => {
    await create();
    const { subnetId } = await leaveThings(bench);
    const elb = await import('@aws-sdk/client-elastic-load-balancing-v2');
    const client = await bench.account.session(region).client('elasticLoadBalancing');
    const { LoadBalancers = [] } = await bench.account.run(
      client.send(new elb.CreateLoadBalancerCommand({ Name: 'others', Type: 'network', Subnets: [subnetId] })),
    );
    const failed = await bench.delete();
    assert.equal(failureOf(failed)?.code, 'foreign-in-vpc');
    assert.match(failureOf(failed)?.evidence.join('\n') ?? '', /load balancer others .*no tag says/);
    const LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn ?? '';
    await bench.account.run(client.send(new elb.DeleteLoadBalancerCommand({ LoadBalancerArn })));
    await bench.account.pass(120);
    assert.equal((await bench.delete()).outcome, 'done');
  });

  it('offers to let stay what cannot be deleted, and lets it stay only when it is named', async () => {
    await create();
    const fail = 'Cannot delete entity, must detach all policies first.';
    bench.account.fault({ type: 'AWS::IAM::Role', action: 'DELETE', logicalId: 'NodeRole', fail, times: 2 });
    const failed = await bench.delete();
    const cause = failureOf(failed);
    assert.equal(cause?.code, 'still-in-use');
    assert.match(cause?.fix ?? '', /private-eks delete demo --retain NodeRole/);
    assert.match(
      cause?.evidence.join('\n') ?? '',
      /would stay with --retain: NodeRole \(AWS::IAM::Role private-eks-demo-/,
    );
    // Again without the choice: it is tried, and fails again.
    assert.equal(failureOf(await bench.delete())?.code, 'still-in-use');
    const kept = await bench.delete('demo', 'schedule-deletion', { retain: ['permissions/NodeRole'] });
    assert.equal(kept.outcome, 'done', JSON.stringify(failureOf(kept)));
    assert.match(JSON.stringify(kept.events.at(-1)), /NodeRole .*kept, as was asked/);
    assert.deepEqual(
      left().filter(type => type.startsWith('AWS::EC2') || type === 'AWS::IAM::Role'),
      ['AWS::IAM::Role'],
    );
  });
});
