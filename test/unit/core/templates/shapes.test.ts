import assert from 'node:assert/strict';
import type { PlannedStack, StackId } from '../../../../src/core/plan/plan.ts';
import { plannedStacks } from '../../../../src/core/plan/stacks.ts';
import type { TemplateResource } from '../../../../src/core/templates/template.ts';
import { specOf } from './specGrid.ts';

/** Properties of a resource as plain JSON, to look into. */
interface Json {
  readonly [key: string]: Json;
}
const stacksOf = (lines: string) => plannedStacks(specOf(`${lines}\n`));
const resourcesOf = (stacks: readonly PlannedStack[], id: StackId) =>
  stacks.find(stack => stack.id === id)?.template.Resources ?? {};
function resource(stacks: readonly PlannedStack[], id: StackId, logicalId: string): TemplateResource {
  const found = resourcesOf(stacks, id)[logicalId];
  assert.ok(found, `${id} has ${logicalId}`);
  return found;
}
const properties = (stacks: readonly PlannedStack[], id: StackId, logicalId: string) =>
  resource(stacks, id, logicalId).Properties as unknown as Json;
const policies = (stacks: readonly PlannedStack[], role: string) =>
  [...JSON.stringify(properties(stacks, 'permissions', role).ManagedPolicyArns).matchAll(/policy\/([\w/-]+)/g)].map(
    ([, name]) => name,
  );
const names = (stacks: readonly PlannedStack[], id: StackId) =>
  Object.values(resourcesOf(stacks, id)).map(({ Properties }) => Properties?.AddonName);
const ids = (stacks: readonly PlannedStack[]) => stacks.map(({ id }) => id);

describe('a new network', () => {
  it('has a block of its own for pods, in subnets that the CNI finds and the endpoints let in', () => {
    const stacks = stacksOf('network: {cidr: 10.61.0.0/24, podCidr: 100.64.0.0/16, zones: 2}');
    assert.deepEqual(properties(stacks, 'network', 'PodBlock').CidrBlock, { Ref: 'PodCidr' });
    const subnet = resource(stacks, 'network', 'PodSubnet2');
    assert.equal(subnet.DependsOn, 'PodBlock');
    assert.match(JSON.stringify(subnet.Properties?.Tags), /"kubernetes.io\/role\/cni","Value":"1"/);
    assert.doesNotMatch(JSON.stringify(subnet.Properties?.Tags), /internal-elb/);
    assert.deepEqual(subnet.Properties?.CidrBlock, {
      'Fn::Select': [1, { 'Fn::Cidr': [{ Ref: 'PodCidr' }, 2, 15] }],
    });
    assert.deepEqual(properties(stacks, 'network', 'PodRouteTableAssociation2').RouteTableId, { Ref: 'RouteTable2' });
    const ingress = JSON.stringify(properties(stacks, 'endpoints', 'EndpointSecurityGroup').SecurityGroupIngress);
    assert.deepEqual(ingress.match(/"Fn::Select":\[\d/g), ['"Fn::Select":[0', '"Fn::Select":[1']);
  });

  it('has IPv6 in every subnet, still no way out, and lets it in to the endpoints', () => {
    const stacks = stacksOf('network: {ipFamily: ipv6}');
    const subnet = resource(stacks, 'network', 'PrivateSubnet3');
    assert.equal(subnet.DependsOn, 'Ipv6Block');
    assert.equal(subnet.Properties?.AssignIpv6AddressOnCreation, true);
    assert.match(JSON.stringify(subnet.Properties?.Ipv6CidrBlock), /"Fn::Select":\[2,\{"Fn::Cidr":.*,3,64\]/);
    assert.doesNotMatch(JSON.stringify(resourcesOf(stacks, 'network')), /EgressOnly|AWS::EC2::Route"/);
    assert.match(JSON.stringify(properties(stacks, 'endpoints', 'EndpointSecurityGroup')), /"CidrIpv6"/);
    assert.deepEqual(properties(stacks, 'cluster', 'Cluster').KubernetesNetworkConfig, {
      IpFamily: 'ipv6',
      ElasticLoadBalancing: { Enabled: false },
    });
    assert.deepEqual(policies(stacks, 'NodeRole').includes('AmazonEKS_CNI_Policy'), false);
    assert.match(JSON.stringify(properties(stacks, 'permissions', 'NodeRole').Policies), /ec2:AssignIpv6Addresses/);
  });

  it('lets callers from outside in to the control plane, by a group beside EKS’s own', () => {
    const stacks = stacksOf('network: {apiAccess: {cidrs: [10.8.0.0/16], securityGroups: [sg-0a1b2c3d4e5f67890]}}');
    const ingress = properties(stacks, 'api-access', 'ApiAccessSecurityGroup').SecurityGroupIngress;
    const https = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, Description: 'Kubernetes API' };
    assert.deepEqual(ingress, [
      { ...https, CidrIp: '10.8.0.0/16' },
      { ...https, SourceSecurityGroupId: 'sg-0a1b2c3d4e5f67890' },
    ]);
    assert.deepEqual(properties(stacks, 'cluster', 'Cluster').ResourcesVpcConfig?.SecurityGroupIds, [
      { Ref: 'ApiAccessSecurityGroupId' },
    ]);
    assert.ok(!ids(stacksOf('')).includes('api-access'));
  });
});

describe('the control plane', () => {
  it('says its block of services aloud, clear of the VPC', () => {
    const block = (lines: string) => properties(stacksOf(lines), 'cluster', 'Cluster').KubernetesNetworkConfig;
    const ElasticLoadBalancing = { Enabled: false };
    assert.deepEqual(block(''), { IpFamily: 'ipv4', ServiceIpv4Cidr: '172.20.0.0/16', ElasticLoadBalancing });
    assert.deepEqual(block('network: {serviceCidr: 10.200.0.0/16}'), {
      IpFamily: 'ipv4',
      ServiceIpv4Cidr: '10.200.0.0/16',
      ElasticLoadBalancing,
    });
  });

  it('takes every choice, and says nothing of those that were not made', () => {
    const chosen = properties(
      stacksOf(
        'controlPlane: {support: standard, zonalShift: true, egress: customer-routed, tier: tier-xl}\nencryption: {key: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}',
      ),
      'cluster',
      'Cluster',
    );
    assert.deepEqual(chosen.UpgradePolicy, { SupportType: 'STANDARD' });
    assert.deepEqual(chosen.ZonalShiftConfig, { Enabled: true });
    assert.deepEqual(chosen.ControlPlaneScalingConfig, { Tier: 'tier-xl' });
    assert.equal(chosen.ResourcesVpcConfig?.ControlPlaneEgressMode, 'CUSTOMER_ROUTED');
    assert.deepEqual(chosen.EncryptionConfig, [{ Resources: ['secrets'], Provider: { KeyArn: { Ref: 'KeyArn' } } }]);
    const plain = properties(stacksOf(''), 'cluster', 'Cluster');
    assert.doesNotMatch(JSON.stringify(plain), /ZonalShift|ScalingConfig|Egress|EncryptionConfig/);
    // Auto Mode that goes from a spec has to be switched off, which silence would not do.
    assert.deepEqual(plain.ComputeConfig, { Enabled: false });
    assert.deepEqual(plain.StorageConfig, { BlockStorage: { Enabled: false } });
  });
});

describe('Auto Mode', () => {
  it('has its three parts together, its policies, and no add-on of ours', () => {
    const stacks = stacksOf('autoMode: {}');
    const cluster = properties(stacks, 'cluster', 'Cluster');
    assert.deepEqual(cluster.ComputeConfig, {
      Enabled: true,
      NodePools: ['general-purpose', 'system'],
      NodeRoleArn: { Ref: 'AutoNodeRoleArn' },
    });
    assert.deepEqual(cluster.StorageConfig, { BlockStorage: { Enabled: true } });
    assert.deepEqual(cluster.KubernetesNetworkConfig?.ElasticLoadBalancing, { Enabled: true });
    assert.deepEqual(policies(stacks, 'ClusterRole'), [
      'AmazonEKSClusterPolicy',
      'AmazonEKSComputePolicy',
      'AmazonEKSBlockStoragePolicy',
      'AmazonEKSLoadBalancingPolicy',
      'AmazonEKSNetworkingPolicy',
    ]);
    assert.match(JSON.stringify(properties(stacks, 'permissions', 'ClusterRole')), /sts:TagSession/);
    assert.deepEqual(policies(stacks, 'AutoNodeRole'), [
      'AmazonEKSWorkerNodeMinimalPolicy',
      'AmazonEC2ContainerRegistryPullOnly',
    ]);
    assert.ok(!('NodeRole' in resourcesOf(stacks, 'permissions')));
    assert.deepEqual(ids(stacks), ['permissions', 'network', 'endpoints', 'logs', 'cluster', 'identity']);
  });

  it('without its own pools gives its nodes an access entry; beside a group it leaves the group its add-ons', () => {
    const stacks = stacksOf('autoMode: {nodePools: []}\nnodes: {default: {}}');
    assert.deepEqual(properties(stacks, 'cluster', 'Cluster').ComputeConfig, { Enabled: true });
    const entry = properties(stacks, 'identity', 'AutoNodes');
    assert.equal(entry.Type, 'EC2');
    assert.match(JSON.stringify(entry.AccessPolicies), /AmazonEKSAutoNodePolicy/);
    assert.deepEqual(names(stacks, 'node-addons'), ['vpc-cni', 'kube-proxy', 'eks-pod-identity-agent']);
    assert.deepEqual(names(stacks, 'workload-addons'), ['coredns']);
  });
});

describe('managed groups', () => {
  const group = (nodes: string, name = 'default') => {
    const stacks = stacksOf(`nodes: {${name}: ${nodes}}`);
    return {
      group: properties(stacks, `nodes-${name}`, 'NodeGroup'),
      data: properties(stacks, `nodes-${name}`, 'LaunchTemplate').LaunchTemplateData,
    };
  };

  for (const [type, nodes] of [
    ['AL2023_x86_64_STANDARD', '{}'],
    ['AL2023_ARM_64_STANDARD', '{instanceTypes: [m7g.large]}'],
    ['AL2023_x86_64_NVIDIA', '{instanceTypes: [g6.xlarge]}'],
    ['AL2023_ARM_64_NVIDIA', '{instanceTypes: [g5g.xlarge]}'],
    ['AL2023_x86_64_NEURON', '{instanceTypes: [inf2.xlarge]}'],
    ['BOTTLEROCKET_x86_64', '{os: bottlerocket}'],
    ['BOTTLEROCKET_ARM_64', '{os: bottlerocket, instanceTypes: [m7g.large]}'],
    ['BOTTLEROCKET_x86_64_NVIDIA', '{os: bottlerocket, instanceTypes: [g6.xlarge]}'],
    ['BOTTLEROCKET_ARM_64_NVIDIA', '{os: bottlerocket, instanceTypes: [g5g.xlarge]}'],
  ] as const) {
    it(`of ${nodes} have image type ${type}`, () => {
      assert.equal(group(nodes).group.AmiType, type);
    });
  }

  it('have taints, labels and repair as EKS takes them', () => {
    const { group: made } = group(
      '{repair: true, labels: {a: b}, taints: [{key: k, effect: PreferNoSchedule}]}, other: {}',
    );
    assert.deepEqual(made.Taints, [{ Key: 'k', Effect: 'PREFER_NO_SCHEDULE' }]);
    assert.deepEqual(made.Labels, { a: 'b' });
    assert.deepEqual(made.NodeRepairConfig, { Enabled: true });
  });

  it('of Bottlerocket keep the system’s disk as the image has it, both encrypted', () => {
    const disk = { VolumeType: 'gp3', Encrypted: true, DeleteOnTermination: true };
    assert.deepEqual(group('{os: bottlerocket, diskGiB: 80}').data?.BlockDeviceMappings, [
      { DeviceName: '/dev/xvda', Ebs: disk },
      { DeviceName: '/dev/xvdb', Ebs: { ...disk, VolumeSize: 80 } },
    ]);
  });

  it('with an image of the user’s own get it and all of their user data by the launch template, and no image type', () => {
    const { group: made, data } = group('{ami: ami-0a1b2c3d4e5f67890}');
    assert.equal('AmiType' in made, false);
    assert.equal(data?.ImageId, 'ami-0a1b2c3d4e5f67890');
    assert.match(JSON.stringify(data.UserData), /Fn::Base64.*Fn::Sub.*NodeConfig.*\$\{Endpoint\}.*\$\{ServiceCidr\}/);
    assert.equal('UserData' in (group('{}').data ?? {}), false);
  });
});

describe('self-managed groups', () => {
  const stacks = stacksOf('nodes: {default: {kind: self-managed}}\nfeatures: {autoscaling: true}');

  it('have a role, an instance profile and an access entry of their own', () => {
    assert.ok(!('NodeRole' in resourcesOf(stacks, 'permissions')));
    assert.deepEqual(properties(stacks, 'permissions', 'NodeInstanceProfile').Roles, [{ Ref: 'SelfManagedNodeRole' }]);
    const entry = properties(stacks, 'identity', 'SelfManagedNodes');
    assert.equal(entry.Type, 'EC2_LINUX');
    assert.deepEqual(entry.PrincipalArn, { Ref: 'SelfManagedNodeRoleArn' });
    assert.equal('AccessPolicies' in entry, false);
  });

  it('take EKS’s image out of AWS’s parameters, and all that a node must know from the cluster', () => {
    const { template, parameters } = stacks.find(({ id }) => id === 'nodes-default') ?? {};
    assert.equal(template?.Parameters?.ImageId?.Type, 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>');
    assert.deepEqual(parameters?.ImageId, {
      from: 'literal',
      value: '/aws/service/eks/optimized-ami/1.36/amazon-linux-2023/x86_64/standard/recommended/image_id',
    });
    assert.deepEqual(parameters.ServiceCidr, { from: 'output', stack: 'cluster', output: 'ServiceCidr' });
    const data = properties(stacks, 'nodes-default', 'LaunchTemplate').LaunchTemplateData;
    assert.deepEqual(data?.MetadataOptions, {
      HttpEndpoint: 'enabled',
      HttpTokens: 'required',
      HttpPutResponseHopLimit: 1,
    });
    assert.deepEqual(data.SecurityGroupIds, [{ Ref: 'ClusterSecurityGroupId' }]);
    assert.equal(data.InstanceType, 't3.medium');
  });

  it('are owned by the cluster, found by the autoscaler, and rolled one by one', () => {
    const made = resource(stacks, 'nodes-default', 'AutoScalingGroup');
    const tags = JSON.stringify(made.Properties?.Tags);
    assert.match(tags, /"kubernetes.io\/cluster\/payments","Value":"owned","PropagateAtLaunch":true/);
    assert.match(tags, /k8s.io\/cluster-autoscaler\/enabled/);
    assert.equal((made.UpdatePolicy?.AutoScalingRollingUpdate as unknown as Json).MaxBatchSize, 1);
  });

  it('of several types or on spot share out their instances', () => {
    const mixed = stacksOf(
      'nodes: {default: {kind: self-managed, os: bottlerocket, instanceTypes: [m7g.large, m6g.large], capacity: spot}}',
    );
    const policy = properties(mixed, 'nodes-default', 'AutoScalingGroup').MixedInstancesPolicy;
    assert.deepEqual(policy?.InstancesDistribution, {
      OnDemandBaseCapacity: 0,
      OnDemandPercentageAboveBaseCapacity: 0,
      OnDemandAllocationStrategy: 'prioritized',
      SpotAllocationStrategy: 'price-capacity-optimized',
    });
    assert.deepEqual(policy.LaunchTemplate?.Overrides, [{ InstanceType: 'm7g.large' }, { InstanceType: 'm6g.large' }]);
    const { parameters } = mixed.find(({ id }) => id === 'nodes-default') ?? {};
    assert.deepEqual(parameters?.ImageId, {
      from: 'literal',
      value: '/aws/service/bottlerocket/aws-k8s-1.36/arm64/latest/image_id',
    });
    const data = properties(mixed, 'nodes-default', 'LaunchTemplate').LaunchTemplateData;
    assert.match(JSON.stringify(data?.UserData), /cluster-dns-ip = \\"172\.20\.0\.10\\"/);
  });

  it('of Bottlerocket with IPv6 find the cluster’s DNS in the block that EKS gave', () => {
    const six = stacksOf('network: {ipFamily: ipv6}\nnodes: {default: {kind: self-managed, os: bottlerocket}}');
    const data = properties(six, 'nodes-default', 'LaunchTemplate').LaunchTemplateData;
    assert.match(JSON.stringify(data?.UserData), /cluster-dns-ip = \\"\$\{ServiceBase\}a\\".*Fn::Split/);
  });
});

describe('Fargate', () => {
  const profiles =
    'fargate: {apps: {selectors: [{namespace: apps}]}, more: {selectors: [{namespace: more, labels: {a: b}}]}}';

  it('alone carries CoreDNS by a profile of its own, one profile after the other, and has no add-on for nodes', () => {
    const stacks = stacksOf(`${profiles}\nfeatures: {podIdentity: false, sessionManager: false}`);
    const made = Object.entries(resourcesOf(stacks, 'fargate'));
    assert.deepEqual(
      made.map(([id, { DependsOn }]) => [id, DependsOn]),
      [
        ['Profileapps', undefined],
        ['Profilemore', 'Profileapps'],
        ['Profilecoredns', 'Profilemore'],
      ],
    );
    assert.deepEqual(properties(stacks, 'fargate', 'Profilecoredns').Selectors, [
      { Namespace: 'kube-system', Labels: [{ Key: 'k8s-app', Value: 'kube-dns' }] },
    ]);
    assert.ok(!ids(stacks).includes('node-addons'));
    assert.equal(
      properties(stacks, 'workload-addons', 'CoreDns').ConfigurationValues,
      JSON.stringify({ computeType: 'Fargate' }),
    );
    const trust = JSON.stringify(properties(stacks, 'permissions', 'PodExecutionRole').AssumeRolePolicyDocument);
    assert.match(trust, /eks-fargate-pods\.amazonaws\.com.*ArnLike.*aws:SourceArn.*fargateprofile\/payments\/\*/);
    assert.deepEqual(policies(stacks, 'PodExecutionRole'), ['AmazonEKSFargatePodExecutionRolePolicy']);
  });

  it('leaves CoreDNS to nodes where there are any, and to a profile of the user’s that takes it', () => {
    const beside = stacksOf(`${profiles}\nnodes: {default: {}}`);
    assert.equal(Object.keys(resourcesOf(beside, 'fargate')).length, 2);
    assert.equal('ConfigurationValues' in properties(beside, 'workload-addons', 'CoreDns'), false);
    const own = stacksOf(
      'fargate: {all: {selectors: [{namespace: "kube-*"}]}}\nfeatures: {podIdentity: false, sessionManager: false}',
    );
    assert.deepEqual(Object.keys(resourcesOf(own, 'fargate')), ['Profileall']);
  });

  it('puts its pods into the block for pods', () => {
    const stacks = stacksOf(`${profiles}\nnodes: {default: {}}\nnetwork: {podCidr: 100.64.0.0/16}`);
    const { parameters } = stacks.find(({ id }) => id === 'fargate') ?? {};
    assert.deepEqual(parameters?.SubnetIds, { from: 'output', stack: 'network', output: 'PodSubnetIds' });
  });
});

describe('add-ons', () => {
  const role = 'arn:aws:iam::111122223333:role/app';

  it('of the spec are merged with those that the features want, DaemonSets first', () => {
    const stacks = stacksOf(
      `addons: {vpc-cni: {version: v1.20.4-eksbuild.2, configuration: {enableNetworkPolicy: "true"}}, metrics-server: {}}`,
    );
    assert.deepEqual(names(stacks, 'node-addons'), ['vpc-cni', 'kube-proxy', 'eks-pod-identity-agent']);
    assert.deepEqual(names(stacks, 'workload-addons'), ['coredns', 'metrics-server']);
    const cni = properties(stacks, 'node-addons', 'VpcCni');
    assert.equal(cni.AddonVersion, 'v1.20.4-eksbuild.2');
    assert.equal(cni.ConfigurationValues, '{"enableNetworkPolicy":"true"}');
  });

  it('get roles by Pod Identity after its agent, and the node role loses what the CNI then has itself', () => {
    const stacks = stacksOf(`addons: {vpc-cni: {podIdentity: {aws-node: "${role}"}}}`);
    assert.equal(resource(stacks, 'node-addons', 'VpcCni').DependsOn, 'PodIdentityAgent');
    assert.deepEqual(properties(stacks, 'node-addons', 'VpcCni').PodIdentityAssociations, [
      { ServiceAccount: 'aws-node', RoleArn: { Ref: 'VpcCniAwsNodeRoleArn' } },
    ]);
    assert.deepEqual(policies(stacks, 'NodeRole').includes('AmazonEKS_CNI_Policy'), false);
  });

  it('for EBS have a role that is made, bound to the driver of this cluster', () => {
    const stacks = stacksOf('features: {ebs: true}');
    const trust = JSON.stringify(properties(stacks, 'permissions', 'EbsCsiRole').AssumeRolePolicyDocument);
    assert.match(trust, /pods\.eks\.amazonaws\.com.*eks-cluster-arn.*cluster\/payments.*ebs-csi-controller-sa/);
    const { parameters } = stacks.find(({ id }) => id === 'workload-addons') ?? {};
    assert.deepEqual(parameters?.AwsEbsCsiDriverEbsCsiControllerSaRoleArn, {
      from: 'output',
      stack: 'permissions',
      output: 'EbsCsiRoleArn',
    });
    const named = stacksOf(
      `features: {ebs: true}\naddons: {aws-ebs-csi-driver: {podIdentity: {ebs-csi-controller-sa: "${role}"}}}`,
    );
    assert.ok(!('EbsCsiRole' in resourcesOf(named, 'permissions')));
  });

  it('by the OIDC provider alone have theirs made after it, bound to one service account by its issuer', () => {
    const stacks = stacksOf(
      'features: {podIdentity: false, irsa: true, ebs: true}\naddons: {aws-efs-csi-driver: {}, amazon-cloudwatch-observability: {}}',
    );
    assert.ok(!('EbsCsiRole' in resourcesOf(stacks, 'permissions')));
    const { AssumeRolePolicyDocument: trust, ManagedPolicyArns } = properties(stacks, 'identity', 'EbsCsiRole');
    assert.deepEqual(ManagedPolicyArns, [
      { 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy' },
    ]);
    const [text = '', variables] = (trust as unknown as { 'Fn::Sub': [string, object] })['Fn::Sub'];
    const [statement] = (JSON.parse(text) as { Statement: object[] }).Statement;
    assert.deepEqual(statement, {
      Effect: 'Allow',
      Principal: { Federated: '${OidcProvider}' },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          '${Issuer}:sub': 'system:serviceaccount:kube-system:ebs-csi-controller-sa',
          '${Issuer}:aud': 'sts.amazonaws.com',
        },
      },
    });
    assert.deepEqual(variables, {
      Issuer: { 'Fn::Select': [1, { 'Fn::Split': ['https://', { Ref: 'OidcIssuer' }] }] },
    });
    const driver = resource(stacks, 'workload-addons', 'AwsEbsCsiDriver');
    assert.deepEqual(driver.Properties?.['ServiceAccountRoleArn'], { Ref: 'AwsEbsCsiDriverRoleArn' });
    assert.ok(!('PodIdentityAssociations' in (driver.Properties ?? {})) && driver.DependsOn === undefined);
    const { parameters } = stacks.find(({ id }) => id === 'workload-addons') ?? {};
    assert.deepEqual(parameters?.AwsEfsCsiDriverRoleArn, {
      from: 'output',
      stack: 'identity',
      output: 'EfsCsiRoleArn',
    });
    assert.match(
      JSON.stringify(properties(stacks, 'identity', 'CloudWatchRole')),
      /serviceaccount:amazon-cloudwatch:cloudwatch-agent/,
    );
    assert.deepEqual(stacks.find(({ id }) => id === 'identity')?.capabilities, ['CAPABILITY_IAM']);
    const both = stacksOf('features: {irsa: true, ebs: true}');
    assert.ok('EbsCsiRole' in resourcesOf(both, 'permissions') && !('EbsCsiRole' in resourcesOf(both, 'identity')));
    assert.deepEqual(both.find(({ id }) => id === 'identity')?.capabilities, []);
    const none = stacksOf('features: {podIdentity: false, ebs: true}');
    assert.ok(!('EbsCsiRole' in { ...resourcesOf(none, 'identity'), ...resourcesOf(none, 'permissions') }));
  });

  it('share the cluster with roles of the workloads’ own service accounts', () => {
    const association = `{namespace: apps, serviceAccount: web, roleArn: "${role}"}`;
    const stacks = stacksOf(`access: {podIdentities: [${association}]}`);
    const [made] = Object.values(resourcesOf(stacks, 'identity')).filter(
      ({ Type }) => Type === 'AWS::EKS::PodIdentityAssociation',
    );
    assert.equal(made?.Properties?.Namespace, 'apps');
    assert.equal(made.Properties.ServiceAccount, 'web');
    const two = stacksOf(
      `access: {podIdentities: [{namespace: b, serviceAccount: c, roleArn: "${role}"}, ${association}]}`,
    );
    const [first = ''] = Object.keys(resourcesOf(stacks, 'identity')).filter(id => id.startsWith('PodIdentity'));
    assert.ok(
      first in resourcesOf(two, 'identity'),
      'an association keeps its logical id when another comes before it',
    );
  });
});
