import assert from 'node:assert/strict';
import {
  AuthorizeSecurityGroupIngressCommand,
  DeleteVpcEndpointsCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeVpcEndpointsCommand,
} from '@aws-sdk/client-ec2';
import { tunnelCalls } from '../../unit/core/access/support/tunnelCalls.ts';
import { leftovers } from '../../../src/core/tunnel/bastion/bastion.ts';
import { listBastions } from '../../../src/core/tunnel/bastion/listBastions.ts';
import { resolveBastionImage } from '../../../src/core/tunnel/bastion/resolveBastionImage.ts';
import { extendBastion } from '../../../src/core/tunnel/bastion/extendBastion.ts';
import { stopBastion } from '../../../src/core/tunnel/bastion/stopBastion.ts';
import { parseBastionTarget } from '../../../src/core/tunnel/bastion/bastionTasks.ts';
import { BastionBench } from './bastionBench.ts';

describe('a bastion', function () {
  this.timeout(60_000);
  let bench: BastionBench;
  beforeEach(async () => (bench = await BastionBench.open()));

  const list = async () => {
    const [found] = await bench.account.run(listBastions(bench.deps, { vpcId: bench.cluster.vpcId }));
    assert.ok(found);
    return found;
  };
  const doors = async () => {
    const Filters = [{ Name: 'group-id', Values: [bench.cluster.network.clusterSecurityGroupId] }];
    const client = await bench.session.client('ec2');
    const { SecurityGroupRules = [] } = await client.send(new DescribeSecurityGroupRulesCommand({ Filters }));
    return SecurityGroupRules.filter(({ IsEgress, FromPort }) => !IsEgress && FromPort === 443);
  };

  it('starts in about two minutes for the first of a VPC, and within one for the next', async () => {
    const began = bench.account.clock.now();
    const first = await bench.start();
    const { vpcId, taskId } = parseBastionTarget(first.target ?? '') ?? {};
    assert.equal(vpcId, bench.cluster.vpcId);
    assert.ok(first.taskArn.endsWith(`/${taskId ?? ''}`));
    assert.equal(first.state, 'ready');
    assert.ok(bench.account.clock.now() - began < 150_000);
    assert.equal((await doors()).length, 1);
    await bench.account.run(stopBastion(bench.deps, { vpcId: bench.cluster.vpcId }));
    const again = bench.account.clock.now();
    await bench.start();
    const seconds = (bench.account.clock.now() - again) / 1000;
    assert.ok(seconds >= 20 && seconds <= 60, `${seconds} s`);
  });

  it('says whose it is, when it ends and what it costs, in its tags and in the list', async () => {
    const { createdAt, expiresAt, owner, hourlyUsd } = await bench.start({ ttlSeconds: 3600 });
    assert.ok(Math.abs(expiresAt - createdAt - 3_600_000) < 60_000);
    assert.match(owner, /^arn:aws:/);
    assert.equal(hourlyUsd, 0.0123);
    const { bastions, stack, rules } = await list();
    assert.deepEqual(
      bastions.map(bastion => [bastion.owner, bastion.expiresAt]),
      [[owner, expiresAt]],
    );
    assert.equal(stack?.status, 'CREATE_COMPLETE');
    assert.deepEqual(
      rules.map(({ cluster }) => cluster),
      ['demo'],
    );
  });

  it('has no public address, no inbound rule and one way out', async () => {
    await bench.start();
    const run = bench.account.calls.find(({ operation }) => operation === 'RunTask')?.input as {
      networkConfiguration: { awsvpcConfiguration: { assignPublicIp: string; securityGroups: string[] } };
      enableExecuteCommand: boolean;
      overrides: { containerOverrides: { command: string[] }[] };
    };
    const { assignPublicIp, securityGroups } = run.networkConfiguration.awsvpcConfiguration;
    assert.deepEqual([assignPublicIp, run.enableExecuteCommand], ['DISABLED', true]);
    assert.deepEqual(run.overrides.containerOverrides[0]?.command, ['sleep 28800']);
    const client = await bench.session.client('ec2');
    const Filters = [{ Name: 'group-id', Values: securityGroups }];
    const { SecurityGroupRules = [] } = await client.send(new DescribeSecurityGroupRulesCommand({ Filters }));
    assert.deepEqual(
      SecurityGroupRules.map(rule => [rule.IsEgress, rule.FromPort, rule.ToPort]),
      [[true, 443, 443]],
    );
  });

  it('is extended by a new one beside it, once, and not without need', async () => {
    const first = await bench.start({ ttlSeconds: 3600 });
    const extend = () =>
      bench.account.run(
        extendBastion(bench.deps, { cluster: bench.cluster, ttlSeconds: 3600 }, new AbortController().signal),
      );
    assert.equal((await extend()).taskArn, first.taskArn);
    await bench.account.pass(1800);
    const second = await extend();
    assert.notEqual(second.taskArn, first.taskArn);
    assert.equal((await extend()).taskArn, second.taskArn);
    await bench.account.pass(1900);
    assert.deepEqual(
      (await list()).bastions.map(({ taskArn }) => taskArn),
      [second.taskArn],
    );
    assert.equal((await doors()).length, 1);
  });

  it('ends on AWS’s side when its time is over, whoever is left', async () => {
    await bench.start({ ttlSeconds: 600 });
    await bench.account.pass(700);
    const found = await list();
    assert.deepEqual(found.bastions, []);
    assert.deepEqual(
      leftovers(found).map(text => text.split(' ')[0]),
      ['rule', 'stack'],
    );
    await bench.sweep();
    await bench.assertEmpty();
  });

  it('leaves nothing after a stop and a sweep', async () => {
    const { taskArn, vpcId } = await bench.start();
    const stopped = await bench.account.run(stopBastion(bench.deps, { vpcId, taskArn }));
    assert.deepEqual(stopped.tasks, [taskArn]);
    assert.equal(stopped.rules.length, 1);
    assert.deepEqual(await doors(), []);
    assert.deepEqual((await bench.account.run(stopBastion(bench.deps, { vpcId, taskArn }))).tasks, []);
    const { removed, kept } = await bench.sweep();
    assert.deepEqual([removed, kept], [[`stack private-eks-bastion-${vpcId}`], []]);
    await bench.assertEmpty();
  });

  it('is not swept while somebody uses it, unless that is meant', async () => {
    const { vpcId } = await bench.start();
    const { removed, kept } = await bench.sweep();
    assert.deepEqual(removed, []);
    assert.match(kept.join(), new RegExp(`a bastion in ${vpcId}: in use until`));
    assert.equal((await bench.sweep({ stopRunning: true })).removed.length, 3);
    await bench.assertEmpty();
  });

  it('makes no call that the policy for it does not name', async () => {
    const before = bench.account.calls.length;
    const { vpcId } = await bench.start();
    await bench.account.run(stopBastion(bench.deps, { vpcId }));
    await bench.sweep();
    const services: Readonly<Record<string, string>> = { cloudFormation: 'cloudformation' };
    const made = bench.account.calls
      .slice(before)
      .map(({ client, operation }) => `${services[client] ?? client}:${operation}`);
    const named = new Set(Object.values(tunnelCalls).flat());
    assert.deepEqual(
      [...new Set(made)].filter(call => !named.has(call)),
      ['sts:GetCallerIdentity'],
    );
  });

  describe('shared by two people', () => {
    it('who come one after the other: the second joins', async () => {
      const first = await bench.start();
      const second = await bench.start();
      assert.equal(second.taskArn, first.taskArn);
      assert.equal(bench.account.calls.filter(({ operation }) => operation === 'RunTask').length, 1);
      const { vpcId } = first;
      await bench.account.run(stopBastion(bench.deps, { vpcId }));
      await bench.sweep();
      await bench.assertEmpty();
    });

    it('who come at once: one stack, one rule, and one task is left', async () => {
      const { accessKeyId, secretAccessKey } = bench.account.sandbox.credential;
      const both = [0, 1].map(() => bench.startAs({ accessKeyId, secretAccessKey }));
      const [one, other] = await bench.account.run(Promise.all(both));
      assert.equal(one?.taskArn, other?.taskArn);
      const { bastions, rules } = await list();
      assert.equal(bastions.length, 1);
      assert.equal(rules.length, 1);
      await bench.sweep({ stopRunning: true });
      await bench.assertEmpty();
    });

    it('where a longer time is wanted, by a second task beside the first, and the rule stays until the last', async () => {
      const first = await bench.start({ ttlSeconds: 900 });
      await bench.account.pass(400);
      const second = await bench.start({ ttlSeconds: 3600 });
      assert.notEqual(second.taskArn, first.taskArn);
      const { vpcId } = first;
      assert.equal(
        (await bench.account.run(stopBastion(bench.deps, { vpcId, taskArn: first.taskArn }))).rules.length,
        0,
      );
      assert.equal((await doors()).length, 1);
      assert.equal(
        (await bench.account.run(stopBastion(bench.deps, { vpcId, taskArn: second.taskArn }))).rules.length,
        1,
      );
      await bench.sweep();
      await bench.assertEmpty();
    });
  });

  describe('that fails says why, and leaves nothing', () => {
    afterEach(async () => {
      assert.deepEqual(await doors(), []);
      assert.deepEqual((await list()).bastions, []);
      await bench.sweep();
      await bench.assertEmpty();
    });

    it('when the roles may not be passed', async () => {
      const message =
        'User: arn:aws:iam::000000000000:user/dev is not authorized to perform: iam:PassRole on resource: arn:aws:iam::000000000000:role/private-eks-bastion-task because no identity-based policy allows the iam:PassRole action';
      bench.account.fault({
        service: 'ecs',
        operation: 'RunTask',
        code: 'AccessDeniedException',
        message,
        status: 400,
      });
      await assert.rejects(bench.start(), {
        code: 'bastion-refused',
        message: /you may not give it its roles.*iam:PassRole/,
      });
    });

    it('when Fargate has no capacity, or the quota is used up', async () => {
      bench.account.fault({
        type: 'AWS::ECS::Task',
        fail: 'Capacity is unavailable at this time. Please try again later or in a different availability zone',
      });
      await assert.rejects(bench.start(), {
        code: 'bastion-capacity',
        retryable: true,
        message: /no capacity for it there now/,
      });
      const message = 'You’ve reached the limit on the number of vCPUs you can run concurrently';
      bench.account.fault({ service: 'ecs', operation: 'RunTask', code: 'ClientException', message, status: 400 });
      await assert.rejects(bench.start(), { code: 'bastion-quota', message: /quota for Fargate/ });
    });

    it('when the image does not exist', async () => {
      const image = '906394416424.dkr.ecr.eu-west-1.amazonaws.com/aws-for-fluent-bit:none';
      await assert.rejects(bench.start({ image }), {
        code: 'bastion-image-not-found',
        message: /image does not exist there.*CannotPullContainerError/,
      });
    });

    it('when the image lies where the VPC cannot reach: before anything is made', async () => {
      await assert.rejects(bench.start({ image: 'busybox:1.36' }), {
        code: 'bastion-cut-off',
        message: /a way to the internet \(the registry of busybox:1\.36 has no endpoint in a VPC\) is missing/,
      });
      assert.ok(!bench.operations().some(call => /:(Create|Run|Authorize)/.test(call) && !call.startsWith('sts')));
    });

    it('when somebody stops it while it starts', async () => {
      const starting = bench.startAs(bench.account.sandbox.credential);
      const stopping = bench.until('ecs:RunTask').then(() => stopBastion(bench.deps, { vpcId: bench.cluster.vpcId }));
      await assert.rejects(bench.account.run(Promise.all([starting, stopping])), {
        code: 'bastion-stopped',
        retryable: true,
      });
    });

    it('when the task cannot come up', async () => {
      bench.account.fault({
        type: 'AWS::ECS::Task',
        fail: 'ResourceInitializationError: failed to configure network interface',
      });
      await assert.rejects(bench.start(), { code: 'bastion-network' });
    });

    it('when its stack cannot be made: the next try removes it first', async () => {
      bench.account.fault({
        type: 'AWS::ECS::TaskDefinition',
        fail: 'Resource handler returned message: "too many" (HandlerErrorCode: ServiceLimitExceeded)',
      });
      await assert.rejects(bench.start(), {
        code: 'bastion-stack-failed',
        message: /TaskDefinition: Resource handler returned message: "too many"/,
      });
      const { vpcId } = await bench.start();
      await bench.account.run(stopBastion(bench.deps, { vpcId }));
    });
  });

  it('takes a change of its stack that fails back, and makes it with the next start', async () => {
    const stop = () => bench.account.run(stopBastion(bench.deps, { vpcId: bench.cluster.vpcId }));
    await bench.start();
    await stop();
    bench.account.fault({ type: 'AWS::ECS::TaskDefinition', fail: 'too many' });
    const failure = { code: 'bastion-stack-failed', message: /TaskDefinition: .*too many/ };
    await assert.rejects(bench.start({ architecture: 'ARM64' }), failure);
    assert.equal((await list()).stack?.status, 'UPDATE_ROLLBACK_COMPLETE');
    await bench.start({ architecture: 'ARM64' });
    assert.equal((await list()).stack?.status, 'UPDATE_COMPLETE');
    await stop();
  });

  it('that lacks an endpoint names it, before anything is made', async () => {
    const client = await bench.session.client('ec2');
    const { VpcEndpoints = [] } = await client.send(new DescribeVpcEndpointsCommand({}));
    const gone = VpcEndpoints.filter(({ ServiceName = '' }) => /ecr\.dkr$|ssmmessages$/.test(ServiceName));
    await client.send(
      new DeleteVpcEndpointsCommand({ VpcEndpointIds: gone.map(({ VpcEndpointId = '' }) => VpcEndpointId) }),
    );
    await bench.account.pass(300);
    await assert.rejects(bench.start(), {
      code: 'bastion-cut-off',
      message: /endpoint ssmmessages .*, endpoint ecr\.dkr .* is missing/,
      fix: 'Add endpoints ssmmessages, ecr.dkr to the VPC, with 443 open to it.',
    });
    await bench.assertEmpty();
  });

  it('has AWS’s image where the region is in no table of ours, and says where none is named', async () => {
    const elsewhere = bench.account.session('il-central-1');
    const image = await resolveBastionImage(elsewhere, 'aws');
    assert.match(image, /^\d{12}\.dkr\.ecr\.il-central-1\.amazonaws\.com\/aws-for-fluent-bit:/);
    const message = 'User: x is not authorized to perform: ssm:GetParameter';
    bench.account.fault({ service: 'ssm', operation: 'GetParameter', code: 'AccessDeniedException', message });
    await assert.rejects(resolveBastionImage(elsewhere, 'aws'), {
      code: 'bastion-image-unknown',
      message: /il-central-1 is not known: The permission ssm:GetParameter is missing/,
    });
  });

  it('leaves what it did not make: a rule and a stack without our tag', async () => {
    const client = await bench.session.client('ec2');
    const mine = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.99.0.0/16' }] };
    const GroupId = bench.cluster.network.clusterSecurityGroupId;
    await client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [mine] }));
    await bench.start();
    await bench.sweep({ stopRunning: true });
    assert.deepEqual(
      (await doors()).map(({ CidrIpv4 }) => CidrIpv4),
      ['10.99.0.0/16'],
    );
  });
});
