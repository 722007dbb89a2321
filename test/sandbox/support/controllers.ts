import type { AwsSession } from '../../../src/core/aws/awsSession.ts';
import type { ClusterBench } from './clusterRun.ts';
import { region } from './clusterRun.ts';

export interface MadeByControllers {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly balancer: string;
  readonly volume: string;
  readonly interface: string;
  readonly group: string;
}

/** What AWS Load Balancer Controller, the EBS CSI driver and the VPC CNI leave in the VPC of a cluster that is used. */
export async function leaveThings(bench: Pick<ClusterBench, 'account'>, cluster = 'demo'): Promise<MadeByControllers> {
  const session = bench.account.session(region);
  const { vpcId, subnetId } = await bench.account.run(placeOf(session, cluster));
  return bench.account.run(
    (async () => {
      const ec2 = await import('@aws-sdk/client-ec2');
      const elb = await import('@aws-sdk/client-elastic-load-balancing-v2');
      const [compute, balancing] = await Promise.all([session.client('ec2'), session.client('elasticLoadBalancing')]);
      const Tags = [{ Key: 'elbv2.k8s.aws/cluster', Value: cluster }];
      const made = await compute.send(
        new ec2.CreateSecurityGroupCommand({
          GroupName: 'k8s-traffic-demo',
          Description: '[k8s] Shared backend',
          VpcId: vpcId,
          TagSpecifications: [{ ResourceType: 'security-group', Tags }],
        }),
      );
      const group = made.GroupId ?? '';
      const { LoadBalancers = [] } = await balancing.send(
        new elb.CreateLoadBalancerCommand({
          Name: 'k8s-web',
          Scheme: 'internal',
          Subnets: [subnetId],
          SecurityGroups: [group],
          Tags,
        }),
      );
      await balancing.send(
        new elb.CreateTargetGroupCommand({
          Name: 'k8s-web',
          Protocol: 'HTTP',
          Port: 80,
          VpcId: vpcId,
          TargetType: 'ip',
          Tags,
        }),
      );
      const { VolumeId = '' } = await compute.send(
        new ec2.CreateVolumeCommand({
          AvailabilityZone: `${region}a`,
          Size: 20,
          VolumeType: 'gp3',
          TagSpecifications: [
            {
              ResourceType: 'volume',
              Tags: [
                { Key: `kubernetes.io/cluster/${cluster}`, Value: 'owned' },
                { Key: 'ebs.csi.aws.com/cluster', Value: 'true' },
                { Key: 'kubernetes.io/created-for/pvc/name', Value: 'data-0' },
                { Key: 'kubernetes.io/created-for/pvc/namespace', Value: 'shop' },
              ],
            },
          ],
        }),
      );
      const own = [{ Key: 'cluster.k8s.amazonaws.com/name', Value: cluster }];
      const TagSpecifications = [{ ResourceType: 'network-interface' as const, Tags: own }];
      const { NetworkInterface } = await compute.send(
        new ec2.CreateNetworkInterfaceCommand({
          SubnetId: subnetId,
          Description: 'aws-K8S-i-0123456789abcdef0',
          TagSpecifications,
        }),
      );
      return {
        vpcId,
        subnetId,
        balancer: LoadBalancers[0]?.LoadBalancerArn ?? '',
        volume: VolumeId,
        interface: NetworkInterface?.NetworkInterfaceId ?? '',
        group,
      };
    })(),
  );
}

export async function placeOf(session: AwsSession, name: string): Promise<{ vpcId: string; subnetId: string }> {
  const { DescribeClusterCommand } = await import('@aws-sdk/client-eks');
  const eks = await session.client('eks');
  const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
  const { vpcId = '', subnetIds = [] } = cluster?.resourcesVpcConfig ?? {};
  return { vpcId, subnetId: subnetIds[0] ?? '' };
}

/** An interface that somebody else's service holds. Gives how to take it away. */
export async function foreignInterface(bench: Pick<ClusterBench, 'account'>, subnetId: string, description: string) {
  const { CreateNetworkInterfaceCommand, DeleteNetworkInterfaceCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = await bench.account.session(region).client('ec2');
  const command = new CreateNetworkInterfaceCommand({ SubnetId: subnetId, Description: description });
  const { NetworkInterface } = await bench.account.run(ec2.send(command));
  const NetworkInterfaceId = NetworkInterface?.NetworkInterfaceId ?? '';
  return {
    id: NetworkInterfaceId,
    remove: () => bench.account.run(ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }))),
  };
}

export interface NodeWish {
  readonly tags: Readonly<Record<string, string>>;
  /** Of the launch template; default: Karpenter's for the cluster. */
  readonly templateTags?: Readonly<Record<string, string>>;
}

/** Karpenter's tags, as its version 1 sets them. */
export const karpenterTags = (cluster: string): Record<string, string> => ({
  'karpenter.sh/nodepool': 'default',
  'karpenter.k8s.aws/cluster': cluster,
  'eks:eks-cluster-name': cluster,
  [`kubernetes.io/cluster/${cluster}`]: 'owned',
});

const list = (tags: Readonly<Record<string, string>>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** An instance that no stack and no Auto Scaling group launched, running. Gives its id. */
export async function launchNode(
  bench: Pick<ClusterBench, 'account'>,
  subnetId: string,
  { tags, templateTags = karpenterTags('demo') }: NodeWish,
): Promise<string> {
  const ec2 = await import('@aws-sdk/client-ec2');
  const client = await bench.account.session(region).client('ec2');
  const made = bench.account.run(
    (async () => {
      const { LaunchTemplate } = await client.send(
        new ec2.CreateLaunchTemplateCommand({
          LaunchTemplateName: `karpenter-${Object.values(tags).join('-')}`.replace(/[^\w-]/g, ''),
          LaunchTemplateData: { ImageId: 'ami-0123456789abcdef0', InstanceType: 'm5.large' },
          TagSpecifications: [{ ResourceType: 'launch-template', Tags: list(templateTags) }],
        }),
      );
      const { Instances = [] } = await client.send(
        new ec2.RunInstancesCommand({
          MinCount: 1,
          MaxCount: 1,
          SubnetId: subnetId,
          LaunchTemplate: { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId ?? '' },
          TagSpecifications: [{ ResourceType: 'instance', Tags: list(tags) }],
        }),
      );
      return Instances[0]?.InstanceId ?? '';
    })(),
  );
  const id = await made;
  await bench.account.pass(60);
  return id;
}

/** A classic load balancer as Kubernetes' own cloud provider makes it: its group is `k8s-elb-NAME`. Without `owner` nothing tells whose it is. */
export async function classicBalancer(
  bench: Pick<ClusterBench, 'account'>,
  { vpcId, subnetId }: { readonly vpcId: string; readonly subnetId: string },
  name: string,
  owner?: string,
): Promise<void> {
  const { account } = bench;
  const ec2 = await import('@aws-sdk/client-ec2');
  const client = await account.session(region).client('ec2');
  const Tags = owner === undefined ? [] : list({ [`kubernetes.io/cluster/${owner}`]: 'owned' });
  const own = { ResourceType: 'security-group' as const, Tags };
  const { GroupId = '' } = await account.run(
    client.send(
      new ec2.CreateSecurityGroupCommand({
        GroupName: owner === undefined ? `of-${name}` : `k8s-elb-${name}`,
        Description: `Security group for Kubernetes ELB ${name}`,
        VpcId: vpcId,
        ...(Tags.length > 0 ? { TagSpecifications: [own] } : {}),
      }),
    ),
  );
  const { NetworkInterface } = await account.run(
    client.send(
      new ec2.CreateNetworkInterfaceCommand({ SubnetId: subnetId, Description: `ELB ${name}`, Groups: [GroupId] }),
    ),
  );
  const id = NetworkInterface?.NetworkInterfaceId ?? '';
  const held = account.sandbox.account.regional<{ RequesterId?: string; RequesterManaged?: boolean; Status?: string }>(
    region,
    'ec2.interfaces',
  );
  Object.assign(held.get(id) ?? {}, { RequesterId: 'amazon-elb', RequesterManaged: true, Status: 'in-use' });
  account.sandbox.account.regional(region, 'elb.classic').set(name, { tags: Tags, interfaces: [id] });
}

/** An instance profile with the cluster's node role in it, as Karpenter makes one. Gives the role's name. */
export async function nodeProfile(
  bench: Pick<ClusterBench, 'account'>,
  InstanceProfileName: string,
  tags: Readonly<Record<string, string>>,
): Promise<string> {
  const iam = await import('@aws-sdk/client-iam');
  const client = await bench.account.session(region).client('iam');
  const { Roles = [] } = await bench.account.run(client.send(new iam.ListRolesCommand({})));
  const RoleName = Roles.find(({ RoleName: name = '' }) => name.includes('-NodeRole-'))?.RoleName ?? '';
  await bench.account.run(
    (async () => {
      await client.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName, Tags: list(tags) }));
      await client.send(new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
    })(),
  );
  return RoleName;
}
