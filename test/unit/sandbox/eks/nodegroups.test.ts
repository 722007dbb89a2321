import assert from 'node:assert/strict';
import type { CreateLaunchTemplateResult, DescribeInstancesResult } from '@aws-sdk/client-ec2';
import type * as Eks from '@aws-sdk/client-eks';
import { clusterObjects } from '../../../../src/sandbox/kubernetes/objectStore.ts';
import { refused } from './awsRefusal.ts';
import { eksAccount, region } from './eksAccount.ts';

const clusterName = 'demo';
const nodegroupName = 'workers';
const invalid = 'InvalidParameterException';

describe('EKS node groups', () => {
  it('refuse what EKS refuses, in its words', () => {
    const { activeCluster, eks, ec2, network, role } = eksAccount();
    const { subnetIds: subnets } = activeCluster();
    const nodeRole = role('nodes', 'ec2.amazonaws.com');
    const create = (more: object) => eks('CreateNodegroup', { clusterName, nodegroupName, subnets, nodeRole, ...more });
    const template = (name: string, LaunchTemplateData: object) => {
      const input = { LaunchTemplateName: name, LaunchTemplateData };
      return ec2<CreateLaunchTemplateResult>('CreateLaunchTemplate', input).LaunchTemplate?.LaunchTemplateId;
    };
    const cases: [object, string | RegExp, string?][] = [
      [
        { scalingConfig: { minSize: 3, desiredSize: 2, maxSize: 4 } },
        "Minimum capacity 3 can't be greater than desired size 2",
      ],
      [
        { scalingConfig: { minSize: 0, desiredSize: 5, maxSize: 3 } },
        "desired capacity 5 can't be greater than max size 3",
      ],
      [{ subnets: network().subnetIds }, /in the cluster's VPC/],
      [{ nodeRole: 'arn:aws:iam::111122223333:role/none' }, 'The role with name none cannot be found.'],
      [
        { nodeRole: role('x', 'eks.amazonaws.com') },
        /^Following required service principals \[ec2\.amazonaws\.com\] were not found/,
      ],
      [{ instanceTypes: ['t3.nano2'] }, 'The following supplied instance types do not exist: [t3.nano2]'],
      [
        { instanceTypes: ['m6g.large'], amiType: 'AL2023_x86_64_STANDARD' },
        '[m6g.large] is not a valid instance type for requested amiType AL2023_x86_64_STANDARD',
      ],
      [{ launchTemplate: { id: template('own', { KeyName: 'k' }) } }, /KeyName/, 'SandboxNotImplemented'],
      [{ taints: [{ key: 'a', effect: 'NEVER' }] }, /^Taint effect NEVER/],
      [{ amiType: 'WINDOWS_CORE_2022_x86_64' }, /amiType WINDOWS/, 'SandboxNotImplemented'],
      [{ amiType: 'CUSTOM' }, /image id is required/],
      [{ amiType: 'AL2023_x86_64_NVIDIA', instanceTypes: ['m5.large'] }, /is not a valid instance type/],
      [{ nodegroupName: 'n'.repeat(64) }, /length less than or equal to 63/],
      [{ clusterName: 'none' }, 'No cluster found for name: none.', 'ResourceNotFoundException'],
    ];
    for (const [more, message, code = invalid] of cases) refused(() => create(more), code, message);
    assert.deepEqual(eks<Eks.ListNodegroupsResponse>('ListNodegroups', { clusterName }).nodegroups, []);
  });

  it('make their access entry, profile, launch template and group, and take them away again', () => {
    const { account, activeCluster, createNodes, describeNodegroup, eks, pass } = eksAccount();
    const { subnetIds } = activeCluster();
    const before = account.resources().map(({ type, id }) => `${type} ${id}`);
    createNodes(subnetIds, undefined, { labels: { team: 'a' }, tags: { owner: 'x' } });
    const types = account.resources().map(({ type }) => type);
    for (const type of [
      'AWS::IAM::InstanceProfile',
      'AWS::EC2::LaunchTemplate',
      'AWS::AutoScaling::AutoScalingGroup',
      'AWS::EKS::Nodegroup',
    ])
      assert.ok(types.includes(type), type);
    const { accessEntries = [] } = eks<Eks.ListAccessEntriesResponse>('ListAccessEntries', { clusterName });
    assert.ok(accessEntries.includes('arn:aws:iam::111122223333:role/nodes'));
    pass(180);
    const { status, resources, releaseVersion, amiType } = describeNodegroup();
    assert.deepEqual([status, amiType], ['ACTIVE', 'AL2023_x86_64_STANDARD']);
    assert.match(releaseVersion ?? '', /^1\.35\.\d+-\d{8}$/);
    assert.match(resources?.autoScalingGroups?.[0]?.name ?? '', /^eks-workers-[0-9a-f-]{36}$/);
    const nodes = clusterObjects({ account, region, cluster: clusterName }).list('nodes');
    assert.equal(nodes.length, 2);
    assert.equal(nodes[0]?.metadata.labels?.['team'], 'a');
    eks('DeleteNodegroup', { clusterName, nodegroupName });
    pass(240);
    refused(describeNodegroup, 'ResourceNotFoundException', 'No node group found for name: workers.');
    const after = account.resources().map(({ type, id }) => `${type} ${id}`);
    assert.deepEqual(
      after,
      [...before, 'AWS::IAM::Role nodes'].sort((a, b) => after.indexOf(a) - after.indexOf(b)),
    );
    assert.equal(clusterObjects({ account, region, cluster: clusterName }).list('nodes').length, 0);
  });

  it('own their name also when they failed', () => {
    const { activeCluster, createNodes, describeNodegroup, eks, pass } = eksAccount();
    const { subnetIds: subnets } = activeCluster(['kube-proxy']);
    createNodes(subnets);
    pass(36 * 60);
    assert.equal(describeNodegroup().status, 'CREATE_FAILED');
    const nodeRole = 'arn:aws:iam::111122223333:role/nodes';
    refused(
      () => eks('CreateNodegroup', { clusterName, nodegroupName, subnets, nodeRole }),
      'ResourceInUseException',
      'NodeGroup already exists with name workers and cluster name demo',
    );
  });

  it('keep what a launch template says', () => {
    const { activeCluster, createNodes, describeNodegroup, ec2, pass } = eksAccount();
    const { subnetIds } = activeCluster();
    const MetadataOptions = { HttpTokens: 'required', HttpPutResponseHopLimit: 1 };
    const made = ec2<CreateLaunchTemplateResult>('CreateLaunchTemplate', {
      LaunchTemplateName: 'own',
      LaunchTemplateData: { MetadataOptions },
    });
    const launchTemplate = { id: made.LaunchTemplate?.LaunchTemplateId };
    createNodes(subnetIds, undefined, { launchTemplate, instanceTypes: ['m6g.large'] });
    pass(180);
    const { status, amiType, diskSize, launchTemplate: told } = describeNodegroup();
    assert.deepEqual([status, amiType, diskSize, told?.version], ['ACTIVE', 'AL2023_ARM_64_STANDARD', undefined, '1']);
    const Filters = [{ Name: 'tag:eks:nodegroup-name', Values: [nodegroupName] }];
    const { Reservations = [] } = ec2<DescribeInstancesResult>('DescribeInstances', { Filters });
    const options = Reservations.flatMap(({ Instances = [] }) => Instances.map(one => one.MetadataOptions));
    assert.deepEqual([...new Set(options.map(option => option?.HttpPutResponseHopLimit))], [1]);
  });
});
