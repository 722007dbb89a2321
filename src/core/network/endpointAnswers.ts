import type { IpPermission, SecurityGroup, Tag, VpcEndpoint } from '@aws-sdk/client-ec2';
import type { EndpointFacts, SecurityGroupFacts, SecurityGroupRuleFacts } from './networkFacts.ts';

const endpointTypes = ['Interface', 'Gateway', 'GatewayLoadBalancer', 'Resource', 'ServiceNetwork'] as const;

/** A VPC endpoint as AWS describes it. */
export function endpointFacts(endpoint: VpcEndpoint): EndpointFacts {
  const serviceName = endpoint.ServiceName ?? '';
  return {
    id: endpoint.VpcEndpointId ?? '',
    ownerId: endpoint.OwnerId ?? '',
    serviceName,
    type: endpointTypes.find(type => type === endpoint.VpcEndpointType) ?? 'Interface',
    // The model has capitals, the service answers in small letters.
    state: (endpoint.State ?? 'unknown').replace(/^./, letter => letter.toLowerCase()),
    subnetIds: endpoint.SubnetIds ?? [],
    routeTableIds: endpoint.RouteTableIds ?? [],
    securityGroupIds: (endpoint.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
    privateDns: endpoint.PrivateDnsEnabled ?? false,
    ipFamily: endpoint.IpAddressType ?? 'ipv4',
    ...(endpoint.PolicyDocument === undefined ? {} : { policy: endpoint.PolicyDocument }),
    managedByAws: endpoint.RequesterManaged === true || serviceName.endsWith('.guardduty-data'),
    tags: tagsOf(endpoint.Tags),
  };
}

export function groupFacts(group: SecurityGroup): SecurityGroupFacts {
  return {
    id: group.GroupId ?? '',
    vpcId: group.VpcId ?? '',
    ingress: (group.IpPermissions ?? []).map(ruleFacts),
    egress: (group.IpPermissionsEgress ?? []).map(ruleFacts),
  };
}

function ruleFacts(rule: IpPermission): SecurityGroupRuleFacts {
  const { FromPort: from, ToPort: to } = rule;
  return {
    protocol: rule.IpProtocol ?? '-1',
    ...(from === undefined || to === undefined ? {} : { ports: { from, to } }),
    cidrs: (rule.IpRanges ?? []).flatMap(({ CidrIp }) => CidrIp ?? []),
    ipv6Cidrs: (rule.Ipv6Ranges ?? []).flatMap(({ CidrIpv6 }) => CidrIpv6 ?? []),
    prefixLists: (rule.PrefixListIds ?? []).flatMap(({ PrefixListId }) => PrefixListId ?? []),
    groups: (rule.UserIdGroupPairs ?? []).flatMap(({ GroupId }) => GroupId ?? []),
  };
}

export const tagsOf = (tags: readonly Tag[] = []): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
