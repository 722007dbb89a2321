import assert from 'node:assert/strict';
import type * as Cfn from '@aws-sdk/client-cloudformation';
import type * as Ec2 from '@aws-sdk/client-ec2';
import type * as Ecs from '@aws-sdk/client-ecs';
import { bastionStack } from '../../../src/core/templates/bastionStack.ts';
import { refused } from '../../unit/sandbox/eks/awsRefusal.ts';
import { eksAccount } from '../../unit/sandbox/eks/eksAccount.ts';
import { image } from '../../unit/sandbox/ecs/ecsAccount.ts';

const repository = 'arn:aws:ecr:eu-west-1:906394416424:repository/aws-for-fluent-bit';

function bench() {
  const made = eksAccount();
  const network = made.network();
  made.pass(200);
  const cfn = <Output extends object = object>(operation: string, input: object = {}) =>
    made.call<Output>('cloudformation', operation, { StackName: 'ways-in', ...input });
  const settle = (): Cfn.Stack | undefined => {
    const stack = () => cfn<Cfn.DescribeStacksOutput>('DescribeStacks').Stacks?.[0];
    while (/IN_PROGRESS$/.test(stack()?.StackStatus ?? '')) made.pass(5);
    return stack();
  };
  const deploy = (operation: string, template: object, parameters: Record<string, string> = {}) => {
    cfn(operation, {
      TemplateBody: JSON.stringify(template),
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      // An update that replaces something takes place with rollback on alone.
      DisableRollback: operation === 'CreateStack',
    });
    return settle();
  };
  const reasons = () =>
    (cfn<Cfn.DescribeStackEventsOutput>('DescribeStackEvents').StackEvents ?? []).flatMap(
      ({ ResourceStatus, ResourceStatusReason }) =>
        ResourceStatus?.endsWith('FAILED') && ResourceStatusReason ? ResourceStatusReason : [],
    );
  const remove = () => {
    const before = made.account.resources();
    cfn('DeleteStack');
    for (let waited = 0; waited < 600; waited += 10) made.pass(10);
    return { before, after: made.account.resources() };
  };
  const ecs = <Output extends object = object>(operation: string, input: object = {}) =>
    made.call<Output>('ecs', operation, input);
  return { ...made, ...network, ecs, cfn, deploy, reasons, remove };
}

describe('stacks of ECS resources', () => {
  it('make a bastion’s surroundings, from which a task starts, and leave nothing', () => {
    const made = bench();
    const empty = made.account.resources();
    const template = bastionStack({ architecture: 'ARM64', imageInEcr: true });
    const parameters = { VpcId: made.vpcId, Image: image, ImageRepository: repository };
    const stack = made.deploy('CreateStack', template, parameters);
    assert.equal(stack?.StackStatus, 'CREATE_COMPLETE', made.reasons().join());
    const outputs = new Map(stack?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue ?? '']));
    assert.equal(outputs.get('ClusterName'), 'ways-in');
    const taskDefinition = outputs.get('TaskDefinitionArn') ?? '';
    assert.equal(taskDefinition, 'arn:aws:ecs:eu-west-1:111122223333:task-definition/ways-in:1');
    const described = made.ecs<Ecs.DescribeTaskDefinitionResponse>('DescribeTaskDefinition', {
      taskDefinition,
      include: ['TAGS'],
    });
    assert.equal(described.tags?.find(({ key }) => key === 'aws:cloudformation:stack-name')?.value, 'ways-in');
    assert.equal(described.taskDefinition?.containerDefinitions?.[0]?.linuxParameters?.initProcessEnabled, true);
    const awsvpcConfiguration = { subnets: made.subnetIds, securityGroups: [outputs.get('SecurityGroupId')] };
    const run = made.ecs<Ecs.RunTaskResponse>('RunTask', {
      cluster: 'ways-in',
      taskDefinition,
      launchType: 'FARGATE',
      enableExecuteCommand: true,
      networkConfiguration: { awsvpcConfiguration },
    });
    const taskArn = run.tasks?.[0]?.taskArn ?? '';
    made.pass(60);
    const { tasks } = made.ecs<Ecs.DescribeTasksResponse>('DescribeTasks', { cluster: 'ways-in', tasks: [taskArn] });
    assert.equal(tasks?.[0]?.stoppedReason, undefined);
    assert.equal(tasks?.[0]?.containers?.[0]?.managedAgents?.[0]?.lastStatus, 'RUNNING');

    made.cfn('DeleteStack');
    made.pass(60);
    assert.ok(
      made.account.resources().some(({ type }) => type === 'AWS::ECS::Cluster'),
      'a task is in it',
    );
    assert.match(
      made.reasons().join(),
      /The Cluster cannot be deleted while Tasks are active\. \(Service: Ecs, Status Code: 400,/,
    );
    made.ecs('StopTask', { cluster: 'ways-in', task: taskArn });
    made.pass(60);
    assert.deepEqual(made.remove().after, empty);
  });

  /** As people write it: numbers as text, no names. */
  const foreign = (vpcId: string, command: string) => ({
    Resources: {
      Cluster: { Type: 'AWS::ECS::Cluster', Properties: { Tags: [{ Key: 'owner', Value: 'me' }] } },
      Definition: {
        Type: 'AWS::ECS::TaskDefinition',
        Properties: {
          RequiresCompatibilities: ['FARGATE'],
          NetworkMode: 'awsvpc',
          Cpu: 256,
          Memory: '0.5 GB',
          ContainerDefinitions: [
            { Name: 'sleeper', Image: 'busybox', Essential: 'true', Command: ['sleep', command], StopTimeout: '10' },
          ],
        },
      },
      Group: {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: { GroupDescription: 'sleeper', VpcId: vpcId },
      },
      Door: {
        Type: 'AWS::EC2::SecurityGroupIngress',
        Properties: {
          GroupId: { 'Fn::GetAtt': ['Group', 'GroupId'] },
          IpProtocol: 'tcp',
          FromPort: '443',
          ToPort: '443',
          SourceSecurityGroupId: { Ref: 'Group' },
        },
      },
    },
    Outputs: {
      Arn: { Value: { 'Fn::GetAtt': ['Cluster', 'Arn'] } },
      Name: { Value: { Ref: 'Cluster' } },
      Definition: { Value: { Ref: 'Definition' } },
      Rule: { Value: { 'Fn::GetAtt': ['Door', 'Id'] } },
    },
  });

  it('name what has no name, and replace a definition that changes', () => {
    const made = bench();
    const value = (stack: Cfn.Stack | undefined, key: string) =>
      stack?.Outputs?.find(output => output.OutputKey === key)?.OutputValue ?? '';
    const first = made.deploy('CreateStack', foreign(made.vpcId, '60'));
    assert.equal(first?.StackStatus, 'CREATE_COMPLETE', made.reasons().join());
    assert.match(value(first, 'Name'), /^ways-in-Cluster-\w+$/);
    assert.ok(value(first, 'Arn').endsWith(`:cluster/${value(first, 'Name')}`));
    const rules = made.ec2<Ec2.DescribeSecurityGroupRulesResult>('DescribeSecurityGroupRules', {
      SecurityGroupRuleIds: [value(first, 'Rule')],
    });
    assert.equal(rules.SecurityGroupRules?.[0]?.FromPort, 443);
    const second = made.deploy('UpdateStack', foreign(made.vpcId, '90'));
    assert.equal(second?.StackStatus, 'UPDATE_COMPLETE', made.reasons().join());
    assert.notEqual(value(second, 'Definition'), value(first, 'Definition'));
    const old = { taskDefinition: value(first, 'Definition') };
    const { taskDefinition } = made.ecs<Ecs.DescribeTaskDefinitionResponse>('DescribeTaskDefinition', old);
    assert.equal(taskDefinition?.status, 'INACTIVE');
    assert.equal(taskDefinition?.memory, '512');
    assert.deepEqual(
      made.remove().after.filter(({ type }) => type.startsWith('AWS::ECS::')),
      [],
    );
  });

  it('refuse what the sandbox does not simulate, and what ECS refuses', () => {
    const scheduled = bastionStack({ architecture: 'X86_64', imageInEcr: false, cleanUp: 'cron(0 20 * * ? *)' });
    const made = bench();
    const parameters = { VpcId: made.vpcId, Image: 'busybox' };
    refused(
      () => made.deploy('CreateStack', scheduled, parameters),
      'SandboxNotImplemented',
      'SandboxNotImplemented: AWS::StepFunctions::StateMachine',
    );
    const other = bench();
    const template = foreign(other.vpcId, '60');
    template.Resources.Definition.Properties.Cpu = 300;
    assert.equal(other.deploy('CreateStack', template)?.StackStatus, 'CREATE_FAILED');
    assert.match(
      other.reasons().join(),
      /"No Fargate configuration exists for given values: 300 CPU, 0\.5 GB memory\. See the Amazon ECS documentation for the valid values\. \(Service: Ecs, Status Code: 400, Request ID: [0-9a-f-]{36}\)/,
    );
  });
});
