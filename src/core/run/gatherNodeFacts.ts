import type { IpPermission, RouteTable, SecurityGroup, VpcEndpoint } from '@aws-sdk/client-ec2';
import type { AwsSession } from '../aws/awsSession.ts';
import { isAwsError } from '../aws/errors.ts';
import { signalOption } from '../aws/identity.ts';
import type { EndpointFacts, NodeFacts, SubnetFacts } from './nodeFacts.ts';

/** Reads what `refineNodeCause` judges. Read-only; undefined when the node group is not there to be looked at. */
export async function gatherNodeFacts(
  session: AwsSession,
  cluster: string,
  nodeGroup: string,
  signal?: AbortSignal,
): Promise<NodeFacts | undefined> {
  const eks = await import('@aws-sdk/client-eks');
  const client = await session.client('eks');
  const options = signalOption(signal);
  try {
    const [described, group, addons] = await Promise.all([
      client.send(new eks.DescribeClusterCommand({ name: cluster }), options),
      client.send(new eks.DescribeNodegroupCommand({ clusterName: cluster, nodegroupName: nodeGroup }), options),
      client.send(new eks.ListAddonsCommand({ clusterName: cluster, maxResults: 100 }), options),
    ]);
    const { vpcId = '', clusterSecurityGroupId = '' } = described.cluster?.resourcesVpcConfig ?? {};
    const nodeRole = group.nodegroup?.nodeRole ?? '';
    const network = await networkFacts(session, vpcId, group.nodegroup?.subnets ?? [], signal);
    return {
      cluster,
      nodeGroup,
      region: session.region,
      nodeSecurityGroup: clusterSecurityGroupId,
      addons: addons.addons ?? [],
      nodeRole,
      nodePolicies: await policiesOf(session, nodeRole, signal),
      ...network,
    };
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

async function networkFacts(session: AwsSession, vpcId: string, subnetIds: readonly string[], signal?: AbortSignal) {
  const ec2 = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const options = signalOption(signal);
  const inVpc = [{ Name: 'vpc-id', Values: [vpcId] }];
  const attribute = (Attribute: 'enableDnsSupport' | 'enableDnsHostnames') =>
    client.send(new ec2.DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute }), options);
  const [support, hostnames, subnets, tables, endpoints] = await Promise.all([
    attribute('enableDnsSupport'),
    attribute('enableDnsHostnames'),
    client.send(new ec2.DescribeSubnetsCommand({ SubnetIds: [...subnetIds] }), options),
    client.send(new ec2.DescribeRouteTablesCommand({ Filters: inVpc }), options),
    client.send(new ec2.DescribeVpcEndpointsCommand({ Filters: inVpc }), options),
  ]);
  const groupIds = new Set(
    (endpoints.VpcEndpoints ?? []).flatMap(({ Groups = [] }) => Groups.map(({ GroupId = '' }) => GroupId)),
  );
  const groups =
    groupIds.size === 0
      ? []
      : ((await client.send(new ec2.DescribeSecurityGroupsCommand({ GroupIds: [...groupIds] }), options))
          .SecurityGroups ?? []);
  return {
    vpc: {
      id: vpcId,
      dnsSupport: support.EnableDnsSupport?.Value ?? false,
      dnsHostnames: hostnames.EnableDnsHostnames?.Value ?? false,
    },
    subnets: (subnets.Subnets ?? []).map(({ SubnetId = '', CidrBlock = '' }) =>
      subnetFacts(SubnetId, CidrBlock, tables.RouteTables ?? []),
    ),
    endpoints: (endpoints.VpcEndpoints ?? []).map(endpoint => endpointFacts(endpoint, groups)),
  };
}

function subnetFacts(id: string, cidr: string, tables: readonly RouteTable[]): SubnetFacts {
  const associations = (table: RouteTable) => table.Associations ?? [];
  const table =
    tables.find(candidate => associations(candidate).some(({ SubnetId }) => SubnetId === id)) ??
    tables.find(candidate => associations(candidate).some(({ Main }) => Main));
  const route = table?.Routes?.find(({ DestinationCidrBlock }) => DestinationCidrBlock === '0.0.0.0/0');
  const defaultRoute = route?.NatGatewayId ?? route?.GatewayId ?? route?.TransitGatewayId ?? route?.NetworkInterfaceId;
  return { id, cidr, routeTableId: table?.RouteTableId ?? '', defaultRoute };
}

function endpointFacts(endpoint: VpcEndpoint, groups: readonly SecurityGroup[]): EndpointFacts {
  return {
    id: endpoint.VpcEndpointId ?? '',
    // com.amazonaws.eu-west-1.ecr.api, in China with cn. before it.
    service: (endpoint.ServiceName ?? '').replace(/^(cn\.)?com\.amazonaws\.[a-z0-9-]+\./, ''),
    state: endpoint.State ?? '',
    type: endpoint.VpcEndpointType ?? '',
    privateDns: endpoint.PrivateDnsEnabled ?? false,
    routeTableIds: endpoint.RouteTableIds ?? [],
    groups: (endpoint.Groups ?? []).map(({ GroupId: id = '' }) => ({
      id,
      admits443: admitted(groups.find(group => group.GroupId === id)?.IpPermissions ?? []),
    })),
  };
}

function admitted(permissions: readonly IpPermission[]): { cidrs: string[]; groups: string[] } {
  const open = permissions.filter(({ IpProtocol, FromPort = 0, ToPort = 65535 }) =>
    IpProtocol === '-1' ? true : (IpProtocol === 'tcp' || IpProtocol === '6') && FromPort <= 443 && ToPort >= 443,
  );
  return {
    cidrs: open.flatMap(({ IpRanges = [] }) => IpRanges.map(({ CidrIp = '' }) => CidrIp)),
    groups: open.flatMap(({ UserIdGroupPairs = [] }) => UserIdGroupPairs.map(({ GroupId = '' }) => GroupId)),
  };
}

async function policiesOf(session: AwsSession, roleArn: string, signal?: AbortSignal): Promise<string[] | undefined> {
  const RoleName = roleArn.split('/').at(-1);
  if (!RoleName) return undefined;
  try {
    const { ListAttachedRolePoliciesCommand } = await import('@aws-sdk/client-iam');
    const iam = await session.client('iam');
    const { AttachedPolicies = [] } = await iam.send(
      new ListAttachedRolePoliciesCommand({ RoleName, MaxItems: 1000 }),
      signalOption(signal),
    );
    return AttachedPolicies.map(({ PolicyName = '' }) => PolicyName);
  } catch (error) {
    if (isAwsError(error, 'AccessDenied', 'AccessDeniedException', 'NoSuchEntity', 'NoSuchEntityException'))
      return undefined;
    throw error;
  }
}
