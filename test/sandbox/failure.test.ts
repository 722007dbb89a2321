import assert from 'node:assert/strict';
import type { Plan, StackId } from '../../src/core/plan/plan.ts';
import type { Template } from '../../src/core/templates/template.ts';
import { ClusterBench, failureOf, stepOutcomes } from './support/clusterRun.ts';

describe('a failed stack', function () {
  this.timeout(60_000);
  let bench: ClusterBench;
  beforeEach(async () => (bench = await ClusterBench.open()));
  afterEach(() => bench.close());

  const faults: readonly (readonly [StackId, string, string, string])[] = [
    ['network', 'AWS::EC2::VPC', 'The maximum number of VPCs has been reached.', 'quota-exceeded'],
    ['network', 'AWS::EC2::RouteTable', 'Throttling: Rate exceeded', 'throttled'],
    ['endpoints', 'AWS::EC2::VPCEndpoint', 'InternalFailure', 'aws-internal'],
    ['permissions', 'AWS::IAM::Role', 'User is not authorized to perform: iam:CreateRole', 'access-denied'],
    [
      'cluster',
      'AWS::EKS::Cluster',
      'targeted availability zone, does not currently have sufficient capacity',
      'unsupported-zone',
    ],
    ['node-addons', 'AWS::EKS::Addon', 'Addon is DEGRADED', 'addon-degraded'],
    [
      'nodes-default',
      'AWS::EKS::Nodegroup',
      'We currently do not have sufficient capacity: InsufficientInstanceCapacity',
      'instance-capacity',
    ],
  ];
  for (const [step, type, fail, code] of faults)
    it(`is told and repaired by a retry: ${step}, ${code}`, async () => {
      bench.account.fault({ type, fail });
      const plan = await bench.plan();
      const failed = await bench.create(plan);
      assert.equal(failed.outcome, 'failed');
      assert.equal(stepOutcomes(failed)[step], 'failed');
      const cause = failureOf(failed);
      assert.equal(cause?.code, code);
      assert.equal(cause?.resource?.type, type);
      assert.match(cause?.awsMessage ?? '', new RegExp(fail.slice(0, 20)));

      const retried = await bench.create(plan, { resume: true });
      assert.equal(retried.outcome, 'done', JSON.stringify(failureOf(retried)));
      assert.equal(retried.runId, failed.runId);
      const resumed = retried.events.find(event => event.type === 'run-resumed');
      assert.equal(resumed?.type === 'run-resumed' && resumed.reason, 'retry');
      assert.equal((await bench.delete()).outcome, 'done');
    });

  it('does not hold up what can go on beside it', async () => {
    bench.account.fault({ type: 'AWS::EC2::VPCEndpoint', fail: 'InternalFailure' });
    const outcomes = stepOutcomes(await bench.create(await bench.plan()));
    assert.deepEqual(
      [outcomes['endpoints'], outcomes['cluster'], outcomes['node-addons'], outcomes['nodes-default']],
      ['failed', 'done', 'done', undefined],
    );
  });

  it('of a delete is told, and the delete goes on when asked again', async () => {
    const before = bench.account.state().resources;
    await bench.create(await bench.plan());
    bench.account.fault({
      type: 'AWS::EC2::Subnet',
      action: 'DELETE',
      fail: 'The subnet has dependencies and cannot be deleted.',
    });
    const failed = await bench.delete();
    assert.equal(failed.outcome, 'failed');
    assert.equal(failureOf(failed)?.code, 'still-in-use');
    const again = await bench.delete();
    assert.equal(again.outcome, 'done', JSON.stringify(failureOf(again)));
    assert.equal(again.runId, failed.runId);
    assert.deepEqual(bench.account.state().resources, before);
  });

  it('after a failed create leaves nothing behind once deleted', async () => {
    const before = bench.account.state().resources;
    bench.account.fault({ type: 'AWS::EKS::Cluster', fail: 'InternalFailure' });
    await bench.create(await bench.plan());
    assert.equal((await bench.delete()).outcome, 'done');
    assert.deepEqual(bench.account.state().resources, before);
  });
});

describe('nodes that do not join', function () {
  this.timeout(60_000);
  let bench: ClusterBench;
  beforeEach(async () => (bench = await ClusterBench.open()));
  afterEach(() => bench.close());

  /** The plan with one template changed, as somebody else's would be. */
  const change = (
    plan: Plan,
    id: StackId,
    edit: (resources: Record<string, Template['Resources'][string]>) => void,
  ): Plan => ({
    ...plan,
    stacks: plan.stacks.map(stack => {
      if (stack.id !== id) return stack;
      const Resources = { ...stack.template.Resources };
      edit(Resources);
      return { ...stack, template: { ...stack.template, Resources } };
    }),
  });
  const cases: readonly (readonly [string, StackId, string, string, RegExp])[] = [
    ['the ec2 endpoint', 'endpoints', 'Ec2Endpoint', 'nodes-cannot-reach-ec2', /\.ec2: not found in vpc-/],
    [
      'the ecr.dkr endpoint',
      'endpoints',
      'EcrDkrEndpoint',
      'nodes-cannot-pull-images',
      /\.ecr\.dkr: not found in vpc-/,
    ],
    ['the CNI', 'node-addons', 'VpcCni', 'nodes-without-cni', /add-ons of demo: /],
  ];
  for (const [what, stack, logicalId, code, evidence] of cases)
    it(`for want of ${what} fail with the cause named, and join once it is there`, async () => {
      const plan = await bench.plan();
      const failed = await bench.create(change(plan, stack, resources => delete resources[logicalId]));
      assert.equal(failed.outcome, 'failed');
      const cause = failureOf(failed);
      assert.equal(cause?.code, code);
      assert.match(cause?.evidence.join('\n') ?? '', evidence);
      assert.match(cause?.awsMessage ?? '', /NodeCreationFailure/);
    });

  it('for want of port 443 in the endpoints’ group fail with the cause named, and are repaired by a retry', async () => {
    const plan = await bench.plan();
    const closed = change(plan, 'endpoints', resources => {
      const group = resources['EndpointSecurityGroup'];
      if (group)
        resources['EndpointSecurityGroup'] = {
          ...group,
          Properties: { ...group.Properties, SecurityGroupIngress: [] },
        };
    });
    const failed = await bench.create(closed);
    const cause = failureOf(failed);
    assert.equal(cause?.code, 'endpoint-group-without-443');
    assert.match(cause?.evidence.join('\n') ?? '', /sg-\w+ admits no 443/);
    const retried = await bench.create(plan, { resume: true });
    assert.equal(retried.outcome, 'done', JSON.stringify(failureOf(retried)));
  });
});

describe('an expired sign-in', function () {
  this.timeout(60_000);
  it('makes the run wait, and go on by itself', async () => {
    const bench = await ClusterBench.open();
    const plan = await bench.plan();
    const error = {
      code: 'ExpiredToken',
      message: 'The security token included in the request is expired',
      status: 403,
    };
    bench.account.fault({ service: 'cloudformation', operation: 'DescribeStackEvents', call: 20, ...error });
    const { outcome, events } = await bench.create(plan);
    assert.equal(outcome, 'done');
    assert.equal(events.filter(({ type }) => type === 'waiting-for-sign-in').length, 1);
    await bench.close();
  });
});
