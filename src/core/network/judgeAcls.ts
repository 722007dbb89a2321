import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { blockContains, blocksOverlap, isIpv6, parseBlock, type AddressBlock } from './addressBlock.ts';
import type { FindingCode } from './findingTexts.ts';
import { finding, type RawFinding } from './rawFinding.ts';
import type { NetworkAclFacts, NetworkFinding, SubnetFacts } from './networkFacts.ts';
import { wordFindings } from './wordFindings.ts';
import { networkAclOf, type NetworkView } from './networkView.ts';

interface Flow {
  readonly code: FindingCode;
  readonly egress: boolean;
  readonly ports: readonly [from: number, to: number];
}

const https = [443, 443] as const;
/** Replies come to any of these, by the client's system; kubelets listen on 10250. */
const ephemeral = [1024, 65535] as const;
const within: readonly Flow[] = [
  { code: 'acl-blocks-https', egress: true, ports: https },
  { code: 'acl-blocks-https', egress: false, ports: https },
  { code: 'acl-blocks-replies', egress: true, ports: ephemeral },
  { code: 'acl-blocks-replies', egress: false, ports: ephemeral },
];
const withS3: readonly Flow[] = [
  { code: 'acl-blocks-s3', egress: true, ports: https },
  { code: 'acl-blocks-s3', egress: false, ports: ephemeral },
];

type AclView = Pick<NetworkView, 'subnets' | 'facts'> & { readonly spec?: Pick<ClusterSpec, 'network'> };

/** The ACLs of these subnets in words, for whoever judges them alone. */
export const judgeAcls = (view: AclView): NetworkFinding[] => wordFindings(aclFindings(view));

/**
 * Network ACLs of the spec's subnets against what crosses their borders: each other subnet's addresses, and S3's. In an IPv6 cluster nodes,
 * pods and the control plane speak by their IPv6 addresses too; endpoints and S3's gateway keep to IPv4.
 */
export function aclFindings(view: AclView): RawFinding[] {
  const { subnets, facts, spec } = view;
  const acls = [...new Set(subnets.map(({ id }) => networkAclOf(facts, id)))].filter(acl => acl !== undefined);
  const peers = subnets.map(({ cidr }) => cidr);
  const ipv6Peers = spec?.network.ipFamily === 'ipv6' ? subnets.flatMap(({ ipv6Cidr }) => ipv6Cidr ?? []) : [];
  return acls.flatMap(acl => {
    const users = subnets.filter(({ id }) => acl.subnetIds.includes(id)).map(({ id }) => id);
    return [
      ...[peers, ipv6Peers].flatMap(blocks => within.flatMap(flow => judgeFlow(acl, users, flow, blocks))),
      ...withS3.flatMap(flow => judgeFlow(acl, users, flow, facts.s3Cidrs ?? [])),
    ];
  });
}

/** What pods in subnets of their own say to the spec's subnets, where control plane and endpoints are, and what comes back; with `s3`, S3 too. */
export function podAclFindings({ subnets, podSubnets, facts }: NetworkView, s3: boolean): RawFinding[] {
  const judge = (near: readonly SubnetFacts[], far: readonly string[], flows: readonly Flow[]) =>
    [...new Set(near.map(({ id }) => networkAclOf(facts, id)))]
      .filter(acl => acl !== undefined)
      .flatMap(acl => {
        const users = near.filter(({ id }) => acl.subnetIds.includes(id)).map(({ id }) => id);
        return flows.flatMap(flow => judgeFlow(acl, users, flow, far));
      });
  const blocks = (list: readonly SubnetFacts[]) => list.map(({ cidr }) => cidr);
  const comes = (flow: Flow) => flow.egress === (flow.ports === ephemeral);
  return [
    ...judge(
      podSubnets,
      blocks(subnets),
      within.filter(flow => !comes(flow)),
    ),
    ...judge(subnets, blocks(podSubnets), within.filter(comes)),
    ...(s3 ? judge(podSubnets, facts.s3Cidrs ?? [], withS3) : []),
  ];
}

/** One finding for all blocks that the flow does not reach. */
function judgeFlow(acl: NetworkAclFacts, users: readonly string[], flow: Flow, cidrs: readonly string[]) {
  const { code, egress, ports } = flow;
  const refused = cidrs.flatMap(cidr => {
    const block = parseBlock(cidr);
    const by = block && refusal(acl, flow, block);
    return by === undefined ? [] : [{ cidr, by }];
  });
  const [first] = refused;
  if (!first) return [];
  const way = egress ? 'outbound' : 'inbound';
  const span = ports[0] === ports[1] ? String(ports[0]) : ports.join('-');
  return [
    finding(code, acl.id, `${way} rule ${first.by} refuses TCP ${span} ${egress ? 'to' : 'from'} ${first.cidr}`, {
      subnets: users.join(', '),
      block: isIpv6(first.cidr) ? '--ipv6-cidr-block' : '--cidr-block',
      cidr: refused.map(({ cidr }) => cidr).join(', '),
      direction: egress ? '--egress' : '--ingress',
      ports: `From=${ports[0]},To=${ports[1]}`,
    }),
  ];
}

/** Number of the first rule that refuses a part of the flow; `*` for the last one, which refuses all that is left. */
function refusal(
  { entries }: NetworkAclFacts,
  { egress, ports: [from, to] }: Flow,
  block: AddressBlock,
): string | undefined {
  const about = entries.filter(entry => entry.egress === egress && /^(-1|6)$/.test(entry.protocol));
  // Rules change only where one of them begins or ends: it is enough to look at these ports.
  const edges = about.flatMap(({ ports }) => (ports ? [ports.from, ports.to + 1] : []));
  const samples = [from, ...edges.filter(port => port > from && port <= to)];
  for (const port of samples) {
    const hit = about
      .filter(({ ports }) => !ports || (ports.from <= port && port <= ports.to))
      .find(({ cidr, action }) => {
        const range = parseBlock(cidr);
        return range && (action === 'allow' ? blockContains(range, block) : blocksOverlap(range, block));
      });
    if (hit?.action !== 'allow') return hit && hit.number < 32767 ? String(hit.number) : '*';
  }
  return undefined;
}
