import type { IpPermission, RouteTable, SecurityGroup, VpcEndpoint } from '@aws-sdk/client-ec2';
import type { Cluster } from '@aws-sdk/client-eks';
import type { AwsSession } from '../aws/awsSession.ts';
import { isAwsError } from '../aws/errors.ts';
import { signalOption } from '../aws/identity.ts';
import { describeStack, stackResources } from '../aws/stack.ts';
import { endpointPolicyVerdict } from '../network/endpointPolicyVerdict.ts';
import { judgeAcls } from '../network/judgeAcls.ts';
import { networkFactsFrom } from '../network/networkAnswers.ts';
import { stackName } from '../plan/stackName.ts';
import type { EndpointFacts, MoreNodeFacts, NodeFacts, SubnetFacts } from './nodeFacts.ts';
import {
  accessEntryOf,
  clusterFactsOf,
  consolesOf,
  launchTemplateData,
  readUserData,
  roleOf,
} from './nodeLooks/bootLooks.ts';
import { gatherInstances, isRefusal } from './nodeLooks/instanceLooks.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What is to be looked at: a managed group as EKS describes it, or a self-managed one by its stack. */
interface Group {
  readonly kind: 'managed' | 'self-managed';
  readonly nodeRole: string;
  readonly subnets: readonly string[];
  readonly amiType: string;
  readonly template: { readonly id?: string | undefined; readonly version?: string | undefined };
  readonly issues: NonNullable<MoreNodeFacts['issues']>;
  readonly nodegroup: Parameters<typeof gatherInstances>[1]['nodegroup'];
}

/** Reads what `refineNodeCause` judges. Read-only; undefined when neither EKS nor a stack of ours knows the group. */
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
      groupFacts(session, cluster, nodeGroup, signal),
      client.send(new eks.ListAddonsCommand({ clusterName: cluster, maxResults: 100 }), options),
    ]);
    if (!group) return undefined;
    const { vpcId = '', clusterSecurityGroupId = '' } = described.cluster?.resourcesVpcConfig ?? {};
    const { nodeRole } = group;
    const unknown: string[] = [];
    const accountId = described.cluster?.arn?.split(':')[4] ?? '';
    const { boundaries, ...network } = await networkFacts(
      session,
      { vpcId, accountId },
      group.subnets,
      unknown,
      signal,
    );
    const more = await moreFacts(session, { cluster, nodeGroup, group, described: described.cluster }, unknown, signal);
    return {
      cluster,
      nodeGroup,
      region: session.region,
      nodeSecurityGroup: clusterSecurityGroupId,
      addons: addons.addons ?? [],
      nodeRole,
      nodePolicies: await policiesOf(session, nodeRole, signal),
      ...network,
      more: { ...more, ...boundaries, unknown },
    };
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

async function groupFacts(
  session: AwsSession,
  clusterName: string,
  nodegroupName: string,
  signal?: AbortSignal,
): Promise<Group | undefined> {
  const { DescribeNodegroupCommand } = await import('@aws-sdk/client-eks');
  const eks = await session.client('eks');
  try {
    const command = new DescribeNodegroupCommand({ clusterName, nodegroupName });
    const { nodegroup } = await eks.send(command, signalOption(signal));
    return {
      kind: 'managed',
      nodeRole: nodegroup?.nodeRole ?? '',
      subnets: nodegroup?.subnets ?? [],
      amiType: nodegroup?.amiType ?? '',
      template: nodegroup?.launchTemplate ?? {},
      issues: (nodegroup?.health?.issues ?? []).map(({ code = '', message = '', resourceIds = [] }) => ({
        code,
        message,
        resourceIds,
      })),
      nodegroup,
    };
  } catch (error) {
    if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
  }
  const stack = await describeStack(session, stackName(clusterName, `nodes-${nodegroupName}`), signal);
  if (!stack) return undefined;
  const permissions = await describeStack(session, stackName(clusterName, 'permissions'), signal);
  const resources = await stackResources(session, stack.id, signal);
  return {
    kind: 'self-managed',
    nodeRole: permissions?.outputs['NodeRoleArn'] ?? '',
    subnets: (stack.parameters['SubnetIds'] ?? '').split(',').filter(Boolean),
    amiType: '',
    template: { id: resources.find(({ type }) => type === 'AWS::EC2::LaunchTemplate')?.physicalId },
    issues: [],
    nodegroup: undefined,
  };
}

async function moreFacts(
  session: AwsSession,
  about: { cluster: string; nodeGroup: string; group: Group; described: Cluster | undefined },
  unknown: string[],
  signal?: AbortSignal,
): Promise<MoreNodeFacts> {
  const { cluster, nodeGroup, group } = about;
  const look = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!isRefusal(error) && !isAwsError(error, 'InvalidInstanceID.NotFound', 'InvalidLaunchTemplateId.NotFound'))
        throw error;
      unknown.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  const seen = await gatherInstances(session, { cluster, group: nodeGroup, nodegroup: group.nodegroup }, signal);
  unknown.push(...seen.unknown);
  const alive = seen.instances.filter(({ state }) => state === 'running' || state === 'pending');
  const [console, accessEntry, role, template] = await Promise.all([
    look('console output', () =>
      consolesOf(
        session,
        alive.map(({ id }) => id),
        signal,
      ),
    ),
    look('access entry of the node role', () => accessEntryOf(session, cluster, group.nodeRole, signal)),
    look('node role', () => roleOf(session, group.nodeRole, signal)),
    look('launch template', () => launchTemplateData(session, group.template, signal)),
  ]);
  const told: Mutable<MoreNodeFacts> = {
    kind: group.kind,
    amiType: group.amiType,
    issues: group.issues,
    clusterFacts: clusterFactsOf(about.described),
  };
  if (!seen.unknown.some(text => text.startsWith('instances'))) told.instances = alive;
  if (!seen.unknown.some(text => text.startsWith('activities'))) told.activities = seen.activities;
  if (console) told.console = console;
  if (accessEntry !== undefined && group.nodeRole) told.accessEntry = accessEntry;
  if (role && group.nodeRole) told.role = role;
  if (template) told.userData = readUserData(template.UserData);
  return told;
}

async function networkFacts(
  session: AwsSession,
  { vpcId, accountId }: { vpcId: string; accountId: string },
  subnetIds: readonly string[],
  unknown: string[],
  signal?: AbortSignal,
) {
  const ec2 = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const options = signalOption(signal);
  const inVpc = [{ Name: 'vpc-id', Values: [vpcId] }];
  const attribute = (Attribute: 'enableDnsSupport' | 'enableDnsHostnames') =>
    client.send(new ec2.DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute }), options);
  const refusable = async <T>(what: string, work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      unknown.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  const [support, hostnames, subnets, tables, endpoints, acls, prefixes] = await Promise.all([
    attribute('enableDnsSupport'),
    attribute('enableDnsHostnames'),
    client.send(new ec2.DescribeSubnetsCommand({ SubnetIds: [...subnetIds] }), options),
    client.send(new ec2.DescribeRouteTablesCommand({ Filters: inVpc }), options),
    client.send(new ec2.DescribeVpcEndpointsCommand({ Filters: inVpc }), options),
    refusable('network ACLs', client.send(new ec2.DescribeNetworkAclsCommand({ Filters: inVpc }), options)),
    refusable('prefix lists', client.send(new ec2.DescribePrefixListsCommand({}), options)),
  ]);
  const groupIds = new Set(
    (endpoints.VpcEndpoints ?? []).flatMap(({ Groups = [] }) => Groups.map(({ GroupId = '' }) => GroupId)),
  );
  const groups =
    groupIds.size === 0
      ? []
      : ((await client.send(new ec2.DescribeSecurityGroupsCommand({ GroupIds: [...groupIds] }), options))
          .SecurityGroups ?? []);
  const answers = {
    subnets: subnets.Subnets ?? [],
    networkAcls: acls?.NetworkAcls ?? [],
    prefixLists: prefixes?.PrefixLists ?? [],
  };
  const facts = networkFactsFrom(vpcId, accountId, answers, []);
  const shown = (endpoints.VpcEndpoints ?? []).map(endpoint => endpointFacts(endpoint, groups));
  const boundaries: MoreNodeFacts = {
    network: judgeAcls({ facts, subnets: facts.subnets }).map(({ code, resource, seen, fix }) => ({
      code,
      evidence: `${resource}: ${seen}`,
      fix,
    })),
    blockedByPolicy: (endpoints.VpcEndpoints ?? []).flatMap((endpoint, index) => {
      const service = shown[index]?.service ?? '';
      if (!['ec2', 'ecr.api', 'ecr.dkr', 's3', 'sts', 'eks-auth'].includes(service)) return [];
      const verdict = endpointPolicyVerdict(service, endpoint.PolicyDocument, { region: session.region, accountId });
      if (verdict.verdict !== 'blocks') return [];
      const on = verdict.resource === undefined ? '' : ` on ${verdict.resource}`;
      return [
        {
          id: endpoint.VpcEndpointId ?? '',
          service,
          reason: `its policy refuses ${verdict.action}${on}: ${verdict.reason}`,
        },
      ];
    }),
  };
  return {
    vpc: {
      id: vpcId,
      dnsSupport: support.EnableDnsSupport?.Value ?? false,
      dnsHostnames: hostnames.EnableDnsHostnames?.Value ?? false,
    },
    subnets: (subnets.Subnets ?? []).map(({ SubnetId = '', CidrBlock = '' }) =>
      subnetFacts(SubnetId, CidrBlock, tables.RouteTables ?? []),
    ),
    endpoints: shown,
    boundaries,
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
