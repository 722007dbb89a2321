import assert from 'node:assert/strict';
import type { Task } from '@aws-sdk/client-ecs';
import { isJoinable, leftovers, type Bastion } from '../../../../../src/core/tunnel/bastion/bastion.ts';
import { runTaskInput } from '../../../../../src/core/tunnel/bastion/runBastionTask.ts';
import { parseBastionTarget, toBastion } from '../../../../../src/core/tunnel/bastion/bastionTasks.ts';

const vpcId = 'vpc-0123456789abcdef0';
const taskArn = `arn:aws:ecs:eu-west-1:123456789012:task/private-eks-bastion-${vpcId}/0a1b2c3d`;
const task = (more: Partial<Task>): Task => ({
  taskArn,
  lastStatus: 'RUNNING',
  desiredStatus: 'RUNNING',
  createdAt: new Date(1_000),
  containers: [
    {
      name: 'bastion',
      lastStatus: 'RUNNING',
      runtimeId: '0a1b2c3d-0123456789',
      managedAgents: [{ name: 'ExecuteCommandAgent', lastStatus: 'RUNNING' }],
    },
  ],
  tags: [
    { key: 'private-eks:owner', value: 'arn:aws:iam::123456789012:user/alice' },
    { key: 'private-eks:expires', value: '2026-11-21T10:00:00.000Z' },
  ],
  attachments: [{ type: 'ElasticNetworkInterface', details: [{ name: 'subnetId', value: 'subnet-a' }] }],
  ...more,
});

describe('a task of ECS as a bastion', () => {
  it('is ready when its container and the agent in it run', () => {
    assert.deepEqual(toBastion(vpcId, task({})), {
      vpcId,
      taskArn,
      state: 'ready',
      target: `ecs:private-eks-bastion-${vpcId}_0a1b2c3d_0a1b2c3d-0123456789`,
      owner: 'arn:aws:iam::123456789012:user/alice',
      createdAt: 1_000,
      expiresAt: Date.UTC(2026, 10, 21, 10),
      hourlyUsd: 0.0123,
      subnetId: 'subnet-a',
    } satisfies Bastion);
  });

  it('starts before that, and stops after', () => {
    assert.equal(toBastion(vpcId, task({ lastStatus: 'PENDING', containers: [] })).state, 'starting');
    const [container] = task({}).containers ?? [];
    const agentless = [
      { ...container, managedAgents: [{ name: 'ExecuteCommandAgent' as const, lastStatus: 'PENDING' }] },
    ];
    assert.equal(toBastion(vpcId, task({ containers: agentless })).state, 'starting');
    assert.equal(toBastion(vpcId, task({ desiredStatus: 'STOPPED' })).state, 'stopping');
    assert.equal(toBastion(vpcId, task({ lastStatus: 'DEPROVISIONING' })).state, 'stopping');
  });

  it('carries tags in characters that AWS takes', () => {
    const { tags = [], ...input } = runTaskInput(
      {
        vpcId,
        stack: { clusterName: 'c', securityGroupId: 'sg-1', taskDefinitionArn: 'd', image: 'i', isNew: false },
        subnetIds: ['subnet-a'],
        owner: 'arn:aws:sts::123456789012:assumed-role/Dev/a,b(c)+d=e@x',
        ttlSeconds: 90,
        token: 'token',
      },
      0,
    );
    for (const { value = '' } of tags) assert.match(value, /^[\w .:/=+\-@]{1,256}$/);
    assert.ok(tags.some(({ value }) => value === 'arn:aws:sts::123456789012:assumed-role/Dev/a_b_c_+d=e@x'));
    assert.ok(tags.some(({ value }) => value === '1970-01-01T00:01:30.000Z'));
    assert.deepEqual(input.overrides?.containerOverrides, [{ name: 'bastion', command: ['sleep 90'] }]);
    assert.equal(input.clientToken, 'token');
  });

  it('costs less on ARM', () => {
    const attributes = [{ name: 'ecs.cpu-architecture', value: 'arm64' }];
    assert.equal(toBastion(vpcId, task({ attributes })).hourlyUsd, 0.0099);
  });

  it('is found again by its target, and nothing else is', () => {
    assert.deepEqual(parseBastionTarget(toBastion(vpcId, task({})).target ?? ''), { vpcId, taskId: '0a1b2c3d' });
    for (const target of ['i-0123456789abcdef0', 'ecs:web_0a1b_0a1b-1', 'ecs:private-eks-bastion-x_0a1b_0a1b-1'])
      assert.equal(parseBastionTarget(target), undefined);
  });

  it('is joined while it has time left', () => {
    const bastion = toBastion(vpcId, task({}));
    assert.ok(isJoinable(bastion, bastion.expiresAt - 600_000, 600_000));
    assert.ok(!isJoinable(bastion, bastion.expiresAt - 599_000, 600_000));
    assert.ok(!isJoinable({ ...bastion, state: 'stopping' }, 0, 0));
  });

  it('leaves nothing over while it runs', () => {
    const stack = { name: 's', status: 'CREATE_COMPLETE' };
    const rules = [{ ruleId: 'sgr-1', groupId: 'sg-1', cluster: 'demo' }];
    assert.deepEqual(leftovers({ vpcId, stack, rules, bastions: [toBastion(vpcId, task({}))] }), []);
    assert.deepEqual(leftovers({ vpcId, stack, rules, bastions: [] }), ['rule sgr-1 of sg-1', 'stack s']);
  });
});
