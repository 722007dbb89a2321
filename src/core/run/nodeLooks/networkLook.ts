import type { RouteTable } from '@aws-sdk/client-ec2';
import type { AwsSession } from '../../aws/awsSession.ts';
import { signalOption } from '../../aws/identity.ts';
import { pages } from '../../aws/pages.ts';
import { judgeAcls } from '../../network/judgeAcls.ts';
import { networkFactsFrom } from '../../network/networkAnswers.ts';
import type { MoreNodeFacts, NodeFacts, SubnetFacts } from '../nodeFacts.ts';
import { blockedByPolicy, endpointFacts } from './endpointLook.ts';
import { looker } from './refusedLook.ts';

export interface NetworkSeen extends Pick<NodeFacts, 'vpc' | 'subnets' | 'endpoints'> {
  /** What network ACLs and endpoint policies keep out. */
  readonly boundaries: Pick<MoreNodeFacts, 'network' | 'blockedByPolicy'>;
}

/** The VPC around a group's nodes: its DNS, routes, endpoints and what closes them. Looks that are refused go to `unknown`. */
export async function lookAtNodesNetwork(
  session: AwsSession,
  { vpcId, accountId }: { readonly vpcId: string; readonly accountId: string },
  subnetIds: readonly string[],
  unknown: string[],
  signal?: AbortSignal,
): Promise<NetworkSeen> {
  const ec2 = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const options = signalOption(signal);
  const inVpc = [{ Name: 'vpc-id', Values: [vpcId] }];
  const attribute = (Attribute: 'enableDnsSupport' | 'enableDnsHostnames') =>
    client.send(new ec2.DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute }), options);
  const look = looker(unknown);
  const [support, hostnames, subnets, tables, endpoints, acls, prefixes] = await Promise.all([
    attribute('enableDnsSupport'),
    attribute('enableDnsHostnames'),
    client.send(new ec2.DescribeSubnetsCommand({ SubnetIds: [...subnetIds] }), options),
    pages(ec2.paginateDescribeRouteTables({ client }, { Filters: inVpc }, options), page => page.RouteTables),
    pages(ec2.paginateDescribeVpcEndpoints({ client }, { Filters: inVpc }, options), page => page.VpcEndpoints),
    look('network ACLs', () =>
      pages(ec2.paginateDescribeNetworkAcls({ client }, { Filters: inVpc }, options), page => page.NetworkAcls),
    ),
    look('prefix lists', () =>
      pages(ec2.paginateDescribePrefixLists({ client }, {}, options), page => page.PrefixLists),
    ),
  ]);
  const groupIds = new Set(endpoints.flatMap(({ Groups = [] }) => Groups.map(({ GroupId = '' }) => GroupId)));
  const groups =
    groupIds.size === 0
      ? []
      : ((await client.send(new ec2.DescribeSecurityGroupsCommand({ GroupIds: [...groupIds] }), options))
          .SecurityGroups ?? []);
  const answers = {
    subnets: subnets.Subnets ?? [],
    networkAcls: acls ?? [],
    prefixLists: prefixes ?? [],
  };
  const facts = networkFactsFrom(vpcId, accountId, answers, []);
  return {
    vpc: {
      id: vpcId,
      dnsSupport: support.EnableDnsSupport?.Value ?? false,
      dnsHostnames: hostnames.EnableDnsHostnames?.Value ?? false,
    },
    subnets: (subnets.Subnets ?? []).map(({ SubnetId = '', CidrBlock = '' }) =>
      subnetFacts(SubnetId, CidrBlock, tables),
    ),
    endpoints: endpoints.map(endpoint => endpointFacts(endpoint, groups)),
    boundaries: {
      network: judgeAcls({ facts, subnets: facts.subnets }).map(({ code, resource, seen, fix }) => ({
        code,
        evidence: `${resource}: ${seen}`,
        fix,
      })),
      blockedByPolicy: blockedByPolicy(endpoints, { region: session.region, accountId }),
    },
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
