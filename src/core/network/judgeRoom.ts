import { addressNeed, eksAddresses, hasRoom } from './addressRoom.ts';
import { cniSettings, type CniSettings } from './cniSettings.ts';
import type { SubnetFacts } from './networkFacts.ts';
import type { NetworkView } from './networkView.ts';
import { finding, type RawFinding } from './rawFinding.ts';

/**
 * Free addresses of the spec's subnets against what EKS, the interface endpoints that are made, nodes and pods take. Of a cluster that
 * stands already nothing is said: its own are taken.
 */
export function judgeRoom(view: NetworkView, endpointsMade: number): RawFinding[] {
  const { facts, spec, wish, zones } = view;
  if (facts.clusters.includes(spec.name) || zones.length === 0) return [];
  const settings = cniSettings(spec);
  const need = addressNeed(spec, zones.length, endpointsMade, facts.interfaceLimits);
  const types = need.unknownTypes;
  const unknown =
    types.length === 0
      ? []
      : [finding('room-unknown', wish.id, 'not known', { types: types.join(', '), list: types.join(' ') })];
  const rooms = zones.map(zone => roomOf(zone, view));
  const blind = settings.customNetworking && settings.podSubnets.length === 0;
  const short = blind
    ? rooms.filter(room => room.own < need.own)
    : rooms.filter(({ own, pods }) => !hasRoom(need, { own, pods }, settings));
  const needed = `about ${need.own + need.further} in each zone: ${need.parts.join(', ')}`;
  const words = {
    needed: String(need.own + need.further),
    parts: need.parts.join(', '),
    vpc: wish.id,
  };
  const seen = short.map(({ zone, text }) => `${zone}: ${text}`).join('; ');
  return [
    ...rooms.flatMap(({ zone, subnets }) => roomForStart(zone, subnets, endpointsMade)),
    ...short.flatMap(({ all }) => all.map(({ id }) => finding('room-for-pods', id, seen, words))),
    ...unknown,
    ...(need.assumed.length > 0 ? [finding('room-assumed', wish.id, needed, { assumed: need.assumed.join(' ') })] : []),
    ...podSubnets(view, settings),
  ];
}

interface ZoneRoom {
  readonly zone: string;
  readonly subnets: readonly SubnetFacts[];
  /** With those for pods alone. */
  readonly all: readonly SubnetFacts[];
  readonly own: number;
  readonly pods: number;
  readonly text: string;
}

function roomOf(zone: string, { subnets, podSubnets: podsOnly }: NetworkView): ZoneRoom {
  const own = subnets.filter(({ zoneName }) => zoneName === zone);
  const forPods = podsOnly.filter(({ zoneName }) => zoneName === zone);
  const all = [...own, ...forPods];
  const free = (list: readonly SubnetFacts[]) => list.reduce((sum, { freeAddresses }) => sum + freeAddresses, 0);
  const text = all.map(({ id, cidr, freeAddresses }) => `${freeAddresses} free in ${id} (${cidr})`).join(', ');
  return { zone, subnets: own, all, own: free(own), pods: free(forPods), text };
}

/** The plan's endpoints go into a zone's roomiest subnet; fewer than EKS's own are told of the subnet itself. */
function roomForStart(zone: string, subnets: readonly SubnetFacts[], endpoints: number): RawFinding[] {
  const [roomiest] = [...subnets].sort((a, b) => b.freeAddresses - a.freeAddresses);
  const needed = eksAddresses + endpoints;
  if (!roomiest || roomiest.freeAddresses >= needed || roomiest.freeAddresses < eksAddresses) return [];
  const { id, cidr, freeAddresses } = roomiest;
  const parts = `${eksAddresses} for EKS, ${endpoints} for endpoints`;
  return [
    finding('room-for-start', id, `${freeAddresses} free addresses in ${cidr}`, {
      needed: String(needed),
      parts,
      zone,
    }),
  ];
}

function podSubnets({ facts, wish }: NetworkView, { customNetworking, podSubnets: ids }: CniSettings): RawFinding[] {
  if (!customNetworking) return [];
  if (ids.length === 0)
    return [finding('pod-subnets-unknown', wish.id, 'AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG without eniConfig')];
  if (facts.unknown.some(({ look }) => look === 'ec2:DescribeSubnets')) return [];
  return ids
    .filter(id => !facts.subnets.some(subnet => subnet.id === id && subnet.vpcId === wish.id))
    .map(id => finding('pod-subnet-missing', id, 'not found', { vpc: wish.id }));
}
