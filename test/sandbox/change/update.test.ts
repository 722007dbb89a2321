import assert from 'node:assert/strict';
import { readChangePlan } from '../../../src/core/change/readChangePlan.ts';
import type { ChangePlan } from '../../../src/core/change/changePlan.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { startUpdate } from '../../../src/core/run/updateRun.ts';
import { liveStacks } from '../../../src/sandbox/cloudformation/stack.ts';
import { setServiceControlPolicy } from '../../../src/sandbox/services/iam/serviceControlPolicies.ts';
import { ClusterBench, failureOf, minimalSpec, region, stepOutcomes, type RunResult } from '../support/clusterRun.ts';

const nodes = (groups: string) => `${minimalSpec}nodes:\n${groups}`;

async function changesOf(bench: ClusterBench, plan: Plan): Promise<ChangePlan> {
  return bench.account.run(readChangePlan(plan, bench.account.session(region), bench.account.clock));
}

async function update(bench: ClusterBench, plan: Plan, changes: ChangePlan, replace?: string): Promise<RunResult> {
  const handle = await bench.account.run(startUpdate(changes, plan, bench.services(), { replace }));
  if (handle.kind !== 'own') throw new Error('watched');
  return bench.result(handle);
}

const actions = (changes: ChangePlan) =>
  Object.fromEntries(changes.stacks.filter(({ action }) => action !== 'none').map(({ id, action }) => [id, action]));

describe('update', function () {
  this.timeout(60_000);
  let bench: ClusterBench;
  beforeEach(async () => (bench = await ClusterBench.open()));
  afterEach(() => bench.close());

  it('finds nothing to do where the spec is what stands', async () => {
    await bench.create(await bench.plan());
    const changes = await changesOf(bench, await bench.plan());
    assert.deepEqual(actions(changes), {});
    assert.deepEqual(changes.refusals, []);
  });

  it('finds nothing to do where names and templates go beyond ASCII, which GetTemplate does not give back', async () => {
    const text = `${minimalSpec}tags: { Ort: Zürich }\nfeatures: { irsa: true, ebs: true }\n`;
    await bench.create(await bench.plan(text));
    assert.deepEqual(actions(await changesOf(bench, await bench.plan(text))), {});
    const moved = await changesOf(bench, await bench.plan(text.replace('Zürich', 'Würzburg')));
    const [subnet] = moved.stacks.find(({ id }) => id === 'network')?.resources ?? [];
    assert.deepEqual(
      subnet?.properties.map(({ before, after }) => [before, after]),
      [['Zürich', 'Würzburg']],
    );
  });

  it('scales a group in place and makes another, and touches nothing else', async () => {
    await bench.create(await bench.plan());
    const plan = await bench.plan(
      nodes('  default: { minSize: 2, desiredSize: 3, maxSize: 6 }\n  more: { instanceTypes: [t3.large] }\n'),
    );
    const changes = await changesOf(bench, plan);
    assert.deepEqual(actions(changes), { 'nodes-default': 'update', 'nodes-more': 'create' });
    const [group] = changes.stacks.find(({ id }) => id === 'nodes-default')?.resources ?? [];
    assert.equal(group?.replacement, 'False');
    assert.match(group?.words ?? '', /changes in place: .*MaxSize 4 → 6/);
    const result = await update(bench, plan, changes);
    assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
    assert.deepEqual(actions(await changesOf(bench, plan)), {});
    assert.deepEqual(Object.keys(stepOutcomes(result)).sort(), ['nodes-default', 'nodes-more', 'preflight', 'verify']);
  });

  it('takes what CloudFormation counts for what was foreseen by name: log types, and tags of a control plane whose rules come first', async () => {
    const text = (owner: string) => `${minimalSpec}tags: { owner: ${owner} }\n`;
    await bench.create(await bench.plan(text('a')));
    const plan = await bench.plan(
      `${text('b')}logs: { types: [api, audit] }\nnetwork: { apiAccess: { cidrs: [10.8.0.0/16] } }\n`,
    );
    const changes = await changesOf(bench, plan);
    assert.equal(changes.stacks.find(({ id }) => id === 'cluster')?.from, 'templates');
    const result = await update(bench, plan, changes);
    assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
    assert.deepEqual(actions(await changesOf(bench, plan)), {});
  });

  it('leaves a stack alone that differs in words which CloudFormation takes for no change', async () => {
    await bench.create(await bench.plan());
    const plan = await bench.plan();
    const stacks = plan.stacks.map(stack => ({
      ...stack,
      template: { ...stack.template, Description: 'Other words' },
    }));
    assert.deepEqual(actions(await changesOf(bench, { ...plan, stacks })), {});
  });

  it('changes outputs alone, and says so', async () => {
    await bench.create(await bench.plan());
    const plan = await bench.plan();
    const stacks = plan.stacks.map(stack => {
      if (stack.id !== 'network') return stack;
      const { VpcId, ...rest } = stack.template.Outputs ?? {};
      assert.ok(VpcId);
      return { ...stack, template: { ...stack.template, Outputs: { ...rest, VpcId, Again: VpcId } } };
    });
    const other = { ...plan, stacks };
    const changes = await changesOf(bench, other);
    assert.deepEqual(actions(changes), { network: 'update' });
    const result = await update(bench, other, changes);
    assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
    const end = result.events.find(event => event.type === 'step-finished' && event.step === 'network');
    assert.equal(end?.type === 'step-finished' && end.summary, 'its outputs changed');
  });

  it('leaves no change set behind', async () => {
    await bench.create(await bench.plan());
    await changesOf(bench, await bench.plan(nodes('  default: { maxSize: 6 }\n')));
    const made = bench.account.calls.filter(({ operation }) => operation === 'CreateChangeSet').length;
    const deleted = bench.account.calls.filter(({ operation }) => operation === 'DeleteChangeSet').length;
    assert.ok(made > 0);
    assert.equal(deleted, made);
  });

  it('tells of change sets that it may not delete, once, and goes on', async () => {
    await bench.create(await bench.plan(nodes('  default: {}\n  more: {}\n')));
    const Statement = [{ Effect: 'Deny' as const, Action: 'cloudformation:DeleteChangeSet', Resource: '*' }];
    setServiceControlPolicy(bench.account.sandbox.account, 'guard', { Version: '2012-10-17', Statement });
    const plan = await bench.plan(nodes('  default: { maxSize: 6 }\n  more: { maxSize: 7 }\n'));
    const changes = await changesOf(bench, plan);
    assert.deepEqual(actions(changes), { 'nodes-default': 'update', 'nodes-more': 'update' });
    const told = changes.notes.filter(note => note.includes('change set'));
    assert.equal(told.length, 1, JSON.stringify(changes.notes));
    assert.match(
      told[0] ?? '',
      /^2 change sets could not be deleted \(private-eks-look-\w+ of private-eks-demo-nodes-default, .*no harm.* cloudformation:DeleteChangeSet/,
    );
    const less = { ...changes, stacks: changes.stacks.map(stack => ({ ...stack, resources: [] })) };
    const stopped = await update(bench, plan, less);
    assert.equal(failureOf(stopped)?.code, 'more-than-shown');
    const notes = stopped.events.flatMap(event => (event.type === 'note' ? [event.message] : []));
    assert.ok(
      notes.some(note => /^A change set could not be deleted \(.*cloudformation:DeleteChangeSet/.test(note)),
      notes.join('\n'),
    );
    const result = await update(bench, plan, changes);
    assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
  });

  it('makes anew a stack whose deletion stopped half-way', async () => {
    await bench.create(await bench.plan(nodes('  default: {}\n  more: {}\n')));
    bench.account.fault({ type: 'AWS::EKS::Nodegroup', action: 'DELETE', fail: 'InternalFailure' });
    const plan = await bench.plan(nodes('  default: {}\n'));
    assert.equal((await update(bench, plan, await changesOf(bench, plan))).outcome, 'failed');
    const again = await bench.plan(nodes('  default: {}\n  more: {}\n'));
    const changes = await changesOf(bench, again);
    assert.deepEqual(actions(changes), { 'nodes-more': 'create' });
    assert.match(changes.stacks.find(({ id }) => id === 'nodes-more')?.reason ?? '', /DELETE_FAILED/);
    const result = await update(bench, again, changes);
    assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
  });

  it('makes a group anew whose types change, and removes one that is gone from the spec last', async () => {
    await bench.create(await bench.plan(nodes('  default: {}\n  old: {}\n')));
    const plan = await bench.plan(nodes('  default: { instanceTypes: [t3.large] }\n'));
    const changes = await changesOf(bench, plan);
    assert.deepEqual(actions(changes), { 'nodes-default': 'replace', 'nodes-old': 'delete' });
    assert.ok(changes.replaced.some(text => text.includes('nodes-default')));
    assert.ok(changes.oneWay.some(({ stack }) => stack === 'nodes-old'));
    const result = await update(bench, plan, changes);
    assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
    const order = Object.keys(stepOutcomes(result));
    assert.ok(order.indexOf('delete-nodes-default') < order.indexOf('nodes-default'));
    assert.ok(order.indexOf('nodes-default') < order.indexOf('delete-nodes-old'));
    assert.deepEqual(actions(await changesOf(bench, plan)), {});
  });

  it('refuses what would replace the cluster, and does it when its name is typed', async () => {
    await bench.create(await bench.plan());
    const plan = await bench.plan(`${minimalSpec}network: { serviceCidr: 172.21.0.0/16 }\n`);
    const changes = await changesOf(bench, plan);
    assert.equal(changes.refusals[0]?.code, 'cluster-replaced');
    await assert.rejects(update(bench, plan, changes), { code: 'update-refused' });
    await assert.rejects(update(bench, plan, changes, 'other'), { code: 'update-refused' });
    const result = await update(bench, plan, changes, 'demo');
    assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
    assert.deepEqual(actions(await changesOf(bench, plan)), {});
  });

  describe('that replaces something, which CloudFormation does only with rollback on', () => {
    const of = (team: string) =>
      `${minimalSpec}access: { administrators: ["arn:aws:iam::999988887777:role/${team}"] }\n`;
    const executed = () =>
      bench.account.calls
        .filter(({ operation }) => operation === 'ExecuteChangeSet')
        .map(({ input }) => (input as { DisableRollback?: boolean }).DisableRollback);
    let plan: Plan;
    let changes: ChangePlan;
    beforeEach(async () => {
      assert.equal((await bench.create(await bench.plan(of('a')))).outcome, 'done');
      plan = await bench.plan(of('b'));
      changes = await changesOf(bench, plan);
      assert.deepEqual(
        changes.stacks.flatMap(({ resources }) => resources.map(({ type, replacement }) => [type, replacement])),
        [['AWS::EKS::AccessEntry', 'True']],
      );
    });

    it('has it on, and off for all else', async () => {
      const result = await update(bench, plan, changes);
      assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
      assert.deepEqual(executed(), [false]);
      const bigger = await bench.plan(`${of('b')}nodes: { default: { maxSize: 9 } }\n`);
      assert.equal((await update(bench, bigger, await changesOf(bench, bigger))).outcome, 'done');
      assert.deepEqual(executed(), [false, true]);
    });

    it('stands as before when it fails, and goes through with the next', async () => {
      bench.account.fault({ type: 'AWS::EKS::AccessEntry', fail: 'No.' });
      const failed = await update(bench, plan, changes);
      assert.equal(failed.outcome, 'failed');
      assert.match(failureOf(failed)?.awsMessage ?? '', /No\./);
      assert.match(failureOf(failed)?.fix ?? '', /private-eks-demo-identity stands as it stood before the update\.$/);
      const again = await update(bench, plan, await changesOf(bench, plan));
      assert.equal(again.outcome, 'done', JSON.stringify(failureOf(again)));
    });

    it('takes a failed update back first', async () => {
      const stack = liveStacks(bench.account.sandbox.account, region).find(({ name }) => name.endsWith('-identity'));
      assert.ok(stack);
      stack.stable = structuredClone({ definition: stack.definition, resources: stack.resources });
      stack.status = 'UPDATE_FAILED';
      const result = await update(bench, plan, await changesOf(bench, plan));
      assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
      assert.deepEqual(executed(), [false]);
    });
  });

  it('gives a live cluster a key by EKS’s API, and never its replacement', async () => {
    await bench.create(await bench.plan());
    const plan = await bench.plan(`${minimalSpec}encryption: { key: new }\n`);
    const changes = await changesOf(bench, plan);
    assert.equal(changes.api[0]?.kind, 'associate-encryption');
    assert.deepEqual(changes.refusals, []);
    const result = await update(bench, plan, changes);
    assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
    assert.equal(stepOutcomes(result).encryption, 'done');
    const again = await changesOf(bench, plan);
    assert.deepEqual([actions(again), again.api], [{}, []]);
    const back = await changesOf(bench, await bench.plan());
    assert.equal(back.refusals[0]?.code, 'encryption-fixed');
  });

  it('marks what cannot be taken back in the plan and when its turn comes, and takes none back', async () => {
    await bench.create(await bench.plan(nodes('  default: {}\n  old: {}\n')));
    const text = `${minimalSpec}controlPlane: { egress: customer-routed }\nencryption: { key: new }\n`;
    const plan = await bench.plan(text);
    const changes = await changesOf(bench, plan);
    const marked = changes.oneWay.map(({ stack, resource }) => `${stack}/${resource}`).sort();
    assert.deepEqual(marked, ['cluster/Cluster', 'cluster/demo', 'nodes-old/NodeGroup']);
    assert.deepEqual(changes.refusals, []);
    const result = await update(bench, plan, changes);
    assert.equal(result.outcome, 'done', JSON.stringify(failureOf(result)));
    const told = result.events.flatMap((event, index) =>
      event.type === 'note' && event.message.startsWith('Done now') ? [{ message: event.message, index }] : [],
    );
    assert.deepEqual(told.map(({ message }) => /: ([\w-]+\/\w+): /.exec(message)?.[1]).sort(), marked);
    for (const { message, index } of told) {
      const step = /: cluster\/demo: /.test(message) ? 'encryption' : (/: ([\w-]+)\//.exec(message)?.[1] ?? '');
      const begun = result.events.findIndex(
        event => event.type === 'step-started' && event.step.replace('delete-', '') === step,
      );
      assert.ok(begun !== -1 && begun < index, message);
    }
    const back = await changesOf(bench, await bench.plan());
    assert.deepEqual(back.refusals.map(({ code }) => code).sort(), ['egress-fixed', 'encryption-fixed']);
  });

  it('wants the name for another family of addresses', async () => {
    await bench.create(await bench.plan());
    const changes = await changesOf(bench, await bench.plan(`${minimalSpec}network: { ipFamily: ipv6 }\n`));
    const refusal = changes.refusals.find(({ code }) => code === 'cluster-replaced');
    assert.equal(refusal?.byName, true);
    assert.match(refusal.message, /IpFamily/);
    assert.ok(changes.replaced.some(text => text.startsWith('cluster: Cluster cannot be replaced beside itself')));
  });

  it('sends a version to the upgrade, and a network to another cluster', async () => {
    await bench.create(await bench.plan());
    const other = await changesOf(bench, await bench.plan(`${minimalSpec}network: { cidr: 10.50.0.0/16 }\n`));
    assert.ok(other.refusals.some(({ code }) => code === 'network-fixed'));
    const version = await changesOf(bench, await bench.plan(`${minimalSpec}version: "1.35"\n`));
    assert.equal(version.refusals[0]?.code, 'version-differs');
  });
});
