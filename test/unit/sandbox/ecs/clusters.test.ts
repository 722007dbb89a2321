import assert from 'node:assert/strict';
import type * as Ecs from '@aws-sdk/client-ecs';
import type * as Ssm from '@aws-sdk/client-ssm';
import { parseImage } from '../../../../src/sandbox/services/ecs/images.ts';
import { refused } from '../eks/awsRefusal.ts';
import { eksAccount } from '../eks/eksAccount.ts';
import { ecsAccount } from './ecsAccount.ts';

describe('ECS clusters', () => {
  const account = () => {
    const made = eksAccount();
    const ecs = <Output extends object = object>(operation: string, input: object = {}) =>
      made.call<Output>('ecs', operation, input);
    return { ...made, ecs };
  };

  it('are made once, told of, and inactive when deleted', () => {
    const { ecs, account: sandbox } = account();
    const create = (clusterName: string) =>
      ecs<Ecs.CreateClusterResponse>('CreateCluster', { clusterName, tags: [{ key: 'owner', value: 'me' }] }).cluster;
    const made = create('one');
    assert.equal(made?.clusterArn, 'arn:aws:ecs:eu-west-1:111122223333:cluster/one');
    assert.deepEqual(create('one'), made);
    create('two');
    const describe = (...clusters: string[]) =>
      ecs<Ecs.DescribeClustersResponse>('DescribeClusters', { clusters, include: ['TAGS'] });
    const { clusters, failures } = describe('one', 'three');
    assert.deepEqual(clusters?.[0]?.tags, [{ key: 'owner', value: 'me' }]);
    assert.deepEqual(failures, [{ arn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/three', reason: 'MISSING' }]);
    const first = ecs<Ecs.ListClustersResponse>('ListClusters', { maxResults: 1 });
    assert.equal(first.clusterArns?.length, 1);
    const rest = ecs<Ecs.ListClustersResponse>('ListClusters', { maxResults: 1, nextToken: first.nextToken });
    assert.deepEqual([rest.clusterArns?.length, rest.nextToken], [1, undefined]);
    refused(() => ecs('ListClusters', { nextToken: 'x' }), 'InvalidParameterException', 'Invalid token');
    ecs('DeleteCluster', { cluster: made?.clusterArn });
    assert.equal(describe('one').clusters?.[0]?.status, 'INACTIVE');
    refused(
      () => ecs('ListTasks', { cluster: 'one' }),
      'ClusterNotFoundException',
      'The referenced cluster was inactive.',
    );
    refused(() => ecs('DeleteCluster', { cluster: 'three' }), 'ClusterNotFoundException', 'Cluster not found.');
    refused(() => ecs('CreateCluster', { clusterName: 'a b' }), 'InvalidParameterException', /letters, numbers/);
    refused(() => ecs('CreateCluster', { settings: [{}] }), 'SandboxNotImplemented', /settings/);
    refused(() => ecs('ExecuteCommand', {}), 'SandboxNotImplemented', /ExecuteCommand/);
    assert.deepEqual(
      sandbox
        .resources()
        .filter(({ type }) => type.startsWith('AWS::ECS'))
        .map(({ type, id }) => [type, id]),
      [['AWS::ECS::Cluster', 'two']],
    );
  });

  it('stay while a task is in them', () => {
    const made = ecsAccount();
    const arn = made.run({ tags: [{ key: 'a', value: '1' }] });
    made.pass(60);
    const counts = made.ecs<Ecs.DescribeClustersResponse>('DescribeClusters', { clusters: ['ways_in'] }).clusters?.[0];
    assert.deepEqual([counts?.runningTasksCount, counts?.pendingTasksCount], [1, 0]);
    refused(
      () => made.ecs('DeleteCluster', { cluster: 'ways_in' }),
      'ClusterContainsTasksException',
      'The Cluster cannot be deleted while Tasks are active.',
    );
    made.ecs('TagResource', { resourceArn: arn, tags: [{ key: 'b', value: '2' }] });
    made.ecs('UntagResource', { resourceArn: arn, tagKeys: ['a'] });
    const { tags } = made.ecs<Ecs.ListTagsForResourceResponse>('ListTagsForResource', { resourceArn: arn });
    assert.deepEqual(tags, [{ key: 'b', value: '2' }]);
    refused(() => made.ecs('ListTagsForResource', { resourceArn: 'x' }), 'InvalidParameterException', /Invalid/);
  });
});

describe('ECS task definitions', () => {
  it('have revisions, of which the latest active one counts', () => {
    const { ecs, definition } = ecsAccount();
    const register = () =>
      ecs<Ecs.RegisterTaskDefinitionResponse>('RegisterTaskDefinition', definition).taskDefinition?.revision;
    const latest = (taskDefinition = 'bastion') =>
      ecs<Ecs.DescribeTaskDefinitionResponse>('DescribeTaskDefinition', { taskDefinition }).taskDefinition;
    assert.equal(register(), 2);
    ecs('DeregisterTaskDefinition', { taskDefinition: 'bastion:2' });
    assert.deepEqual([latest()?.revision, latest('bastion:2')?.status], [1, 'INACTIVE']);
    assert.equal(register(), 3);
    const list = (more: object) =>
      ecs<Ecs.ListTaskDefinitionsResponse>('ListTaskDefinitions', more).taskDefinitionArns?.map(arn => arn.slice(-1));
    assert.deepEqual(list({ familyPrefix: 'bastion', sort: 'DESC' }), ['3', '1']);
    assert.deepEqual(list({ status: 'INACTIVE' }), ['2']);
    refused(() => latest('other'), 'ClientException', 'Unable to describe task definition.');
    refused(
      () => ecs('DeregisterTaskDefinition', { taskDefinition: 'bastion' }),
      'ClientException',
      'Revision is missing.',
    );
  });

  it('are refused in ECS’s words', () => {
    const { ecs, definition } = ecsAccount();
    const [container] = definition.containerDefinitions;
    const cases: readonly (readonly [more: object, code: string, message: string | RegExp])[] = [
      [{ family: 'a b' }, 'ClientException', /invalid characters/],
      [{ networkMode: 'bridge' }, 'ClientException', 'Fargate only supports network mode ‘awsvpc’.'],
      [{ cpu: undefined }, 'ClientException', "Fargate requires that 'cpu' be defined at the task level."],
      [{ memory: undefined }, 'ClientException', "Fargate requires that 'memory' be defined at the task level."],
      [
        { memory: '4096' },
        'ClientException',
        /^No Fargate configuration exists for given values: 256 CPU, 4096 memory/,
      ],
      [{ memory: '1536' }, 'ClientException', /^No Fargate configuration exists/],
      [
        { executionRoleArn: undefined },
        'ClientException',
        'Fargate requires task definition to have execution role ARN to support ECR images.',
      ],
      [{ taskRoleArn: 'a b' }, 'ClientException', 'Role is not valid'],
      [{ containerDefinitions: [] }, 'ClientException', /should not be null or empty/],
      [
        { containerDefinitions: [{ ...container, name: '' }] },
        'ClientException',
        'Container.name should not be null or empty.',
      ],
      [
        { containerDefinitions: [{ ...container, image: 'a b' }] },
        'ClientException',
        'Container.image contains invalid characters.',
      ],
      [{ containerDefinitions: [container, container] }, 'ClientException', /unique/],
      [{ containerDefinitions: [{ ...container, essential: false }] }, 'ClientException', /at least one essential/],
      [{ containerDefinitions: [{ ...container, secrets: [{}] }] }, 'SandboxNotImplemented', /secrets/],
      [{ requiresCompatibilities: ['EC2'] }, 'SandboxNotImplemented', /EC2/],
      [{ volumes: [{}] }, 'SandboxNotImplemented', /volumes/],
    ];
    for (const [more, code, message] of cases)
      refused(() => ecs('RegisterTaskDefinition', { ...definition, ...more }), code, message);
    const sized = { ...definition, cpu: '.5 vCPU', memory: '1 GB' };
    const { taskDefinition } = ecs<Ecs.RegisterTaskDefinitionResponse>('RegisterTaskDefinition', sized);
    assert.deepEqual([taskDefinition?.cpu, taskDefinition?.memory], ['512', '1024']);
  });
});

describe('container images', () => {
  it('are in ECR or on the internet', () => {
    const ecr = parseImage('906394416424.dkr.ecr.eu-west-1.amazonaws.com/aws-for-fluent-bit:stable');
    assert.ok('host' in ecr);
    assert.deepEqual([ecr.accountId, ecr.repository, ecr.reference], ['906394416424', 'aws-for-fluent-bit', 'stable']);
    const refs = ['busybox', 'grafana/grafana:9', 'public.ecr.aws/amazonlinux/amazonlinux:2023'].map(parseImage);
    assert.deepEqual(
      refs.map(one => 'ref' in one && [one.ref, one.url]),
      [
        ['docker.io/library/busybox:latest', 'https://registry-1.docker.io/v2/library/busybox/manifests/latest'],
        ['docker.io/grafana/grafana:9', 'https://registry-1.docker.io/v2/grafana/grafana/manifests/9'],
        [
          'public.ecr.aws/amazonlinux/amazonlinux:2023',
          'https://public.ecr.aws/v2/amazonlinux/amazonlinux/manifests/2023',
        ],
      ],
    );
  });

  it('of AWS’s Fluent Bit are named by public parameters', () => {
    const { call } = eksAccount();
    const Name = '/aws/service/aws-for-fluent-bit/stable';
    const { Parameter } = call<Ssm.GetParameterResult>('ssm', 'GetParameter', { Name });
    assert.match(Parameter?.Value ?? '', /^906394416424\.dkr\.ecr\.eu-west-1\.amazonaws\.com\/aws-for-fluent-bit:2\./);
  });
});
