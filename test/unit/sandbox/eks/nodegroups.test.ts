import assert from 'node:assert/strict';
import type { CreateLaunchTemplateResult } from '@aws-sdk/client-ec2';
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
      [{ version: '1.36' }, /above the cluster's 1\.35/],
      [
        { launchTemplate: { id: template('own-a', {}) }, diskSize: 30 },
        'Disk size must be specified within the launch template.',
      ],
      [
        { launchTemplate: { id: template('own-b', { InstanceType: 'm5.large' }) }, instanceTypes: ['m5.large'] },
        /both the launch template and the node group/,
      ],
      [
        { launchTemplate: { id: template('own-c', { IamInstanceProfile: { Name: 'p' } }) } },
        /should not specify an instance profile/,
      ],
      [{ amiType: 'BOTTLEROCKET_x86_64' }, /amiType BOTTLEROCKET_x86_64/, 'SandboxNotImplemented'],
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

  it('are made once by one request token, and own their name also when they failed', () => {
    const { activeCluster, createNodes, describeNodegroup, eks, pass } = eksAccount();
    const { subnetIds } = activeCluster(['kube-proxy']);
    createNodes(subnetIds, undefined, { clientRequestToken: 'one' });
    const input = { clusterName, nodegroupName, subnets: subnetIds, nodeRole: 'arn:aws:iam::111122223333:role/nodes' };
    eks('CreateNodegroup', { ...input, clientRequestToken: 'one' });
    pass(36 * 60);
    assert.equal(describeNodegroup().status, 'CREATE_FAILED');
    refused(
      () => eks('CreateNodegroup', input),
      'ResourceInUseException',
      'NodeGroup already exists with name workers and cluster name demo',
    );
  });

  it('follow their size, labels and taints', () => {
    const { account, activeCluster, createNodes, describeNodegroup, eks, pass } = eksAccount();
    const { subnetIds } = activeCluster();
    createNodes(subnetIds);
    pass(180);
    const update = (input: object) => eks('UpdateNodegroupConfig', { clusterName, nodegroupName, ...input });
    refused(
      () => update({ scalingConfig: { desiredSize: 9 } }),
      invalid,
      "desired capacity 9 can't be greater than max size 3",
    );
    update({ scalingConfig: { desiredSize: 3 }, labels: { addOrUpdateLabels: { a: '1' } } });
    refused(
      () => update({}),
      'ResourceInUseException',
      'Nodegroup cannot be updated as it is currently not in Active State',
    );
    pass(240);
    assert.equal(describeNodegroup().status, 'ACTIVE');
    assert.deepEqual(describeNodegroup().labels, { a: '1' });
    const nodes = () => clusterObjects({ account, region, cluster: clusterName }).list('nodes').length;
    assert.equal(nodes(), 3);
    update({ scalingConfig: { desiredSize: 1 } });
    pass(240);
    assert.equal(nodes(), 1);
  });

  it('take the group and the image of a launch template', () => {
    const { activeCluster, createNodes, describeNodegroup, ec2, pass } = eksAccount();
    const { subnetIds } = activeCluster();
    const MetadataOptions = { HttpTokens: 'required', HttpPutResponseHopLimit: 1 };
    const LaunchTemplateData = { InstanceType: 'm6g.large', ImageId: 'ami-00000000000000001', MetadataOptions };
    const made = ec2<CreateLaunchTemplateResult>('CreateLaunchTemplate', {
      LaunchTemplateName: 'own',
      LaunchTemplateData,
    });
    const launchTemplate = { id: made.LaunchTemplate?.LaunchTemplateId };
    createNodes(subnetIds, undefined, { launchTemplate });
    pass(180);
    const { status, amiType, instanceTypes, diskSize } = describeNodegroup();
    assert.deepEqual([status, amiType, instanceTypes, diskSize], ['ACTIVE', 'CUSTOM', undefined, undefined]);
    assert.equal(describeNodegroup().launchTemplate?.version, '1');
  });

  it('write aws-auth where the cluster reads it', () => {
    const { account, activeCluster, createNodes, describeNodegroup, pass } = eksAccount();
    const { subnetIds } = activeCluster(
      ['vpc-cni', 'kube-proxy'],
      {},
      { accessConfig: { authenticationMode: 'CONFIG_MAP' } },
    );
    createNodes(subnetIds);
    pass(180);
    assert.equal(describeNodegroup().status, 'ACTIVE');
    const map = clusterObjects({ account, region, cluster: clusterName }).get('configmaps', 'aws-auth', 'kube-system');
    assert.match((map?.['data'] as { mapRoles: string }).mapRoles, /rolearn: arn:aws:iam::111122223333:role\/nodes\n/);
  });
});

describe('EKS tags', () => {
  it('are put on, told and taken off by ARN', () => {
    const { activeCluster, eks, describeCluster } = eksAccount();
    activeCluster([]);
    const resourceArn = describeCluster().arn;
    eks('TagResource', { resourceArn, tags: { a: '1', b: '2' } });
    eks('UntagResource', { resourceArn, tagKeys: ['a'] });
    assert.deepEqual(eks<Eks.ListTagsForResourceResponse>('ListTagsForResource', { resourceArn }).tags, { b: '2' });
    refused(() => eks('TagResource', { resourceArn, tags: { 'aws:x': '1' } }), invalid, /aws:x/);
    refused(() => eks('ListTagsForResource', { resourceArn: 'arn:none' }), 'NotFoundException', /arn:none/);
  });
});
