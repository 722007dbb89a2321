import assert from 'node:assert/strict';
import type { Plan, StackId } from '../../../src/core/plan/plan.ts';
import { explainRun, explanationText } from '../../../src/core/run/explainRun.ts';
import { runView } from '../../../src/core/run/runView.ts';
import { clusterTag } from '../../../src/core/spec/ownTags.ts';
import { clusters } from '../../../src/sandbox/services/eks/eksTables.ts';
import { liveStacks } from '../../../src/sandbox/cloudformation/stack.ts';
import { ClusterBench, failureOf, region, stepOutcomes } from '../support/clusterRun.ts';

/** The stack of a cluster that was made, put into a state as somebody's console, or AWS's own trouble, leaves it. */
function put(bench: ClusterBench, name: string, status: string): void {
  const stack = liveStacks(bench.account.sandbox.account, region).find(found => found.name === name);
  assert.ok(stack, name);
  // What a failed update remembers: the state to which it can go back.
  if (/^UPDATE_(FAILED|ROLLBACK_FAILED)$/.test(status))
    stack.stable = structuredClone({ definition: stack.definition, resources: stack.resources });
  stack.status = status;
}

describe('a create that finds a stack', function () {
  this.timeout(60_000);
  let bench: ClusterBench;
  let plan: Plan;
  beforeEach(async () => {
    bench = await ClusterBench.open();
    plan = await bench.plan();
  });
  afterEach(() => bench.close());

  const finds: readonly (readonly [StackId, string])[] = [
    ['network', 'UPDATE_ROLLBACK_COMPLETE'],
    ['cluster', 'UPDATE_ROLLBACK_COMPLETE'],
    ['endpoints', 'UPDATE_FAILED'],
    ['cluster', 'UPDATE_FAILED'],
    ['identity', 'UPDATE_ROLLBACK_FAILED'],
    ['network', 'IMPORT_COMPLETE'],
  ];
  for (const [id, status] of finds)
    it(`${id} in ${status} leaves what is in it and is done`, async () => {
      const made = await bench.create(plan);
      assert.equal(made.outcome, 'done', JSON.stringify(failureOf(made)));
      const before = bench.account.state().resources.filter(({ type }) => type !== 'AWS::CloudFormation::Stack');
      put(bench, `private-eks-demo-${id}`, status);
      const again = await bench.create(plan, { resume: true });
      assert.equal(again.outcome, 'done', JSON.stringify(failureOf(again)));
      const after = bench.account.state().resources.filter(({ type }) => type !== 'AWS::CloudFormation::Stack');
      assert.deepEqual(after, before, 'nothing was made anew');
      assert.equal((await bench.delete()).outcome, 'done');
    });

  it('that was only reviewed makes it anew', async () => {
    await bench.account.run(reviewed('private-eks-demo-logs'));
    const made = await bench.create(plan, { resume: true });
    assert.equal(made.outcome, 'done', JSON.stringify(failureOf(made)));
  });

  it('whose import could not be rolled back stops and says what to do by hand', async () => {
    await bench.create(plan);
    put(bench, 'private-eks-demo-network', 'IMPORT_ROLLBACK_FAILED');
    const again = await bench.create(plan, { resume: true });
    assert.equal(failureOf(again)?.code, 'stack-needs-hands');
    assert.match(failureOf(again)?.fix ?? '', /roll the import back/);
  });

  it('that has not moved for hours is told with what it waits for, and made anew by a retry', async () => {
    bench.account.fault({ type: 'AWS::Logs::LogGroup', delaySeconds: 40 * 3600 });
    const stuck = await bench.create(plan);
    assert.equal(stuck.outcome, 'failed');
    const cause = failureOf(stuck);
    assert.equal(cause?.code, 'stack-stuck');
    assert.match(cause?.why ?? '', /LogGroup \(AWS::Logs::LogGroup/);
    const slow = stuck.events.filter(event => event.type === 'slow' && event.step === 'logs');
    assert.ok(slow.length > 3, 'told again and again, each time after twice as long');
    assert.ok(slow[0]?.type === 'slow' && /LogGroup/.test(slow[0].waitingFor));
    const retried = await bench.create(plan, { resume: true });
    assert.equal(retried.outcome, 'done', JSON.stringify(failureOf(retried)));
    assert.equal(stepOutcomes(retried)['logs'], 'done');
  });

  it('whose control plane failed makes it anew, though EKS lets nobody switch its protection off', async () => {
    // Nothing comes after it.
    for (const type of ['AWS::EKS::AccessEntry', 'AWS::EKS::Addon'])
      bench.account.fault({ type, fail: 'No.', times: 9 });
    assert.equal((await bench.create(plan)).outcome, 'failed');
    put(bench, 'private-eks-demo-cluster', 'CREATE_FAILED');
    const row = clusters({ account: bench.account.sandbox.account, region }).get('demo');
    assert.ok(row?.cluster.deletionProtection, 'protected');
    row.cluster.status = 'FAILED';
    const faults = bench.account.sandbox.account.table('sandbox.resourceFaults');
    for (const [id] of [...faults.entries()]) faults.delete(id);
    const made = await bench.create(plan, { resume: true });
    assert.equal(made.outcome, 'done', JSON.stringify(failureOf(made)));
    assert.equal(stepOutcomes(made)['cluster'], 'done');
  });

  /** What a change set of type CREATE leaves that nobody executes. */
  async function reviewed(StackName: string): Promise<void> {
    const { CreateChangeSetCommand } = await import('@aws-sdk/client-cloudformation');
    const client = await bench.account.session(region).client('cloudFormation');
    const template = plan.stacks.find(({ name }) => name === StackName)?.template;
    await client.send(
      new CreateChangeSetCommand({
        StackName,
        ChangeSetName: 'looked-at',
        ChangeSetType: 'CREATE',
        TemplateBody: JSON.stringify(template),
        Tags: [{ Key: clusterTag, Value: 'demo' }],
      }),
    );
  }
});

describe('a delete that finds a stack', function () {
  this.timeout(60_000);
  let bench: ClusterBench;
  beforeEach(async () => (bench = await ClusterBench.open()));
  afterEach(() => bench.close());

  for (const status of [
    'UPDATE_ROLLBACK_FAILED',
    'ROLLBACK_COMPLETE',
    'DELETE_FAILED',
    'CREATE_FAILED',
    'UPDATE_FAILED',
  ])
    it(`in ${status} removes it`, async () => {
      const before = bench.account.state().resources;
      assert.equal((await bench.create(await bench.plan())).outcome, 'done');
      for (const id of ['network', 'cluster', 'nodes-default']) put(bench, `private-eks-demo-${id}`, status);
      const deleted = await bench.delete();
      assert.equal(deleted.outcome, 'done', JSON.stringify(failureOf(deleted)));
      assert.deepEqual(bench.account.state().resources, before);
    });
});

describe('why is this slow?', function () {
  this.timeout(60_000);
  it('is answered from the account while a run is on, and by the stacks where no run is known', async () => {
    const bench = await ClusterBench.open();
    bench.account.fault({ type: 'AWS::EKS::Nodegroup', delaySeconds: 1800 });
    const run = await bench.create(await bench.plan());
    assert.equal(run.outcome, 'done');
    const slow = run.events.find(event => event.type === 'slow' && event.step === 'nodes-default');
    assert.ok(slow?.type === 'slow');
    assert.match(slow.waitingFor, /nodes to join; 2 instances run/);
    assert.match(
      slow.evidence.join('\n'),
      /stack private-eks-demo-nodes-default: CREATE_IN_PROGRESS, last event .*\n[\s\S]*i-\w+ \(t3\.medium, eu-west-1\w\): running/,
    );
    const view = runView(run.events.slice(0, run.events.indexOf(slow) + 1), { live: true });
    const { session, clock } = bench.services();
    const text = explanationText('demo', await bench.account.run(explainRun('demo', view, { session, clock })));
    assert.match(text, /^Nodes \(\d+ s; usually 90 to 420 s\) waits for/);
    put(bench, 'private-eks-demo-identity', 'UPDATE_ROLLBACK_FAILED');
    const without = explanationText('demo', await bench.account.run(explainRun('demo', undefined, { session, clock })));
    assert.match(without, /private-eks-demo-identity: UPDATE_ROLLBACK_FAILED/);
    await bench.close();
  });
});
