import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { startCreate } from '../../src/core/run/createRun.ts';
import { startDelete } from '../../src/core/run/deleteRun.ts';
import { runDir } from '../../src/core/run/runFolder.ts';
import { describeStack } from '../../src/core/aws/stack.ts';
import { ClusterBench, failureOf, minimalSpec, region, stepOutcomes } from './support/clusterRun.ts';

describe('create', function () {
  this.timeout(60_000);
  let bench: ClusterBench;
  beforeEach(async () => (bench = await ClusterBench.open()));
  afterEach(() => bench.close());

  it('makes a verified cluster from a name and a region', async () => {
    const plan = await bench.plan();
    const created = await bench.create(plan);
    assert.equal(created.outcome, 'done', JSON.stringify(failureOf(created)));
    assert.deepEqual(Object.keys(stepOutcomes(created)).sort(), plan.steps.map(({ id }) => id as string).sort());
    const last = created.events.at(-1);
    assert.match(last?.type === 'run-finished' ? last.summary : '', /demo is verified.*agent of i-\w+ is online/);
  });

  it('tags and protects its stacks, and sends a token with every change', async () => {
    const plan = await bench.plan();
    const { runId } = await bench.create(plan);
    for (const { name } of plan.stacks) {
      const stack = await bench.account.run(describeStack(bench.account.session(region), name));
      assert.equal(stack?.tags['private-eks:cluster'], 'demo');
      assert.equal(stack?.tags['private-eks:run'], runId);
      assert.equal(stack?.tags['private-eks:spec-hash'], plan.specHash);
      assert.equal(stack?.terminationProtection, true);
    }
    const changes = bench.account.calls.filter(({ operation }) => /^(Create|Update|Delete)Stack$/.test(operation));
    const inputs = changes.map(({ input }) => input as { ClientRequestToken?: string; DisableRollback?: boolean });
    assert.equal(new Set(inputs.map(input => input.ClientRequestToken)).size, plan.stacks.length);
    assert.ok(inputs.every(input => input.DisableRollback === true));
  });

  it('keeps plan, spec and journal of the run, and no secret in them', async () => {
    const { runId } = await bench.create(await bench.plan(), { specText: minimalSpec });
    const dir = runDir(bench.stateHome, runId);
    const texts = await Promise.all(
      ['plan.json', 'spec.yaml', 'journal.ndjson'].map(name => readFile(path.join(dir, name), 'utf8')),
    );
    assert.equal(texts[1], minimalSpec);
    const { secretAccessKey } = bench.account.sandbox.credential;
    for (const text of texts)
      assert.ok(!text.includes(secretAccessKey) && !/k8s-aws-v1\.|PRIVATE KEY|TokenValue/.test(text));
  });

  it('tells every stack event once, each after what it depends on', async () => {
    const { events } = await bench.create(await bench.plan());
    const ids = events.flatMap(event => (event.type === 'stack-event' ? [event.eventId] : []));
    assert.ok(ids.length > 60);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(
      events.map(({ seq }) => seq),
      events.map((_, index) => index + 1),
    );
  });

  it('stages templates where the spec says so, and keeps the bucket', async () => {
    const plan = await bench.plan(`${minimalSpec}staging: always\n`);
    const created = await bench.create(plan);
    assert.equal(created.outcome, 'done', JSON.stringify(failureOf(created)));
    const urls = bench.account.calls
      .filter(({ operation }) => operation === 'CreateStack')
      .map(({ input }) => (input as { TemplateURL?: string }).TemplateURL);
    const bucket = `private-eks-staging-${plan.account?.accountId}-${region}`;
    assert.ok(urls.every(url => url?.startsWith(`https://${bucket}.s3.${region}.amazonaws.com/templates/`)));
    const deleted = await bench.delete();
    const last = deleted.events.at(-1);
    assert.deepEqual(last?.type === 'run-finished' ? last.remaining : [], [
      `bucket ${bucket}: kept for the next cluster of this account and region`,
    ]);
  });

  it('waits for a staging bucket that S3 does not know everywhere yet', async () => {
    const plan = await bench.plan(`${minimalSpec}staging: always\n`);
    const unsettled = { service: 's3', times: 2 };
    const message = 'A conflicting conditional operation is currently in progress against this resource.';
    bench.account.fault({ ...unsettled, operation: 'PutPublicAccessBlock', code: 'NoSuchBucket', status: 404 });
    bench.account.fault({ ...unsettled, operation: 'PutBucketPolicy', code: 'OperationAborted', status: 409, message });
    const { outcome, events } = await bench.create(plan);
    assert.equal(outcome, 'done', JSON.stringify(events.findLast(({ type }) => type === 'failure')));
  });

  it('refuses a second create of what is there, and finds all done when resumed', async () => {
    const plan = await bench.plan();
    const first = await bench.create(plan);
    await assert.rejects(bench.beginCreate(plan), { code: 'cluster-exists' });
    const again = await bench.create(plan, { resume: true });
    assert.equal(again.outcome, 'done');
    assert.equal(again.runId, first.runId);
    const { preflight, verify, ...stacks } = stepOutcomes(again);
    assert.deepEqual([preflight, verify], ['done', 'done']);
    assert.deepEqual(new Set(Object.values(stacks)), new Set(['already']));
  });

  it('is watched, not run twice, by whoever asks for the same cluster meanwhile', async () => {
    const plan = await bench.plan();
    const run = await bench.beginCreate(plan);
    const second = await bench.account.run(startCreate(plan, bench.services(), { resume: true }));
    assert.deepEqual([second.kind, second.runId], ['watched', run.runId]);
    const services = bench.services();
    await assert.rejects(bench.account.run(startDelete('demo', services, { key: 'keep' })), {
      code: 'create-in-progress',
    });
    assert.equal((await bench.result(run)).outcome, 'done');
  });

  it('tells all that stands in the way at once, before anything is made', async () => {
    const plan = await bench.plan();
    const tampered = {
      ...plan,
      spec: {
        ...plan.spec,
        version: '1.11',
        nodes: { default: { ...plan.spec.nodes.default!, instanceTypes: ['z9.huge'] } },
      },
    };
    const result = await bench.create(tampered);
    assert.equal(result.outcome, 'failed');
    const cause = failureOf(result);
    assert.match(cause?.evidence.join('\n') ?? '', /z9\.huge is not offered[\s\S]*version is "1\.11"/);
    assert.deepEqual(
      // What is tried dry makes nothing.
      bench.account.calls.filter(
        ({ operation, input }) => /^Create/.test(operation) && (input as { DryRun?: boolean }).DryRun !== true,
      ),
      [],
    );
  });
});

describe('delete', function () {
  this.timeout(60_000);
  let bench: ClusterBench;
  beforeEach(async () => (bench = await ClusterBench.open()));
  afterEach(() => bench.close());

  it('removes everything without a trace', async () => {
    const before = bench.account.state().resources;
    await bench.create(await bench.plan());
    assert.notDeepEqual(bench.account.state().resources, before);
    const deleted = await bench.delete();
    assert.equal(deleted.outcome, 'done', JSON.stringify(failureOf(deleted)));
    assert.deepEqual(bench.account.state().resources, before);
  });

  it('leaves nothing in the way of the next create', async () => {
    await bench.create(await bench.plan());
    await bench.delete();
    // Its instances are still described as terminated, and their VPC is gone.
    assert.equal((await bench.create(await bench.plan())).outcome, 'done');
  });

  it('schedules the end of the cluster’s own key and says so', async () => {
    await bench.create(await bench.plan(`${minimalSpec}encryption:\n  key: new\n`));
    const deleted = await bench.delete();
    assert.equal(deleted.outcome, 'done', JSON.stringify(failureOf(deleted)));
    const last = deleted.events.at(-1);
    assert.match(
      (last?.type === 'run-finished' ? last.remaining?.join() : '') ?? '',
      /^key [\w-]+: pending deletion until 2026-0/,
    );
  });

  it('goes on when somebody has deleted the key before, and it is gone', async () => {
    await bench.create(await bench.plan(`${minimalSpec}encryption:\n  key: new\n`));
    const table = bench.account.sandbox.account.regional(region, 'kms.keys');
    for (const [id] of [...table.entries()]) table.delete(id);
    const deleted = await bench.delete();
    assert.equal(deleted.outcome, 'done', JSON.stringify(failureOf(deleted)));
  });

  it('keeps the key when asked', async () => {
    await bench.create(await bench.plan(`${minimalSpec}encryption:\n  key: new\n`));
    const deleted = await bench.delete('demo', 'keep');
    const last = deleted.events.at(-1);
    assert.match((last?.type === 'run-finished' ? last.remaining?.join() : '') ?? '', /^key [\w-]+: kept/);
    const keys = bench.account.state().resources.filter(({ type }) => type === 'AWS::KMS::Key');
    assert.equal(keys.length, 1);
  });

  it('says that there is nothing to delete', async () => {
    await assert.rejects(bench.delete('nobody'), { code: 'nothing-to-delete' });
  });

  it('deletes no stack without the tag, whatever its name', async () => {
    const session = bench.account.session(region);
    const { CreateStackCommand } = await import('@aws-sdk/client-cloudformation');
    const client = await session.client('cloudFormation');
    const TemplateBody = JSON.stringify({ Resources: { Group: { Type: 'AWS::Logs::LogGroup' } } });
    const StackName = 'private-eks-demo-network';
    await bench.account.run(client.send(new CreateStackCommand({ StackName, TemplateBody })));
    await assert.rejects(bench.delete(), { code: 'nothing-to-delete' });
    const refused = await bench.create(await bench.plan());
    assert.equal(refused.outcome, 'failed');
    assert.equal(failureOf(refused)?.code, 'stack-name-taken');
  });
});
