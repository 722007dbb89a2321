import type { ClusterBench } from './clusterRun.ts';
import { region } from './clusterRun.ts';
import { classicBalancer, karpenterTags, launchNode } from './controllers.ts';

/** One thing of each kind that may be left, of a cluster that is nowhere and a bastion without its stack. Gives their ids by kind, and the `subnet`. */
export async function everyOrphan(
  bench: Pick<ClusterBench, 'account'>,
  cluster = 'gone',
): Promise<Readonly<Record<string, string>>> {
  const { account } = bench;
  const session = account.session(region);
  const tag = (tags: Readonly<Record<string, string>>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const own = { 'private-eks:cluster': cluster };
  const controllers = { [`kubernetes.io/cluster/${cluster}`]: 'owned' };
  const sdk = await import('@aws-sdk/client-ec2');
  const ec2 = await session.client('ec2');
  const specify = <T extends string>(ResourceType: T, tags: Readonly<Record<string, string>>) => [
    { ResourceType, Tags: tag(tags) },
  ];
  const made: Record<string, string> = {};
  const { Vpc } = await account.run(
    ec2.send(new sdk.CreateVpcCommand({ CidrBlock: '10.9.0.0/16', TagSpecifications: specify('vpc', own) })),
  );
  const vpcId = (made['VPC'] = Vpc?.VpcId ?? '');
  const { Subnet } = await account.run(
    ec2.send(new sdk.CreateSubnetCommand({ VpcId: vpcId, CidrBlock: '10.9.0.0/24', AvailabilityZone: `${region}a` })),
  );
  const subnetId = Subnet?.SubnetId ?? '';
  await account.run(
    (async () => {
      const endpoint = new sdk.CreateVpcEndpointCommand({
        VpcId: vpcId,
        ServiceName: `com.amazonaws.${region}.s3`,
        VpcEndpointType: 'Gateway',
        TagSpecifications: specify('vpc-endpoint', own),
      });
      made['endpoint'] = (await ec2.send(endpoint)).VpcEndpoint?.VpcEndpointId ?? '';
      const group = new sdk.CreateSecurityGroupCommand({
        VpcId: vpcId,
        GroupName: `k8s-traffic-${cluster}`,
        Description: '[k8s] Shared backend',
        TagSpecifications: specify('security-group', { 'elbv2.k8s.aws/cluster': cluster }),
      });
      made['security group'] = (await ec2.send(group)).GroupId ?? '';
      const eni = new sdk.CreateNetworkInterfaceCommand({ SubnetId: subnetId, Description: `Amazon EKS ${cluster}` });
      made['network interface'] = (await ec2.send(eni)).NetworkInterface?.NetworkInterfaceId ?? '';
      const address = new sdk.AllocateAddressCommand({
        Domain: 'vpc',
        TagSpecifications: specify('elastic-ip', controllers),
      });
      made['Elastic IP'] = (await ec2.send(address)).AllocationId ?? '';
      const volume = new sdk.CreateVolumeCommand({
        AvailabilityZone: `${region}a`,
        Size: 20,
        VolumeType: 'gp3',
        TagSpecifications: specify('volume', { ...controllers, 'kubernetes.io/created-for/pvc/name': 'data-0' }),
      });
      const VolumeId = (made['volume'] = (await ec2.send(volume)).VolumeId ?? '');
      const snapshot = new sdk.CreateSnapshotCommand({ VolumeId, TagSpecifications: specify('snapshot', controllers) });
      made['snapshot'] = (await ec2.send(snapshot)).SnapshotId ?? '';
      await otherServices();
    })(),
  );
  made['instance'] = await launchNode(bench, subnetId, {
    tags: karpenterTags(cluster),
    templateTags: karpenterTags(cluster),
  });
  made['launch template'] = '';
  await classicBalancer(bench, { vpcId, subnetId }, 'a0123456789abcdef', cluster);
  made['classic load balancer'] = 'a0123456789abcdef';
  return { ...made, subnet: subnetId };

  async function otherServices(): Promise<void> {
    const elb = await import('@aws-sdk/client-elastic-load-balancing-v2');
    const balancing = await session.client('elasticLoadBalancing');
    const Tags = tag({ 'elbv2.k8s.aws/cluster': cluster });
    const balancer = new elb.CreateLoadBalancerCommand({
      Name: 'k8s-web',
      Scheme: 'internal',
      Subnets: [subnetId],
      Tags,
    });
    made['load balancer'] = (await balancing.send(balancer)).LoadBalancers?.[0]?.LoadBalancerArn ?? '';
    const targets = new elb.CreateTargetGroupCommand({
      Name: 'k8s-web',
      Protocol: 'HTTP',
      Port: 80,
      VpcId: vpcId,
      TargetType: 'ip',
      Tags,
    });
    made['target group'] = (await balancing.send(targets)).TargetGroups?.[0]?.TargetGroupArn ?? '';
    const { CreateLogGroupCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    const logs = await session.client('logs');
    // As EKS writes it once more: nobody has tagged it.
    made['log group'] = `/aws/eks/${cluster}/cluster`;
    for (const logGroupName of [made['log group'], `/aws/containerinsights/${cluster}/performance`])
      await logs.send(new CreateLogGroupCommand({ logGroupName }));
    const { CreateKeyCommand } = await import('@aws-sdk/client-kms');
    const key = new CreateKeyCommand({ Tags: [{ TagKey: 'private-eks:cluster', TagValue: cluster }] });
    made['key'] = (await (await session.client('kms')).send(key)).KeyMetadata?.KeyId ?? '';
    const iam = await import('@aws-sdk/client-iam');
    const identity = await session.client('iam');
    const provider = new iam.CreateOpenIDConnectProviderCommand({
      Url: `https://oidc.eks.${region}.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF`,
      ClientIDList: ['sts.amazonaws.com'],
      Tags: tag(own),
    });
    made['OIDC provider'] = (await identity.send(provider)).OpenIDConnectProviderArn ?? '';
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    };
    const RoleName = (made['role'] = `private-eks-${cluster}-permissions-NodeRole-x`);
    const document = JSON.stringify(trust);
    await identity.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document, Tags: tag(own) }));
    const InstanceProfileName = (made['instance profile'] = `private-eks-${cluster}-permissions-NodeInstanceProfile-x`);
    await identity.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName }));
    const ecs = await import('@aws-sdk/client-ecs');
    const tasks = await session.client('ecs');
    const name = (made['ECS cluster'] = `private-eks-bastion-${vpcId}`);
    const tags = [{ key: 'private-eks:bastion', value: vpcId }];
    await tasks.send(new ecs.CreateClusterCommand({ clusterName: name, tags }));
    const definition = new ecs.RegisterTaskDefinitionCommand({
      family: name,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'bastion', image: 'public.ecr.aws/amazonlinux/amazonlinux:2023' }],
      tags,
    });
    await tasks.send(definition);
    made['task definition'] = `${name}:1`;
  }
}
