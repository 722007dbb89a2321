import assert from 'node:assert/strict';
import type * as Ec2 from '@aws-sdk/client-ec2';
import type * as Eks from '@aws-sdk/client-eks';
import { describe, it } from 'mocha';
import { nodeRows } from '../../../../src/sandbox/join/nodeRows.ts';
import { readUserData } from '../../../../src/sandbox/join/userData.ts';
import { clusterObjects } from '../../../../src/sandbox/kubernetes/objectStore.ts';
import { publicAmi } from '../../../../src/sandbox/services/ssm/publicParameters.ts';
import { refused } from './awsRefusal.ts';
import { eksAccount, region } from './eksAccount.ts';

const demo = { clusterName: 'demo' };
const invalid = 'InvalidParameterException';
const objectsOf = ({ account }: ReturnType<typeof eksAccount>) => clusterObjects({ account, region, cluster: 'demo' });

function deploy(made: ReturnType<typeof eksAccount>, replicas: number, namespace = 'default') {
  const labels = { app: 'web' };
  const containers = [{ name: 'web', image: `111122223333.dkr.ecr.${region}.amazonaws.com/web:1` }];
  objectsOf(made).put('deployments', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  });
}

describe('Fargate profiles', () => {
  const withCluster = () => {
    const made = eksAccount();
    const { subnetIds } = made.activeCluster([]);
    const podExecutionRoleArn = made.role('pods', 'eks-fargate-pods.amazonaws.com', [
      'AmazonEKSFargatePodExecutionRolePolicy',
    ]);
    const create = (fargateProfileName: string, more: object = {}) =>
      made.eks('CreateFargateProfile', {
        ...demo,
        fargateProfileName,
        podExecutionRoleArn,
        subnets: subnetIds,
        selectors: [{ namespace: 'apps' }],
        ...more,
      });
    const profile = (fargateProfileName: string) =>
      made.eks<Eks.DescribeFargateProfileResponse>('DescribeFargateProfile', { ...demo, fargateProfileName })
        .fargateProfile;
    return { made, create, profile, subnetIds };
  };

  it('are made one at a time, with their access entry, of private subnets and a role that Fargate may take', () => {
    const { made, create, profile } = withCluster();
    const podExecutionRoleArn = made.role('other', 'ec2.amazonaws.com');
    refused(() => create('a', { podExecutionRoleArn }), invalid, /^Misconfigured PodExecutionRole Trust Policy/);
    refused(() => create('a', { selectors: [] }), invalid, /from 1 to 5 selectors/);
    create('a');
    refused(
      () => create('b'),
      'ResourceInUseException',
      'Cannot create Fargate Profile b because cluster demo currently has Fargate profile a in status CREATING',
    );
    made.pass(150);
    assert.equal(profile('a')?.status, 'ACTIVE');
    const { accessEntries = [] } = made.eks<Eks.ListAccessEntriesResponse>('ListAccessEntries', demo);
    assert.ok(accessEntries.includes('arn:aws:iam::111122223333:role/pods'));
    refused(() => made.eks('DeleteCluster', { name: 'demo' }), 'ResourceInUseException', /Fargate profiles attached/);
  });

  it('give each pod that they take a node of its own, and no other pod', () => {
    const { made, create } = withCluster();
    create('a');
    made.pass(150);
    objectsOf(made).put('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apps' } });
    deploy(made, 2, 'apps');
    deploy(made, 1, 'default');
    made.pass(120);
    const nodes = objectsOf(made).list('nodes');
    assert.equal(nodes.length, 2);
    assert.ok(
      nodes.every(({ metadata }) => /^fargate-ip-10-0-\d+-\d+\.eu-west-1\.compute\.internal$/.test(metadata.name)),
    );
    const pods = (namespace: string) => objectsOf(made).list('pods', namespace);
    assert.ok(pods('apps').every(pod => (pod['status'] as { phase: string }).phase === 'Running'));
    assert.ok(pods('default').every(pod => (pod['status'] as { phase: string }).phase === 'Pending'));
    made.eks('DeleteFargateProfile', { ...demo, fargateProfileName: 'a' });
    made.pass(240);
    assert.deepEqual(objectsOf(made).list('nodes'), []);
    const { NetworkInterfaces = [] } = made.ec2<Ec2.DescribeNetworkInterfacesResult>('DescribeNetworkInterfaces');
    assert.ok(NetworkInterfaces.every(({ Description }) => Description !== 'fargate-demo'));
  });
});

describe('Auto Mode', () => {
  it('launches nodes when pods find no room, and takes empty ones away', () => {
    const made = eksAccount();
    const { subnetIds } = made.network();
    const nodeRoleArn = made.role('auto', 'ec2.amazonaws.com', [
      'AmazonEKSWorkerNodeMinimalPolicy',
      'AmazonEC2ContainerRegistryPullOnly',
    ]);
    const on = { enabled: true };
    made.eks(
      'CreateCluster',
      made.clusterInput(subnetIds, {
        computeConfig: { ...on, nodePools: ['general-purpose'], nodeRoleArn },
        storageConfig: { blockStorage: on },
        kubernetesNetworkConfig: { elasticLoadBalancing: on },
      }),
    );
    made.pass(600);
    assert.deepEqual(objectsOf(made).list('nodes'), []);
    deploy(made, 3);
    made.pass(240);
    assert.equal(objectsOf(made).list('nodes').length, 1);
    assert.ok(
      objectsOf(made)
        .list('pods')
        .every(pod => (pod['status'] as { phase: string }).phase === 'Running'),
    );
    objectsOf(made).remove('deployments', 'web', 'default');
    for (const pod of objectsOf(made).list('pods')) objectsOf(made).remove('pods', pod.metadata.name, 'default');
    for (const set of objectsOf(made).list('replicasets'))
      objectsOf(made).remove('replicasets', set.metadata.name, 'default');
    made.pass(400);
    assert.deepEqual(objectsOf(made).list('nodes'), []);
  });
});

describe('self-managed nodes', () => {
  const nodeadm = (cluster: { name: string; endpoint: string; ca: string; cidr: string }) =>
    `apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  cluster:
    name: ${cluster.name}
    apiServerEndpoint: ${cluster.endpoint}
    certificateAuthority: ${cluster.ca}
    cidr: ${cluster.cidr}
  kubelet:
    flags: ["--node-labels=team=blue", "--register-with-taints=gpu=yes:NoSchedule"]
`;

  function launched(change: object = {}, entry = true) {
    const made = eksAccount();
    const { subnetIds } = made.activeCluster();
    const described = made.describeCluster();
    const roleArn = made.role('nodes', 'ec2.amazonaws.com', [
      'AmazonEKSWorkerNodePolicy',
      'AmazonEC2ContainerRegistryPullOnly',
      'AmazonEKS_CNI_Policy',
    ]);
    if (entry) made.eks('CreateAccessEntry', { ...demo, principalArn: roleArn, type: 'EC2_LINUX' });
    made.call('iam', 'CreateInstanceProfile', { InstanceProfileName: 'nodes' });
    made.call('iam', 'AddRoleToInstanceProfile', { InstanceProfileName: 'nodes', RoleName: 'nodes' });
    const text = nodeadm({
      name: 'demo',
      endpoint: described.endpoint ?? '',
      ca: described.certificateAuthority?.data ?? '',
      cidr: described.kubernetesNetworkConfig?.serviceIpv4Cidr ?? '',
      ...change,
    });
    made.ec2('CreateLaunchTemplate', {
      LaunchTemplateName: 'nodes',
      LaunchTemplateData: {
        ImageId: publicAmi(region, '1.35', 'x86_64').imageId,
        InstanceType: 'm5.large',
        IamInstanceProfile: { Name: 'nodes' },
        SecurityGroupIds: [described.resourcesVpcConfig?.clusterSecurityGroupId],
        UserData: Buffer.from(text).toString('base64'),
      },
    });
    made.call('autoscaling', 'CreateAutoScalingGroup', {
      AutoScalingGroupName: 'nodes',
      MinSize: 1,
      MaxSize: 2,
      LaunchTemplate: { LaunchTemplateName: 'nodes', Version: '$Latest' },
      VPCZoneIdentifier: subnetIds.join(','),
    });
    made.pass(300);
    const [row] = nodeRows({ account: made.account, region }).values();
    return { made, row, nodes: objectsOf(made).list('nodes') };
  }

  it('join by their user data and an access entry, with its labels and taints, and leave with their instance', () => {
    const { made, nodes } = launched();
    assert.equal(nodes.length, 1);
    assert.equal(nodes[0]?.metadata.labels?.['team'], 'blue');
    assert.deepEqual((nodes[0]?.['spec'] as { taints: object[] }).taints, [
      { key: 'gpu', value: 'yes', effect: 'NoSchedule' },
    ]);
    made.call('autoscaling', 'DeleteAutoScalingGroup', { AutoScalingGroupName: 'nodes', ForceDelete: true });
    made.pass(120);
    assert.deepEqual(objectsOf(made).list('nodes'), []);
  });

  it('never join with user data that is wrong, or without an entry', () => {
    const cases: [object, boolean, string | RegExp][] = [
      [{ endpoint: 'https://other' }, true, 'the user data names the endpoint "https://other"'],
      [{ ca: 'AAAA' }, true, 'the user data has another certificate authority'],
      [{ cidr: '10.0.0.0/16' }, true, /names the service range/],
      [{}, false, 'the cluster has no access entry for the node role'],
    ];
    for (const [change, entry, reason] of cases) {
      const { row, nodes } = launched(change, entry);
      assert.deepEqual(nodes, []);
      assert.match(row?.reasons.join() ?? '', new RegExp(reason));
    }
    assert.equal(launched({ name: 'other' }).row, undefined, 'of another cluster: not seen here');
  });

  it('are told the same in Bottlerocket’s words', () => {
    const read = readUserData(`[settings.kubernetes]
cluster-name = "demo"
api-server = "https://x"
cluster-certificate = "AAAA"
[settings.kubernetes.node-labels]
"team" = "blue"
[settings.kubernetes.node-taints]
"gpu" = ["yes:NoSchedule", "no:NoExecute"]
`);
    assert.deepEqual(read, {
      form: 'bottlerocket',
      cluster: 'demo',
      endpoint: 'https://x',
      certificate: 'AAAA',
      labels: { team: 'blue' },
      taints: [
        { key: 'gpu', value: 'yes', effect: 'NoSchedule' },
        { key: 'gpu', value: 'no', effect: 'NoExecute' },
      ],
    });
  });
});

describe('Pod Identity associations', () => {
  it('are one to a service account, of a role that pods may take', () => {
    const { activeCluster, eks, role } = eksAccount();
    activeCluster([]);
    const wrong = role('wrong', 'ec2.amazonaws.com');
    const roleArn = role('right', 'pods.eks.amazonaws.com');
    const wanted = { ...demo, namespace: 'apps', serviceAccount: 'web' };
    const create = (arn: string) =>
      eks<Eks.CreatePodIdentityAssociationResponse>('CreatePodIdentityAssociation', { ...wanted, roleArn: arn });
    refused(() => create(wrong), invalid, /does not have pods\.eks\.amazonaws\.com as a trusted service principal/);
    const { association } = create(roleArn);
    refused(
      () => create(roleArn),
      'ResourceInUseException',
      `Association already exists: ${association?.associationId}`,
    );
    const listed = () => eks<Eks.ListPodIdentityAssociationsResponse>('ListPodIdentityAssociations', demo).associations;
    assert.deepEqual(
      listed()?.map(row => row.serviceAccount),
      ['web'],
    );
    eks('DeletePodIdentityAssociation', { ...demo, associationId: association?.associationId });
    assert.deepEqual(listed(), []);
  });
});
