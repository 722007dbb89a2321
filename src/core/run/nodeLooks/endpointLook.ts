import type { IpPermission, SecurityGroup, VpcEndpoint } from '@aws-sdk/client-ec2';
import { endpointPolicyVerdict } from '../../network/endpointPolicyVerdict.ts';
import type { EndpointFacts, MoreNodeFacts } from '../nodeFacts.ts';

export function endpointFacts(endpoint: VpcEndpoint, groups: readonly SecurityGroup[]): EndpointFacts {
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

const askedAtBoot = ['ec2', 'ecr.api', 'ecr.dkr', 's3', 'sts', 'eks-auth'];

/** Endpoints whose policy refuses what nodes ask first. */
export function blockedByPolicy(
  endpoints: readonly VpcEndpoint[],
  place: { readonly region: string; readonly accountId: string },
): NonNullable<MoreNodeFacts['blockedByPolicy']> {
  return endpoints.flatMap(endpoint => {
    const { service, id } = endpointFacts(endpoint, []);
    if (!askedAtBoot.includes(service)) return [];
    const verdict = endpointPolicyVerdict(service, endpoint.PolicyDocument, place);
    if (verdict.verdict !== 'blocks') return [];
    const on = verdict.resource === undefined ? '' : ` on ${verdict.resource}`;
    return [{ id, service, reason: `its policy refuses ${verdict.action}${on}: ${verdict.reason}` }];
  });
}
