import type { ClusterSpec, ExistingVpc } from '../spec/clusterSpec.ts';
import { clusterTag } from '../spec/ownTags.ts';
import { nodeGroups } from '../spec/nodeGroups.ts';
import { cniSettings } from './cniSettings.ts';
import type { NetworkAclFacts, NetworkFacts, RouteTableFacts, SubnetFacts } from './networkFacts.ts';

/** An existing VPC as the spec means it: the facts, and of them what concerns its own subnets. */
export interface NetworkView {
  readonly spec: ClusterSpec;
  readonly wish: ExistingVpc;
  readonly facts: NetworkFacts;
  readonly accountId: string;
  /** Endpoint services by AWS's names → names of the zones that offer them; absent where it is not known. */
  readonly endpointZones?: Readonly<Record<string, readonly string[]>>;
  /** The spec's subnets that were found in the VPC. */
  readonly subnets: readonly SubnetFacts[];
  /** Their zones by name, each once, in order. */
  readonly zones: readonly string[];
  /** Their route tables, each once, with those of the subnets that use it. */
  readonly routeTables: readonly UsedTable[];
  /** Subnets of the VPC in which the VPC CNI puts pods alone: named for custom networking, else those of the zones that are tagged so. */
  readonly podSubnets: readonly SubnetFacts[];
  /** Their route tables, without those that the spec's own subnets use. */
  readonly podTables: readonly UsedTable[];
}

export interface UsedTable {
  readonly table: RouteTableFacts;
  readonly subnets: readonly SubnetFacts[];
}

const podTag = 'kubernetes.io/role/cni';

/** Of an account what a judgement of its network takes. */
export interface LookedAt {
  readonly accountId: string;
  readonly network?: NetworkFacts;
  readonly endpointZones?: Readonly<Record<string, readonly string[]>>;
}

/** Undefined where the spec has no existing VPC, or the account was not looked at. */
export function networkView(spec: ClusterSpec, account: LookedAt | undefined): NetworkView | undefined {
  const { vpc: wish } = spec.network;
  if (!wish || !account?.network || account.network.vpc.id !== wish.id) return undefined;
  // What a stack of this cluster has made is planned, not found: else the next plan would adopt it and leave its stack out.
  const endpoints = account.network.endpoints.filter(({ tags }) => tags[clusterTag] !== spec.name);
  const facts = { ...account.network, endpoints };
  const subnets = facts.subnets.filter(({ id, vpcId }) => wish.subnets.includes(id) && vpcId === wish.id);
  const zones = [...new Set(subnets.map(({ zoneName }) => zoneName))].sort();
  const podSubnets = podSubnetsOf(spec, facts, zones);
  const routeTables = tablesOf(subnets, facts);
  const podTables = tablesOf(podSubnets, facts).filter(({ table }) => !routeTables.some(used => used.table === table));
  const { accountId, endpointZones } = account;
  const places = { subnets, zones, routeTables, podSubnets, podTables };
  return { spec, wish, facts, accountId, ...(endpointZones ? { endpointZones } : {}), ...places };
}

/** None without nodes of the spec's own, and none with IPv6, of which the CNI's subnets for pods know nothing. */
function podSubnetsOf(spec: ClusterSpec, { vpc, subnets }: NetworkFacts, zones: readonly string[]): SubnetFacts[] {
  const { ipFamily, vpc: wish } = spec.network;
  if (nodeGroups(spec).length === 0 || ipFamily === 'ipv6') return [];
  const { customNetworking, podSubnets } = cniSettings(spec);
  return subnets.filter(
    ({ id, vpcId, zoneName, tags }) =>
      vpcId === vpc.id &&
      !wish?.subnets.includes(id) &&
      (customNetworking ? podSubnets.includes(id) : tags[podTag] === '1' && zones.includes(zoneName)),
  );
}

function tablesOf(subnets: readonly SubnetFacts[], facts: NetworkFacts): UsedTable[] {
  const tables = [...new Set(subnets.map(({ id }) => routeTableOf(facts, id)))].filter(table => table !== undefined);
  return tables.map(table => ({ table, subnets: subnets.filter(({ id }) => routeTableOf(facts, id) === table) }));
}

/** Of tables for pods alone those by which pods go to S3: by default they go there with their node's address, and by its routes. */
export const podTablesToS3 = ({ spec, podTables }: NetworkView): readonly UsedTable[] =>
  cniSettings(spec).externalSnat ? podTables : [];

/** The table that a subnet is associated with, else the VPC's main one. */
export function routeTableOf({ routeTables }: NetworkFacts, subnetId: string): RouteTableFacts | undefined {
  return routeTables.find(({ subnetIds }) => subnetIds.includes(subnetId)) ?? routeTables.find(({ main }) => main);
}

export function networkAclOf({ networkAcls }: NetworkFacts, subnetId: string): NetworkAclFacts | undefined {
  return networkAcls.find(({ subnetIds }) => subnetIds.includes(subnetId));
}

/** Whether the VPC is another account's: then endpoints and tables there are neither to be seen nor to be made. */
export const isShared = ({ facts, accountId }: NetworkView): boolean => facts.vpc.ownerId !== accountId;
