import type * as Ec2 from '@aws-sdk/client-ec2';
import type { Role } from '@aws-sdk/client-iam';
import type { AccountSnapshot, CallContext } from '../../../src/sandbox/kernel/account.ts';
import { createSandbox } from '../../../src/sandbox/sandbox.ts';

/** The sandbox's own region first, where the practice account looks. */
export const largeRegions = ['eu-west-1', 'eu-central-1', 'us-east-1', 'us-west-2', 'ap-southeast-2'] as const;

export interface LargeAccount {
  readonly snapshot: AccountSnapshot;
  readonly clusters: number;
  readonly resources: number;
}

type Call = <Output extends object = object>(service: string, operation: string, input?: object) => Output;
interface Network {
  readonly VpcId: string;
  readonly subnetIds: readonly string[];
}

/** VPCs hold this many clusters each. */
const clustersPerVpc = 20;

/**
 * An account with so many private clusters, each with a node group, an administrator and two add-ons, evenly over five regions; every
 * other one is this product's, with its stacks. Made by the services' own operations, called in turn, on the account's own clock.
 */
export function largeAccount(clusters: number): LargeAccount {
  const { account, credential } = createSandbox({ epoch: Date.UTC(2026, 10, 21) });
  const contextOf = (region: string): CallContext => ({
    account,
    region,
    principal: credential.principal,
    requestId: 'large-account',
  });
  const pass = (seconds: number) => account.advanceTo(account.now() + seconds * 1000);
  const inRegion =
    (region: string): Call =>
    (service, operation, input = {}) =>
      account.call(contextOf(region), service, operation, input);
  const roles = makeRoles(inRegion(largeRegions[0]));
  const perRegion = Math.ceil(clusters / largeRegions.length);
  const made: { call: Call; name: string; network: Network }[] = [];
  for (const region of largeRegions) {
    const call = inRegion(region);
    let network: Network | undefined;
    for (let index = 0; index < perRegion && made.length < clusters; index++) {
      if (!network || index % clustersPerVpc === 0) network = makeNetwork(call, region, index / clustersPerVpc);
      const name = `${teams[index % teams.length]}-${String(index).padStart(3, '0')}`;
      made.push({ call, name, network });
      if (index % 2 === 0) makeStacks(call, name, roles.cluster, network);
      else call('eks', 'CreateCluster', clusterInput(name, roles.cluster, network));
    }
  }
  pass(1200);
  for (const { call, name, network } of made) {
    for (const addonName of ['vpc-cni', 'kube-proxy']) call('eks', 'CreateAddon', { clusterName: name, addonName });
    call('eks', 'CreateNodegroup', {
      clusterName: name,
      nodegroupName: 'default',
      subnets: network.subnetIds,
      nodeRole: roles.nodes,
      scalingConfig: { minSize: 1, desiredSize: 1, maxSize: 3 },
    });
    call('eks', 'CreateAccessEntry', { clusterName: name, principalArn: roles.administrator });
  }
  pass(1200);
  return { snapshot: account.snapshot(), clusters: made.length, resources: account.resources().length };
}

const teams = ['payments', 'search', 'checkout', 'risk', 'data', 'platform', 'mobile', 'partners'];

function makeRoles(call: Call): { cluster: string; nodes: string; administrator: string } {
  const role = (RoleName: string, service: string, policies: readonly string[]) => {
    const Statement = [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }];
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    const made = call<{ Role: Role }>('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument });
    for (const name of policies)
      call('iam', 'AttachRolePolicy', { RoleName, PolicyArn: `arn:aws:iam::aws:policy/${name}` });
    return made.Role.Arn ?? '';
  };
  return {
    cluster: role('clusters', 'eks.amazonaws.com', ['AmazonEKSClusterPolicy']),
    nodes: role('nodes', 'ec2.amazonaws.com', [
      'AmazonEKSWorkerNodePolicy',
      'AmazonEC2ContainerRegistryPullOnly',
      'AmazonEKS_CNI_Policy',
      'AmazonSSMManagedInstanceCore',
    ]),
    administrator: role('administrators', 'ec2.amazonaws.com', []),
  };
}

function makeNetwork(call: Call, region: string, index: number): Network {
  const range = `10.${index}.0.0/16`;
  const VpcId = call<Ec2.CreateVpcResult>('ec2', 'CreateVpc', { CidrBlock: range }).Vpc?.VpcId ?? '';
  call('ec2', 'ModifyVpcAttribute', { VpcId, EnableDnsHostnames: { Value: true } });
  const subnetIds = ['a', 'b'].map((zone, part) => {
    const input = { VpcId, CidrBlock: `10.${index}.${part * 64}.0/18`, AvailabilityZone: region + zone };
    return call<Ec2.CreateSubnetResult>('ec2', 'CreateSubnet', input).Subnet?.SubnetId ?? '';
  });
  const group = { GroupName: 'endpoints', Description: 'endpoints', VpcId };
  const { GroupId = '' } = call<Ec2.CreateSecurityGroupResult>('ec2', 'CreateSecurityGroup', group);
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: range }] }];
  call('ec2', 'AuthorizeSecurityGroupIngress', { GroupId, IpPermissions });
  const ServiceName = (service: string) => `com.amazonaws.${region}.${service}`;
  for (const service of ['ec2', 'ecr.api', 'ecr.dkr', 'sts', 'eks-auth', 'ssm', 'ssmmessages'])
    call('ec2', 'CreateVpcEndpoint', {
      VpcId,
      VpcEndpointType: 'Interface',
      ServiceName: ServiceName(service),
      SubnetIds: subnetIds,
      SecurityGroupIds: [GroupId],
      PrivateDnsEnabled: true,
    });
  const Filters = [{ Name: 'vpc-id', Values: [VpcId] }];
  const { RouteTables = [] } = call<Ec2.DescribeRouteTablesResult>('ec2', 'DescribeRouteTables', { Filters });
  const RouteTableIds = RouteTables.map(table => table.RouteTableId);
  call('ec2', 'CreateVpcEndpoint', { VpcId, ServiceName: ServiceName('s3'), RouteTableIds });
  return { VpcId, subnetIds };
}

function clusterInput(name: string, roleArn: string, { subnetIds }: Network): object {
  return {
    name,
    roleArn,
    resourcesVpcConfig: { subnetIds: [...subnetIds], endpointPublicAccess: false, endpointPrivateAccess: true },
    accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
    bootstrapSelfManagedAddons: false,
  };
}

/** The parts of this product's stacks by which it knows them: name and tag. */
function makeStacks(call: Call, cluster: string, roleArn: string, { subnetIds }: Network): void {
  const Tags = [{ Key: 'private-eks:cluster', Value: cluster }];
  const stack = (kind: string, Resources: object) =>
    call('cloudformation', 'CreateStack', {
      StackName: `private-eks-${cluster}-${kind}`,
      TemplateBody: JSON.stringify({ Resources }),
      Tags,
    });
  stack('logs', {
    Group: {
      Type: 'AWS::Logs::LogGroup',
      Properties: { LogGroupName: `/aws/eks/${cluster}/cluster`, RetentionInDays: 90 },
    },
  });
  stack('cluster', {
    Cluster: {
      Type: 'AWS::EKS::Cluster',
      Properties: {
        Name: cluster,
        RoleArn: roleArn,
        ResourcesVpcConfig: { SubnetIds: subnetIds, EndpointPublicAccess: false, EndpointPrivateAccess: true },
        AccessConfig: { AuthenticationMode: 'API', BootstrapClusterCreatorAdminPermissions: false },
        BootstrapSelfManagedAddons: false,
      },
    },
  });
}
