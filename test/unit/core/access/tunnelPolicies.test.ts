import assert from 'node:assert/strict';
import { tunnelCalls } from './support/tunnelCalls.ts';
import { bastionStackLooks } from '../../../../src/core/access/bastionStackPolicy.ts';
import { bastionPowers, tunnelPolicies, type TunnelPolicyInput } from '../../../../src/core/access/tunnelPolicies.ts';

const input: TunnelPolicyInput = {
  partition: 'aws',
  region: 'eu-west-1',
  accountId: '123456789012',
  cluster: 'payments',
  vpcId: 'vpc-0123456789abcdef0',
  clusterSecurityGroupId: 'sg-0aaaaaaaaaaaaaaaa',
};
const actions = (given: TunnelPolicyInput): string[] =>
  tunnelPolicies(given).user.Statement.flatMap(({ Action }) => Action);
const statement = (given: TunnelPolicyInput, sid: string) =>
  tunnelPolicies(given).user.Statement.find(({ Sid }) => Sid === sid);

describe('the policies of a tunnel', () => {
  it('allow every call of each path that they are for', () => {
    const all = actions(input);
    for (const [path, calls] of Object.entries(tunnelCalls))
      assert.deepEqual(
        calls.filter(call => !all.includes(call)),
        [],
        path,
      );
  });

  it('allow no call that no path makes, but for those that CloudFormation makes', () => {
    const made = new Set(Object.values(tunnelCalls).flat());
    const stackLooks: readonly string[] = bastionStackLooks;
    const { user } = tunnelPolicies(input);
    const idle = user.Statement.filter(({ Sid }) => !/^Stack|^FirstUse/.test(Sid)).flatMap(({ Action }) =>
      Action.filter(action => !made.has(action) && !stackLooks.includes(action)),
    );
    assert.deepEqual(idle, []);
  });

  it('grow with what the user may do, and with nothing else', () => {
    const sizes = bastionPowers.map(bastion => actions({ ...input, bastion }).length);
    assert.deepEqual(
      sizes,
      [...sizes].sort((a, b) => a - b),
    );
    assert.equal(new Set(sizes).size, sizes.length);
    assert.ok(
      !actions({ ...input, bastion: 'use' }).some(action => /RunTask|PassRole|SecurityGroupIngress/.test(action)),
    );
    assert.ok(!actions({ ...input, viaInstances: false, bastion: 'start' }).includes('ec2:DescribeInstances'));
    assert.deepEqual(actions({ ...input, viaInstances: false, bastion: 'none' }), ['eks:DescribeCluster']);
  });

  it('look for CloudFormation at what the stack’s parameter and its security group need, once', () => {
    const looked = (given: Partial<TunnelPolicyInput>) =>
      actions({ ...input, ...given }).filter(action => /:Describe(Instances|SecurityGroups|Vpcs)$/.test(action));
    const all = ['ec2:DescribeInstances', 'ec2:DescribeSecurityGroups', 'ec2:DescribeVpcs'];
    assert.deepEqual(looked({}), all);
    assert.deepEqual(looked({ viaInstances: false }), all);
    assert.deepEqual(looked({ viaInstances: false, bastion: 'start' }), []);
  });

  it('pass two roles to ECS alone', () => {
    assert.deepEqual(statement(input, 'GiveBastionsTheirRoles'), {
      Sid: 'GiveBastionsTheirRoles',
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource: [
        'arn:aws:iam::123456789012:role/private-eks-bastion-vpc-0123456789abcdef0-task',
        'arn:aws:iam::123456789012:role/private-eks-bastion-vpc-0123456789abcdef0-execution',
      ],
      Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    });
  });

  it('forward through one document, and open no shell', () => {
    const starts = tunnelPolicies(input).user.Statement.filter(({ Action }) => Action.includes('ssm:StartSession'));
    assert.deepEqual(
      starts.flatMap(({ Resource }) => Resource),
      [
        'arn:aws:ec2:eu-west-1:123456789012:instance/*',
        'arn:aws:ecs:eu-west-1:123456789012:task/private-eks-bastion-vpc-0123456789abcdef0/*',
        'arn:aws:ssm:eu-west-1::document/AWS-StartPortForwardingSessionToRemoteHost',
      ],
    );
    for (const { Sid, Condition } of starts.filter(({ Sid }) => Sid !== 'ForwardOnly'))
      assert.equal(Condition?.BoolIfExists?.['ssm:SessionDocumentAccessCheck'], 'true', Sid);
    assert.deepEqual(statement({ ...input, document: 'Company-Forward' }, 'ForwardOnly')?.Resource, [
      'arn:aws:ssm:eu-west-1:123456789012:document/Company-Forward',
    ]);
  });

  it('use a star only where AWS knows no resource', () => {
    const { user } = tunnelPolicies(input);
    const wide = user.Statement.filter(({ Resource }) => Resource.includes('*')).map(({ Sid }) => Sid);
    assert.deepEqual(wide, ['FindInstances', 'FindBastions', 'SeeNetwork', 'StackTaskDefinition']);
  });

  it('name the cluster’s own security group by what EKS tags it with, where its id is not known', () => {
    const { clusterSecurityGroupId: _, ...unknown } = input;
    const found = statement(unknown, 'OpenAndCloseCluster');
    assert.deepEqual(found?.Resource, ['arn:aws:ec2:eu-west-1:123456789012:security-group/*']);
    assert.deepEqual(found.Condition, { StringEquals: { 'aws:ResourceTag/kubernetes.io/cluster/payments': 'owned' } });
  });

  it('speak of other partitions', () => {
    const text = JSON.stringify(tunnelPolicies({ ...input, partition: 'aws-cn', region: 'cn-north-1' }));
    assert.doesNotMatch(text, /arn:aws:/);
    assert.match(text, /arn:aws-cn:ecr:cn-north-1:128054284489:repository\/aws-for-fluent-bit/);
  });

  it('let AWS be asked for its image where the region is in no table of ours', () => {
    const elsewhere = { ...input, region: 'il-central-1' };
    assert.deepEqual(statement(elsewhere, 'AskForImage')?.Resource, [
      'arn:aws:ssm:il-central-1::parameter/aws/service/aws-for-fluent-bit/stable',
    ]);
    assert.equal(statement({ ...elsewhere, image: 'busybox' }, 'AskForImage'), undefined);
    assert.equal(statement(input, 'AskForImage'), undefined);
  });

  it('give the bastion four channels, and ECS one repository', () => {
    const { bastionTask, bastionExecution } = tunnelPolicies(input);
    assert.deepEqual(
      bastionTask.Statement.flatMap(({ Action }) => Action),
      [
        'ssmmessages:CreateControlChannel',
        'ssmmessages:CreateDataChannel',
        'ssmmessages:OpenControlChannel',
        'ssmmessages:OpenDataChannel',
      ],
    );
    assert.deepEqual(bastionExecution.Statement[1]?.Resource, [
      'arn:aws:ecr:eu-west-1:906394416424:repository/aws-for-fluent-bit',
    ]);
    const elsewhere = tunnelPolicies({ ...input, image: 'registry.example.com/bastion:1' });
    assert.equal(elsewhere.bastionExecution.Statement.length, 1);
  });

  it('fit into one managed policy, which holds 6144 characters', () => {
    const { user } = tunnelPolicies({ ...input, cluster: 'c'.repeat(100), region: 'ap-southeast-2' });
    assert.ok(JSON.stringify(user).length <= 6144, String(JSON.stringify(user).length));
  });
});
