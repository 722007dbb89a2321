import assert from 'node:assert/strict';
import type * as Ec2 from '@aws-sdk/client-ec2';
import type * as Ecs from '@aws-sdk/client-ecs';
import { addFault } from '../../../../src/sandbox/kernel/fault.ts';
import { refused } from '../eks/awsRefusal.ts';
import { nodeEndpoints } from '../eks/eksAccount.ts';
import { ecsAccount, image, type BastionWish } from './ecsAccount.ts';

describe('ECS tasks', () => {
  const agents = (task: Ecs.Task) => task.containers?.[0]?.managedAgents?.map(agent => agent.lastStatus);

  it('start in 30 to 60 seconds, with an interface and an agent', () => {
    const made = ecsAccount();
    const arn = made.run({ startedBy: 'me', tags: [{ key: 'owner', value: 'me' }] });
    assert.match(arn, /^arn:aws:ecs:eu-west-1:111122223333:task\/ways_in\/[0-9a-f]{32}$/);
    const seen: string[] = [];
    for (let second = 0; second < 60; second++) {
      const { lastStatus = '', containers } = made.task(arn);
      const state = [lastStatus, ...(agents({ containers }) ?? [])].join();
      if (seen.at(-1) !== state) seen.push(state);
      made.pass(1);
    }
    assert.deepEqual(seen, ['PROVISIONING,PENDING', 'PENDING,PENDING', 'RUNNING,PENDING', 'RUNNING,RUNNING']);
    const task = made.task(arn);
    assert.match(task.containers?.[0]?.runtimeId ?? '', /^[0-9a-f]{32}-\d{10}$/);
    const details = new Map(task.attachments?.[0]?.details?.map(({ name, value }) => [name, value]));
    const NetworkInterfaceIds = [details.get('networkInterfaceId')];
    const interfaces = () =>
      made.ec2<Ec2.DescribeNetworkInterfacesResult>('DescribeNetworkInterfaces', { NetworkInterfaceIds })
        .NetworkInterfaces?.[0];
    assert.equal(interfaces()?.Status, 'in-use');
    assert.equal(interfaces()?.PrivateIpAddress, details.get('privateIPv4Address'));
    refused(
      () => made.ec2('DeleteSecurityGroup', { GroupId: made.groupId }),
      'DependencyViolation',
      /has a dependent object/,
    );

    made.ecs('StopTask', { cluster: 'ways_in', task: arn, reason: 'enough' });
    assert.deepEqual([made.task(arn).desiredStatus, made.task(arn).lastStatus], ['STOPPED', 'DEACTIVATING']);
    made.pass(30);
    const stopped = made.task(arn);
    assert.deepEqual(
      [stopped.lastStatus, stopped.stopCode, stopped.stoppedReason, stopped.containers?.[0]?.exitCode],
      ['STOPPED', 'UserInitiated', 'enough', 143],
    );
    refused(interfaces, 'InvalidNetworkInterfaceID.NotFound', /does not exist/);
    made.ec2('DeleteSecurityGroup', { GroupId: made.groupId });
    made.pass(3600);
    assert.deepEqual(made.task(arn), {});
  });

  it('end by themselves when their command does', () => {
    const made = ecsAccount();
    const arn = made.run({ overrides: { containerOverrides: [{ name: 'bastion', command: ['sleep 120'] }] } });
    made.pass(60);
    assert.equal(made.task(arn).lastStatus, 'RUNNING');
    made.pass(140);
    const { lastStatus, stopCode, stoppedReason, containers } = made.task(arn);
    assert.deepEqual(
      [lastStatus, stopCode, stoppedReason, containers?.[0]?.exitCode],
      ['STOPPED', 'EssentialContainerExited', 'Essential container in task exited', 0],
    );
    // Half a minute until the kill, where nothing passes the signal on.
    const deaf = ecsAccount({ container: { linuxParameters: {}, command: ['while :; do sleep 1d; done'] } });
    const other = deaf.run();
    deaf.pass(60);
    deaf.ecs('StopTask', { cluster: 'ways_in', task: other.slice(-32) });
    deaf.pass(20);
    assert.equal(deaf.task(other).lastStatus, 'DEACTIVATING');
    deaf.pass(40);
    assert.deepEqual([deaf.task(other).lastStatus, deaf.task(other).containers?.[0]?.exitCode], ['STOPPED', 137]);
  });

  const without = (service: string) => ({ endpoints: [...nodeEndpoints, 'logs'].filter(name => name !== service) });
  const awslogs = { logConfiguration: { logDriver: 'awslogs' as const, options: { 'awslogs-group': 'mine' } } };
  const mayLog = ['ecr:*', 'logs:CreateLogStream'];
  const reasons: readonly (readonly [what: string, wish: BastionWish, reason: RegExp])[] = [
    [
      'no ecr.api',
      without('ecr.api'),
      /^ResourceInitializationError: .* ecr registry auth: .* 3 time\(s\): RequestError: .*"https:\/\/api\.ecr\.eu-west-1\.amazonaws\.com\/": dial tcp .*:443: i\/o timeout\./,
    ],
    [
      'no ecr.dkr',
      without('ecr.dkr'),
      /^CannotPullContainerError: pull image manifest .* Head "https:\/\/906394416424\.dkr\.ecr\..*\/manifests\/stable": dial tcp .* i\/o timeout$/,
    ],
    ['no s3', { s3: false }, /^CannotPullContainerError: ref pull .*starport-layer-bucket.* i\/o timeout$/],
    ['closed endpoints', { port: 80 }, /ecr registry auth.* i\/o timeout/],
    ['closed egress', { egress: '10.0.0.0/16' }, /starport-layer-bucket/],
    ['no way out', { egress: '192.168.0.0/16' }, /ecr registry auth/],
    [
      'no permission',
      { executionActions: [] },
      /AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role\/execution\/[0-9a-f]{32} is not authorized to perform: ecr:GetAuthorizationToken on resource: \*/,
    ],
    ['half a permission', { executionActions: ['ecr:GetAuthorizationToken'] }, /403 Forbidden$/],
    [
      'no such image',
      { container: { image: image.replace('stable', 'neverever') } },
      /aws-for-fluent-bit:neverever: not found$/,
    ],
    [
      'no such repository',
      { container: { image: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/mine' } },
      /mine: not found$/,
    ],
    [
      'an image of the internet',
      { container: { image: 'busybox:1' } },
      /failed to resolve ref docker\.io\/library\/busybox:1: failed to do request: Head "https:\/\/registry-1\.docker\.io\/v2\/library\/busybox\/manifests\/1": .* i\/o timeout$/,
    ],
    [
      'logs without a way',
      { ...without('logs'), container: awslogs, executionActions: mayLog },
      /^ResourceInitializationError: failed to validate logger args: .* i\/o timeout/,
    ],
    [
      'logs without a group',
      { ...without(''), container: awslogs, executionActions: mayLog },
      /ResourceNotFoundException: The specified log group does not exist/,
    ],
    [
      'logs without permission',
      { ...without(''), container: awslogs },
      /not authorized to perform: logs:CreateLogStream/,
    ],
  ];
  for (const [what, wish, reason] of reasons)
    it(`do not start for a reason: ${what}`, () => {
      const made = ecsAccount(wish);
      const arn = made.run();
      made.pass(110);
      const { lastStatus, stopCode, stoppedReason = '', containers } = made.task(arn);
      assert.deepEqual([lastStatus, stopCode], ['STOPPED', 'TaskFailedToStart'], stoppedReason);
      assert.match(stoppedReason, reason);
      assert.equal(containers?.[0]?.reason, stoppedReason);
      made.ec2('DeleteSecurityGroup', { GroupId: made.groupId });
    });

  const agentless: readonly (readonly [what: string, wish: BastionWish])[] = [
    ['ssmmessages cannot be reached', without('ssmmessages')],
    ['the task role lacks an action', { taskActions: ['ssmmessages:CreateControlChannel', 'ssmmessages:Open*'] }],
    ['the file system is read-only', { container: { readonlyRootFilesystem: true } }],
  ];
  for (const [what, wish] of agentless)
    it(`have no agent when ${what}`, () => {
      const made = ecsAccount(wish);
      const arn = made.run();
      made.pass(60);
      assert.deepEqual([made.task(arn).lastStatus, agents(made.task(arn))], ['RUNNING', ['STOPPED']]);
    });

  it('are the same for the same token, until they are gone', () => {
    const made = ecsAccount();
    const arn = made.run({ clientToken: 'one' });
    assert.equal(made.run({ clientToken: 'one' }), arn);
    assert.notEqual(made.run({ clientToken: 'two' }), arn);
    refused(() => made.run({ clientToken: 'one', startedBy: 'me' }), 'ConflictException', /already in use/);
    const list = (more: object) => made.ecs<Ecs.ListTasksResponse>('ListTasks', { cluster: 'ways_in', ...more });
    const first = list({ maxResults: 1 });
    assert.equal(first.taskArns?.length, 1);
    assert.equal(list({ maxResults: 1, nextToken: first.nextToken }).taskArns?.length, 1);
    assert.deepEqual(list({ startedBy: 'nobody' }).taskArns, []);
    assert.equal(list({ family: 'bastion' }).taskArns?.length, 2);
    refused(() => list({ startedBy: 'me', family: 'bastion' }), 'InvalidParameterException', /only filter/);
  });

  it('are refused in ECS’s words', () => {
    const made = ecsAccount();
    const { subnets, securityGroups } = made.request.networkConfiguration.awsvpcConfiguration;
    const network = (more: object) => ({
      networkConfiguration: { awsvpcConfiguration: { subnets, securityGroups, ...more } },
    });
    const cases: readonly (readonly [more: object, code: string, message: string | RegExp])[] = [
      [{ cluster: 'other' }, 'ClusterNotFoundException', 'Cluster not found.'],
      [{ taskDefinition: 'other' }, 'ClientException', 'TaskDefinition not found.'],
      [{ launchType: undefined }, 'InvalidParameterException', /No Container Instances were found/],
      [{ networkConfiguration: undefined }, 'InvalidParameterException', /must be provided when networkMode 'awsvpc'/],
      [network({ subnets: [] }), 'InvalidParameterException', 'subnets can not be empty.'],
      [
        network({ subnets: ['subnet-01234567'] }),
        'InvalidParameterException',
        "Error retrieving subnet information for [subnet-01234567]: The subnet ID 'subnet-01234567' does not exist (ErrorCode: InvalidSubnetID.NotFound)",
      ],
      [
        network({ securityGroups: ['sg-01234567'] }),
        'InvalidParameterException',
        /^Error retrieving security group information for \[sg-01234567\].*InvalidGroup\.NotFound/,
      ],
      [network({ assignPublicIp: 'ENABLED' }), 'SandboxNotImplemented', /assignPublicIp/],
      [{ platformVersion: '9.9.9' }, 'PlatformUnknownException', /does not exist/],
      [
        { overrides: { containerOverrides: [{ name: 'x' }] } },
        'InvalidParameterException',
        /Override for container named x is not a container/,
      ],
      [
        { overrides: { taskRoleArn: 'arn:aws:iam::111122223333:role/none' } },
        'ClientException',
        /^ECS was unable to assume the role/,
      ],
      [{ tags: [{ key: 'aws:x', value: '' }] }, 'InvalidParameterException', /reserved/],
      [{ propagateTags: 'TASK_DEFINITION' }, 'SandboxNotImplemented', /propagateTags/],
    ];
    for (const [more, code, message] of cases) refused(() => made.run(more), code, message);
    const described = made.ecs<Ecs.DescribeTasksResponse>('DescribeTasks', {
      cluster: 'ways_in',
      tasks: ['0'.repeat(32)],
    });
    assert.deepEqual(described.failures?.[0]?.reason, 'MISSING');
    refused(
      () => made.ecs('StopTask', { cluster: 'ways_in', task: '0'.repeat(32) }),
      'InvalidParameterException',
      'The referenced task was not found.',
    );
    refused(() => made.task('short'), 'InvalidParameterException', /length should be one of/);
    assert.equal(made.account.resources().filter(row => row.type === 'AWS::ECS::Task').length, 0);
    const unroled = { ...made.definition, taskRoleArn: undefined };
    made.ecs('RegisterTaskDefinition', unroled);
    refused(() => made.run(), 'InvalidParameterException', /a valid task role is not being used/);
  });

  it('are struck by faults', () => {
    const made = ecsAccount();
    const capacity = 'Capacity is unavailable at this time. Please try again later or in a different availability zone';
    addFault(made.account, { type: 'AWS::ECS::Task', fail: capacity });
    const answer = made.ecs<Ecs.RunTaskResponse>('RunTask', made.request);
    assert.deepEqual([answer.tasks, answer.failures], [[], [{ reason: capacity }]]);
    addFault(made.account, { type: 'AWS::ECS::Task', logicalId: 'bastion', delaySeconds: 300, fail: 'Broken' });
    const arn = made.run();
    made.pass(290);
    assert.equal(made.task(arn).lastStatus, 'PROVISIONING');
    made.pass(120);
    assert.deepEqual([made.task(arn).lastStatus, made.task(arn).stoppedReason], ['STOPPED', 'Broken']);
  });
});
