import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2';
import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Whoever is at the other end of a rule: its groups and its addresses, as far as known. */
export interface Peer {
  readonly groupIds: readonly string[];
  readonly addresses: readonly string[];
}

/** `unknown`: a rule by prefix list, or by range where no address is known. */
export interface Admission {
  readonly verdict: 'yes' | 'no' | 'unknown';
  /** The rule that decided, in words; undefined when no rule matched. */
  readonly by: string | undefined;
}

/** Whether the groups' rules together let TCP to or from the peer through; rules only ever allow. */
export function admits(
  groups: readonly SecurityGroup[],
  direction: 'ingress' | 'egress',
  port: number,
  peer: Peer,
): Admission {
  let unknown: string | undefined;
  for (const group of groups) {
    const permissions = direction === 'ingress' ? group.IpPermissions : group.IpPermissionsEgress;
    for (const permission of (permissions ?? []).filter(one => coversPort(one, port))) {
      const by = matchingPeer(permission, peer);
      if (by !== undefined) return { verdict: 'yes', by: `${group.GroupId ?? ''}: ${portText(permission)} ${by}` };
      if (permission.PrefixListIds?.length || (peer.addresses.length === 0 && ranges(permission).length > 0))
        unknown = `${group.GroupId ?? ''}: ${portText(permission)} by ranges that cannot be judged here`;
    }
  }
  return unknown === undefined ? { verdict: 'no', by: undefined } : { verdict: 'unknown', by: unknown };
}

function coversPort({ IpProtocol, FromPort = 0, ToPort = 65_535 }: IpPermission, port: number): boolean {
  if (IpProtocol === '-1') return true;
  return (IpProtocol === 'tcp' || IpProtocol === '6') && FromPort <= port && port <= ToPort;
}

function matchingPeer(permission: IpPermission, peer: Peer): string | undefined {
  const group = permission.UserIdGroupPairs?.find(({ GroupId }) => GroupId && peer.groupIds.includes(GroupId));
  if (group) return group.GroupId;
  return ranges(permission).find(
    range => /^(0\.0\.0\.0|::)\/0$/.test(range) || peer.addresses.some(address => contains(range, address)),
  );
}

function ranges({ IpRanges, Ipv6Ranges }: IpPermission): string[] {
  return [
    ...(IpRanges ?? []).map(({ CidrIp = '' }) => CidrIp),
    ...(Ipv6Ranges ?? []).map(({ CidrIpv6 = '' }) => CidrIpv6),
  ];
}

/** Whether an address lies in a CIDR range; false for what is neither. */
export function contains(range: string, address: string): boolean {
  const [network = '', length = ''] = range.split('/');
  const family = isIPv4(network) ? 'ipv4' : isIPv6(network) ? 'ipv6' : undefined;
  if (!family || !(family === 'ipv4' ? isIPv4(address) : isIPv6(address))) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(length), family);
  return list.check(address, family);
}

const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];

/** An address that the internet does not route. */
export function isPrivateAddress(address: string): boolean {
  return privateRanges.some(range => contains(range, address));
}

function portText({ IpProtocol, FromPort, ToPort }: IpPermission): string {
  if (IpProtocol === '-1') return 'everything';
  return FromPort === ToPort ? `${FromPort ?? ''}` : `${FromPort ?? ''}-${ToPort ?? ''}`;
}
