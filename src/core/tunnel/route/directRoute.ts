import type { SecurityGroup } from '@aws-sdk/client-ec2';
import type { ClusterReach } from './clusterAccess.ts';
import type { DirectFacts } from './directFacts.ts';
import type { DirectRoute, RouteEvidence, RouteFinding } from './route.ts';
import { admits, isPrivateAddress } from './securityGroups.ts';

export interface DirectJudgement {
  readonly route: DirectRoute | undefined;
  readonly finding: RouteFinding;
}

/** Judges the direct way; `groups`: those of the control plane's interfaces, absent where they cannot be seen. */
export function judgeDirect(
  facts: DirectFacts,
  cluster: ClusterReach,
  groups: readonly SecurityGroup[] | undefined,
): DirectJudgement {
  const { host, resolved, dialled } = facts;
  if (!('addresses' in resolved) || resolved.addresses.length === 0) return unresolved(facts);
  const { addresses } = resolved;
  const evidence: RouteEvidence[] = [{ resource: host, attribute: 'addresses', seen: addresses.join(', ') }];
  if (dialled?.outcome === 'reached') {
    const way = isPrivateAddress(dialled.address)
      ? 'by a private network (VPN, Direct Connect, peering, or inside the VPC)'
      : 'over the internet: its public endpoint is on';
    const reason = `the endpoint answers at ${dialled.address}, ${way}`;
    return {
      route: { kind: 'direct', addresses, reason },
      finding: { kind: 'direct', verdict: 'usable', summary: sentence(reason), evidence },
    };
  }
  if (!dialled) return unusable('Nothing was dialled.', evidence, undefined);
  const { stage, code, address } = dialled;
  const seen: RouteEvidence = { resource: `${address}:443`, attribute: stage === 'tcp' ? 'TCP' : 'TLS', seen: code };
  if (stage === 'tls' && code !== 'timeout' && code !== 'ECONNRESET')
    return unusable(
      `Something answers at ${address}, but not ${cluster.name}: its certificate is not the cluster’s.`,
      [...evidence, { ...seen, needed: `a certificate of ${cluster.name}’s own authority` }],
      'Either another network here uses the same addresses, or a proxy breaks TLS open: exempt the endpoint from it.',
    );
  if (code === 'ENETUNREACH' || code === 'EHOSTUNREACH')
    return unusable(
      `${host} is at ${address}, and this machine has no route there.`,
      [...evidence, seen],
      `Connect the VPN, or add a route to ${cluster.vpcId} (VPN, Direct Connect, transit gateway, peering).`,
    );
  if (code === 'ECONNREFUSED')
    return unusable(
      `${address} refuses port 443: it is not the endpoint, which never does.`,
      [...evidence, seen],
      'Another network here uses the same addresses, or the name was resolved by something that answers for all names.',
    );
  return timedOut(facts, cluster, groups, [...evidence, { ...seen, needed: 'an answer' }], address);
}

function unresolved({ host, resolved }: DirectFacts): DirectJudgement {
  const failure = 'failure' in resolved ? resolved.failure : 'no address';
  const seen: RouteEvidence = { resource: host, attribute: 'DNS', seen: failure, needed: 'private addresses' };
  return unusable(
    `${host} does not resolve here (${failure}).`,
    [seen],
    'AWS’s public DNS answers with private addresses; a resolver that strips them (rebinding protection), or one of your own, needs a rule that forwards eks.amazonaws.com to AWS’s or to a Route 53 inbound endpoint.',
  );
}

function timedOut(
  { localAddresses }: DirectFacts,
  cluster: ClusterReach,
  groups: readonly SecurityGroup[] | undefined,
  evidence: readonly RouteEvidence[],
  address: string,
): DirectJudgement {
  const own = cluster.network.clusterSecurityGroupId;
  const from = localAddresses.join(', ') || 'this machine';
  if (!isPrivateAddress(address))
    return unusable(
      `The public endpoint at ${address} does not answer.`,
      evidence,
      'Its list of allowed ranges does not have this machine’s public address, or a firewall here blocks 443.',
    );
  const basic = `${cluster.name} is at ${address}, and nothing answers from here`;
  if (!groups)
    return unusable(
      `${basic}: there is no route, or no rule lets this machine in.`,
      evidence,
      `Connect the VPN or add a route to ${cluster.vpcId}; security group ${own} has to admit 443 from ${from}.`,
    );
  const admission = admits(groups, 'ingress', 443, { groupIds: [], addresses: localAddresses });
  const rule: RouteEvidence = {
    resource: own,
    attribute: 'inbound 443',
    seen: admission.by ?? `no rule for ${from}`,
    needed: `443 from ${from}`,
  };
  if (admission.verdict === 'no')
    return unusable(
      `${basic}: no rule of ${own} admits ${from}, and there may be no route either.`,
      [...evidence, rule],
      `If a VPN or peering joins this machine to ${cluster.vpcId}: admit 443 in ${own} from ${from}, or from the range that the VPN gives out. Else use another way in.`,
    );
  return unusable(
    `${basic}, though ${admission.by ?? own} admits it: there is no route.`,
    [...evidence, rule],
    `Connect the VPN, or add a route to ${cluster.vpcId} and one back from its subnets.`,
  );
}

function unusable(summary: string, evidence: readonly RouteEvidence[], fix: string | undefined): DirectJudgement {
  return {
    route: undefined,
    finding: { kind: 'direct', verdict: 'unusable', summary, evidence, ...(fix ? { fix } : {}) },
  };
}

/** An id at its beginning stays as AWS writes it. */
export function sentence(text: string): string {
  return /^[a-z]+-[0-9a-f]{8}/.test(text) ? `${text}.` : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
