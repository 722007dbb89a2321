import type * as Ec2 from '@aws-sdk/client-ec2';
import type * as Eks from '@aws-sdk/client-eks';
import type { Role } from '@aws-sdk/client-iam';
import { createSandbox } from '../../../../src/sandbox/sandbox.ts';

export const region = 'eu-west-1';
export const nodeEndpoints = ['ec2', 'ecr.api', 'ecr.dkr', 'sts', 'eks-auth', 'ssm', 'ssmmessages'];
const nodePolicies = [
  'AmazonEKSWorkerNodePolicy',
  'AmazonEC2ContainerRegistryPullOnly',
  'AmazonEKS_CNI_Policy',
  'AmazonSSMManagedInstanceCore',
];

/** What a test's network leaves out, or has otherwise. */
export interface NetworkWish {
  readonly endpoints?: readonly string[];
  readonly s3?: boolean;
  /** The port that the endpoints' group admits from the VPC. */
  readonly port?: number;
  readonly privateDns?: boolean;
}

/** An account whose operations are called directly, without the wire. */
export function eksAccount(zones = ['a', 'b']) {
  const { account, credential } = createSandbox({ epoch: Date.UTC(2026, 5, 1), accountId: '111122223333' });
  const context = { account, region, principal: credential.principal, requestId: 'test' };
  const call = <Output extends object = object>(service: string, operation: string, input: object = {}): Output =>
    account.call<Output>(context, service, operation, input);
  const eks = <Output extends object = object>(operation: string, input: object = {}) =>
    call<Output>('eks', operation, input);
  const ec2 = <Output extends object = object>(operation: string, input: object = {}) =>
    call<Output>('ec2', operation, input);
  const pass = (seconds: number) => account.advanceTo(account.now() + seconds * 1000);

  const role = (RoleName: string, service: string, policies: readonly string[] = []): string => {
    const Statement = [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }];
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    const made = call<{ Role: Role }>('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument });
    for (const name of policies)
      call('iam', 'AttachRolePolicy', { RoleName, PolicyArn: `arn:aws:iam::aws:policy/${name}` });
    return made.Role.Arn ?? '';
  };

  const network = ({ endpoints = nodeEndpoints, s3 = true, port = 443, privateDns = true }: NetworkWish = {}) => {
    const VpcId = ec2<Ec2.CreateVpcResult>('CreateVpc', { CidrBlock: '10.0.0.0/16' }).Vpc?.VpcId ?? '';
    ec2('ModifyVpcAttribute', { VpcId, EnableDnsHostnames: { Value: true } });
    const subnetIds = zones.map((zone, index) => {
      const input = { VpcId, CidrBlock: `10.0.${index}.0/24`, AvailabilityZone: region + zone };
      return ec2<Ec2.CreateSubnetResult>('CreateSubnet', input).Subnet?.SubnetId ?? '';
    });
    const { GroupId = '' } = ec2<Ec2.CreateSecurityGroupResult>('CreateSecurityGroup', {
      GroupName: 'endpoints',
      Description: 'endpoints',
      VpcId,
    });
    const IpPermissions = [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: '10.0.0.0/16' }] }];
    ec2('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions });
    const ServiceName = (service: string) => `com.amazonaws.${region}.${service}`;
    for (const service of endpoints)
      ec2('CreateVpcEndpoint', {
        VpcId,
        VpcEndpointType: 'Interface',
        ServiceName: ServiceName(service),
        SubnetIds: subnetIds,
        SecurityGroupIds: [GroupId],
        PrivateDnsEnabled: privateDns,
      });
    const Filters = [{ Name: 'vpc-id', Values: [VpcId] }];
    const { RouteTables = [] } = ec2<Ec2.DescribeRouteTablesResult>('DescribeRouteTables', { Filters });
    const RouteTableIds = RouteTables.map(table => table.RouteTableId);
    if (s3) ec2('CreateVpcEndpoint', { VpcId, ServiceName: ServiceName('s3'), RouteTableIds });
    return { vpcId: VpcId, subnetIds };
  };

  /** Input of a private cluster, with a role of its own. */
  const clusterInput = (subnetIds: readonly string[], more: Partial<Eks.CreateClusterRequest> = {}) => ({
    name: 'demo',
    roleArn: role(`cluster-${account.nextNumber()}`, 'eks.amazonaws.com', ['AmazonEKSClusterPolicy']),
    resourcesVpcConfig: { subnetIds: [...subnetIds], endpointPublicAccess: false, endpointPrivateAccess: true },
    accessConfig: { authenticationMode: 'API' as const },
    bootstrapSelfManagedAddons: false,
    ...more,
  });
  const describeCluster = () => eks<Eks.DescribeClusterResponse>('DescribeCluster', { name: 'demo' }).cluster ?? {};
  const describeNodegroup = () =>
    eks<Eks.DescribeNodegroupResponse>('DescribeNodegroup', { clusterName: 'demo', nodegroupName: 'workers' })
      .nodegroup ?? {};
  const describeAddon = (addonName: string) =>
    eks<Eks.DescribeAddonResponse>('DescribeAddon', { clusterName: 'demo', addonName }).addon ?? {};

  /** An ACTIVE private cluster with these add-ons. */
  const activeCluster = (
    addonNames: readonly string[] = ['vpc-cni', 'kube-proxy'],
    wish: NetworkWish = {},
    more: Partial<Eks.CreateClusterRequest> = {},
  ) => {
    const made = network(wish);
    eks('CreateCluster', clusterInput(made.subnetIds, more));
    pass(600);
    for (const addonName of addonNames) eks('CreateAddon', { clusterName: 'demo', addonName });
    pass(60);
    return made;
  };

  const createNodes = (subnets: readonly string[], policies = nodePolicies, more: object = {}) =>
    eks('CreateNodegroup', {
      clusterName: 'demo',
      nodegroupName: 'workers',
      subnets,
      nodeRole: role('nodes', 'ec2.amazonaws.com', policies),
      scalingConfig: { minSize: 1, desiredSize: 2, maxSize: 3 },
      ...more,
    });

  const nodeState = { describeCluster, describeNodegroup, describeAddon };
  return { account, call, eks, ec2, pass, role, network, clusterInput, activeCluster, createNodes, ...nodeState };
}
