import assert from 'node:assert/strict';
import { ClusterBench, failureOf, minimalSpec, stepOutcomes, type RunResult } from './support/clusterRun.ts';

const own = `${minimalSpec}nodes:
  my_own: { kind: self-managed, minSize: 1, desiredSize: 2 }
`;
const summaryOf = ({ events }: RunResult, step: string) =>
  events.flatMap(event => (event.type === 'step-finished' && event.step === step ? [event.summary] : [])).at(-1);

describe('a self-managed group', function () {
  this.timeout(120_000);
  let bench: ClusterBench;
  beforeEach(async () => (bench = await ClusterBench.open()));
  afterEach(() => bench.close());

  it('is waited for until its nodes have joined, and looked at again by a resume', async () => {
    const plan = await bench.plan(own);
    const made = await bench.create(plan);
    assert.equal(made.outcome, 'done', JSON.stringify(failureOf(made)));
    assert.match(summaryOf(made, 'nodes-my-own') ?? '', /2 of 2 nodes have joined$/);
    const again = await bench.create(plan, { resume: true });
    assert.equal(again.outcome, 'done');
    assert.match(summaryOf(again, 'nodes-my-own') ?? '', /as planned; 2 of 2 nodes have joined$/);
  });

  it('whose nodes do not join fails within a quarter of an hour, and says why', async () => {
    const plan = await bench.plan(`${own}endpoints: { reachable: [ec2] }\n`);
    const failed = await bench.create(plan);
    assert.equal(failed.outcome, 'failed');
    assert.deepEqual(
      [stepOutcomes(failed)['nodes-my-own'], stepOutcomes(failed)['workload-addons']],
      ['failed', undefined],
    );
    const cause = failureOf(failed);
    assert.equal(cause?.code, 'nodes-cannot-reach-ec2');
    assert.match(cause?.what ?? '', /cannot reach EC2/);
    assert.ok(cause?.evidence.some(line => /^i-[0-9a-f]+: running, has no address for pods$/.test(line)));
    assert.ok(
      cause?.evidence.some(line => /console: .*ec2/.test(line)),
      JSON.stringify(cause?.evidence),
    );
    const slow = failed.events.find(event => event.type === 'slow' && event.step === 'nodes-my-own');
    assert.equal(slow?.type === 'slow' && slow.waitingFor, '2 of 2 nodes to join; 2 instances run');
    const step = failed.events.filter(event => 'step' in event && event.step === 'nodes-my-own');
    const minutes = ((step.at(-1)?.at ?? 0) - (step[0]?.at ?? 0)) / 60_000;
    assert.ok(minutes > 15 && minutes < 25, `${minutes} min`);
    assert.equal((await bench.delete()).outcome, 'done');
  });

  it('without an access entry is told so by its node role’s own entry', async () => {
    const plan = await bench.plan(own);
    const run = await bench.beginCreate(plan);
    const { DeleteAccessEntryCommand } = await import('@aws-sdk/client-eks');
    const eks = await bench.account.session('eu-west-1').client('eks');
    let roleArn = '';
    const removed = new Promise<void>((resolve, reject) =>
      run.subscribe(event => {
        if (event.type !== 'stack-event' || event.status !== 'CREATE_COMPLETE') return;
        if (event.logicalId === 'SelfManagedNodeRole')
          roleArn = `arn:aws:iam::${plan.account?.accountId}:role/${event.physicalId}`;
        if (event.logicalId !== 'SelfManagedNodes') return;
        const principalArn = roleArn;
        const gone = new DeleteAccessEntryCommand({ clusterName: 'demo', principalArn });
        eks.send(gone).then(() => resolve(), reject);
      }),
    );
    const failed = await bench.result(run);
    await removed;
    assert.equal(failed.outcome, 'failed');
    assert.equal(failureOf(failed)?.code, 'node-access-entry-missing', JSON.stringify(failureOf(failed)));
  });

  it('that may not be looked at is said not to have been', async () => {
    bench.account.fault({
      ...{ service: 'autoscaling', operation: 'DescribeAutoScalingGroups', code: 'AccessDenied' },
      ...{ message: 'not authorized to perform: autoscaling:DescribeAutoScalingGroups', status: 403, times: 99 },
    });
    const made = await bench.create(await bench.plan(own));
    assert.equal(made.outcome, 'done', JSON.stringify(failureOf(made)));
    assert.match(
      summaryOf(made, 'nodes-my-own') ?? '',
      /^whether its nodes have joined may not be looked at \(Auto Scaling group: .*not authorized/,
    );
  });

  it('is told apart from a managed one whose stack cannot have its name', async () => {
    const managed = own.replace('kind: self-managed, ', '');
    const failed = await bench.create(await bench.plan(`${managed}endpoints: { reachable: [ec2] }\n`));
    assert.equal(stepOutcomes(failed)['nodes-my-own'], 'failed');
    assert.equal(failureOf(failed)?.code, 'nodes-cannot-reach-ec2', JSON.stringify(failureOf(failed)));
  });

  it('of no nodes waits for none', async () => {
    const spec = `${minimalSpec}nodes:\n  default: { minSize: 1, desiredSize: 1 }\n  own: { kind: self-managed, minSize: 0, desiredSize: 0 }\n`;
    const made = await bench.create(await bench.plan(spec));
    assert.equal(made.outcome, 'done', JSON.stringify(failureOf(made)));
    assert.equal(summaryOf(made, 'nodes-own'), 'no node is wanted yet');
  });
});
