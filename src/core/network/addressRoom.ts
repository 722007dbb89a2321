import type { ClusterSpec } from '../spec/clusterSpec.ts';
import { nodeGroups } from '../spec/nodeGroups.ts';
import { cniSettings, type CniSettings } from './cniSettings.ts';
import { openEndedNeed, type OpenEndedSpec } from './openEndedNeed.ts';
import { interfaceLimitsOf, type InterfaceLimits } from '../spec/interfaceLimits.ts';

/** EKS refuses a subnet with fewer free addresses: for the control plane's interfaces, and again for each upgrade. */
export const eksAddresses = 6;

/** IPv4 addresses that one zone gives away. */
export interface AddressNeed {
  /** In the nodes' own subnets: EKS's interfaces, endpoints, and each node's first interface with the pods on it. */
  readonly own: number;
  /** On further interfaces, which the VPC CNI may put into subnets for pods. */
  readonly further: number;
  /** What it is made of: `6 for EKS`, `2 nodes × 30 (m7i.large)`. */
  readonly parts: readonly string[];
  /** What a spec leaves open, and how it was counted: sentences. */
  readonly assumed: readonly string[];
  /** Instance types whose limits are not known: their nodes are not in it. */
  readonly unknownTypes: readonly string[];
}

export type LimitsByType = Readonly<Record<string, InterfaceLimits>>;

/**
 * What one zone needs when every node is there that may be, each full of pods. EKS holds a group's pods on a node to what the smallest
 * of its types takes; the CNI keeps one interface, or one prefix, in reserve. Sources: EKS's guide, the CNI's own page on its variables.
 */
export function addressNeed(
  spec: OpenEndedSpec & Pick<ClusterSpec, 'addons'>,
  zones: number,
  endpoints: number,
  known: LimitsByType = {},
): AddressNeed {
  const settings = cniSettings(spec);
  const parts = [`${eksAddresses} for EKS`, ...(endpoints > 0 ? [`${endpoints} for endpoints`] : [])];
  const unknownTypes: string[] = [];
  let own = eksAddresses + endpoints;
  let further = 0;
  for (const { instanceTypes, maxSize } of nodeGroups(spec)) {
    const limits = instanceTypes.map(type => ({ type, limits: interfaceLimitsOf(type) ?? known[type] }));
    // With IPv6 a node takes one IPv4 address and its pods none, whatever its limits are.
    const missing = spec.network.ipFamily === 'ipv6' ? [] : limits.filter(item => !item.limits).map(({ type }) => type);
    unknownTypes.push(...missing);
    if (missing.length > 0 || maxSize === 0) continue;
    const nodes = Math.ceil(maxSize / zones);
    if (spec.network.ipFamily === 'ipv6') {
      own += nodes;
      parts.push(`${nodes} ${nodes === 1 ? 'node' : 'nodes'} × 1`);
      continue;
    }
    const of = limits.flatMap(item => (item.limits ? [{ type: item.type, limits: item.limits }] : []));
    const pods = Math.min(...of.map(item => podsOnNode(item.type, item.limits, settings)));
    const perNode = of.map(({ type, limits: found }) => ({ type, ...nodeNeed(pods, found, settings) }));
    const most = perNode.reduce((a, b) => (b.own + b.further > a.own + a.further ? b : a));
    own += nodes * most.own;
    further += nodes * most.further;
    parts.push(`${nodes} ${nodes === 1 ? 'node' : 'nodes'} × ${most.own + most.further} (${most.type})`);
  }
  const open = openEndedNeed(spec, zones);
  return {
    own: own + open.own,
    further: further + open.further,
    parts: [...parts, ...open.parts],
    assumed: open.assumed,
    unknownTypes: [...new Set(unknownTypes)],
  };
}

/** The size of a prefix that an interface gets instead of a single address: a /28. */
const prefix = 16;

/** Pods with an address of their own; those on the host's network need none. */
function podsOnNode(type: string, { interfaces, addresses }: InterfaceLimits, settings: CniSettings): number {
  const slots = (interfaces - (settings.customNetworking ? 1 : 0)) * (addresses - 1);
  if (!settings.prefixes) return slots;
  // EKS holds nodes with fewer than 30 vCPUs to 110 pods, larger ones to 250.
  const large = /\.(?:metal|(?:[89]|\d\d)xlarge)/.test(type);
  return Math.min(slots * prefix, large ? 250 : 110);
}

function nodeNeed(
  pods: number,
  { interfaces, addresses }: InterfaceLimits,
  { prefixes, customNetworking }: CniSettings,
): Pick<AddressNeed, 'own' | 'further'> {
  const perInterface = addresses - 1;
  const units = prefixes ? Math.ceil(pods / prefix) + 1 : pods;
  const usable = interfaces - (customNetworking ? 1 : 0);
  const full = Math.ceil(units / perInterface);
  const attached = Math.min(usable, prefixes ? full : full + 1);
  const held = (count: number) => (prefixes ? Math.min(units, count * perInterface) * prefix : count * perInterface);
  const total = held(attached) + attached;
  if (customNetworking) return { own: 1, further: total };
  const own = held(1) + 1;
  return { own, further: total - own };
}

/** Whether a zone's free addresses are enough. Custom networking leaves the rest of the nodes' own subnets unused. */
export function hasRoom(
  { own, further }: AddressNeed,
  free: { readonly own: number; readonly pods: number },
  { customNetworking }: Pick<CniSettings, 'customNetworking'>,
): boolean {
  if (free.own < own) return false;
  return customNetworking ? free.pods >= further : free.own + free.pods >= own + further;
}
