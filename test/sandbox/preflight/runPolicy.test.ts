import assert from 'node:assert/strict';
import { changedOnly } from '../../../src/core/access/changeNeeds.ts';
import type { PolicyDocument } from '../../../src/core/access/policyDocument.ts';
import { lookedOnly } from '../../../src/core/access/runNeeds.ts';
import { managedPolicyCharacters, runNeeds, runPolicy } from '../../../src/core/access/runPolicy.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { preflight } from '../../../src/core/preflight/preflight.ts';
import { ensureLinkedRole } from '../../../src/sandbox/services/iam/serviceLinkedRole.ts';
import { ClusterBench, failureOf, minimalSpec, region } from '../support/clusterRun.ts';
import { Operator, operatorsOwn } from './operator.ts';

const without = (documents: readonly PolicyDocument[], ...actions: readonly string[]): PolicyDocument[] =>
  documents.map(({ Statement, ...document }) => ({
    ...document,
    Statement: Statement.map(one => ({
      ...one,
      Action: one.Action.filter(action => !actions.includes(action)),
    })).filter(({ Action }) => Action.length > 0),
  }));

const actionsOf = (documents: readonly PolicyDocument[]): string[] => [
  ...new Set(documents.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action))),
];

const staged = `${minimalSpec}staging: always\nencryption:\n  key: new\n`;

describe('the policy for a run', function () {
  this.timeout(240_000);
  let bench: ClusterBench;
  let plan: Plan;
  beforeEach(async () => {
    bench = await ClusterBench.open();
    plan = operatorsOwn(await bench.plan());
  });
  afterEach(() => bench.close());

  for (const [what, text] of [
    ['the default cluster', minimalSpec],
    ['one with a key of its own, by staged templates', staged],
  ] as const)
    it(`is enough to create and delete ${what}, and preflight finds nothing`, async () => {
      const own = operatorsOwn(await bench.plan(text));
      const operator = await Operator.with(bench, runPolicy(own));
      const findings = await bench.account.run(preflight(own, { session: operator.session }));
      assert.deepEqual(findings, []);
      const created = await operator.create(await operator.plan(text));
      assert.equal(created.outcome, 'done', JSON.stringify(failureOf(created)));
      const deleted = await operator.delete();
      assert.equal(deleted.outcome, 'done', JSON.stringify(failureOf(deleted)));
      const types = bench.account
        .state()
        .resources.map(({ type }) => type)
        .sort();
      assert.deepEqual(types, text === minimalSpec ? ['AWS::IAM::Role'] : ['AWS::IAM::Role', 'AWS::S3::Bucket']);
    });

  it('is short enough for a managed policy', () => {
    for (const document of runPolicy(plan))
      assert.ok(JSON.stringify(document).replace(/\s/g, '').length <= managedPolicyCharacters);
  });

  it('lacking any one action is found before the run begins, by name', async () => {
    const all = runPolicy(plan);
    const operator = await Operator.with(bench, all);
    const unnamed: string[] = [];
    const handlersOnly = new Set(runNeeds(plan).flatMap(need => (need.named ? need.statement.Action : [])));
    const actions = actionsOf(all).filter(action => !changedOnly.has(action));
    assert.ok(actions.length > 90, `${actions.length} actions`);
    // What preflight itself looks with goes alone: without one look, others may not be asked.
    const looks = (action: string) => lookedOnly.has(action) || /:(Describe|List|Get|Simulate)/.test(action);
    const makes = actions.filter(action => !looks(action));
    const groups = Array.from({ length: 8 }, (_, group) => makes.filter((_, index) => index % 8 === group));
    for (const gone of [...actions.filter(looks).map(action => [action]), ...groups]) {
      await Operator.give(bench, without(all, ...gone));
      const found = await bench.account
        .run(preflight(plan, { session: operator.session }))
        .catch((error: unknown) => [{ message: String(error), evidence: [] as readonly string[] }]);
      const others = found
        .flatMap(({ evidence }) => evidence)
        .filter(line => /implicitDeny/.test(line) && !gone.some(action => line.startsWith(`${action} `)));
      for (const action of gone) {
        const bearable =
          lookedOnly.has(action) ||
          handlersOnly.has(action) ||
          /:(Delete|Untag|Detach|Disassociate|Revoke|Remove|Schedule)/.test(action);
        const named = found.filter(({ message, evidence }) => [message, ...evidence].join(' ').includes(action));
        const severe = bearable || named.some(one => !('severity' in one) || one.severity === 'error');
        if (named.length === 0 || !severe || others.length > 0) unnamed.push(`${action}: ${JSON.stringify(found)}`);
      }
    }
    console.log(`      ${actions.length} actions taken away, looks one at a time`);
    assert.deepEqual(unnamed, []);
  });

  it('lacking all that only changes need, it warns of each and stops nothing', async () => {
    const all = runPolicy(plan);
    const gone = actionsOf(all).filter(action => changedOnly.has(action));
    assert.ok(gone.length > 20, `${gone.length} actions`);
    const operator = await Operator.with(bench, without(all, ...gone));
    const found = await bench.account.run(preflight(plan, { session: operator.session }));
    assert.deepEqual([...new Set(found.map(({ severity }) => severity))], ['warning']);
    const denied = found.flatMap(({ evidence }) => evidence).map(line => line.split(' ')[0] ?? '');
    assert.deepEqual([...new Set(denied)].sort(), [...gone].sort());
  });

  for (const action of [
    'ec2:CreateVpc',
    'eks:CreateCluster',
    'iam:PassRole',
    'iam:CreateRole',
    'ec2:CreateTags',
    'eks:CreateNodegroup',
    'logs:CreateLogGroup',
    'eks:TagResource',
    'ec2:RunInstances',
  ])
    it(`without ${action}, and without leave to simulate, a step fails and names it`, async () => {
      const operator = await Operator.with(bench, without(runPolicy(plan), action, 'iam:SimulatePrincipalPolicy'));
      const result = await operator.create(await operator.plan());
      assert.equal(result.outcome, 'failed');
      const told = JSON.stringify(failureOf(result));
      assert.ok(told.includes(action), told);
      const notes = result.events.filter(event => event.type === 'note').map(event => JSON.stringify(event));
      // What EC2 was asked dry stops the run before anything is made.
      if (action !== 'ec2:CreateVpc' && action !== 'ec2:CreateTags')
        assert.match(notes.join('\n'), /Not known: whether the caller has every permission.*SimulatePrincipalPolicy/);
    });

  for (const [action, lines] of [
    ['ec2:DescribeImages', 'nodes: { own: { kind: self-managed } }\n'],
    ['ssm:GetParameters', 'nodes: { own: { kind: self-managed } }\n'],
    ['eks:CreatePodIdentityAssociation', 'features: { ebs: true }\n'],
  ] as const)
    it(`without ${action}, which only some specs need, a step fails and names it`, async () => {
      const text = minimalSpec + lines;
      const own = operatorsOwn(await bench.plan(text));
      const operator = await Operator.with(bench, without(runPolicy(own), action, 'iam:SimulatePrincipalPolicy'));
      const result = await operator.create(await operator.plan(text));
      assert.equal(result.outcome, 'failed');
      assert.ok(JSON.stringify(failureOf(result)).includes(action), JSON.stringify(failureOf(result)));
    });

  it('need not make roles of services that are there', async () => {
    const operator = await Operator.with(bench, without(runPolicy(plan), 'iam:CreateServiceLinkedRole'));
    const missing = await bench.account.run(preflight(plan, { session: operator.session }));
    assert.deepEqual(
      missing.map(({ code, severity }) => [code, severity]),
      [['service-linked-role-missing', 'error']],
    );
    assert.match(
      missing[0]?.message ?? '',
      /no AWSServiceRoleForAmazonEKS, AWSServiceRoleForAmazonEKSNodegroup, AWSServiceRoleForAutoScaling yet/,
    );
    const context = bench.account.sandbox.account.serviceContext(region, 'eks.amazonaws.com');
    for (const service of ['eks.amazonaws.com', 'eks-nodegroup.amazonaws.com', 'autoscaling.amazonaws.com'] as const)
      ensureLinkedRole(context, service);
    assert.deepEqual(await bench.account.run(preflight(plan, { session: operator.session })), []);
  });

  it('a Deny is told apart from a missing Allow', async () => {
    const operator = await Operator.with(bench, [
      ...runPolicy(plan),
      {
        Version: '2012-10-17',
        Statement: [{ Sid: 'No', Effect: 'Deny', Action: ['eks:CreateAddon'], Resource: ['*'] }],
      } as unknown as PolicyDocument,
    ]);
    const [finding] = await bench.account.run(preflight(plan, { session: operator.session }));
    assert.equal(finding?.code, 'permission-explicit');
    assert.match(finding.message, /A policy of the caller denies eks:CreateAddon/);
  });
});
