import type { ClusterSpec, ExistingVpc } from '../spec/clusterSpec.ts';
import { clusterTag } from '../spec/ownTags.ts';
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
  readonly routeTables: readonly { readonly table: RouteTableFacts; readonly subnets: readonly SubnetFacts[] }[];
}

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
  const tables = [...new Set(subnets.map(({ id }) => routeTableOf(facts, id)))].filter(table => table !== undefined);
  const routeTables = tables.map(table => ({
    table,
    subnets: subnets.filter(({ id }) => routeTableOf(facts, id) === table),
  }));
  const { accountId, endpointZones } = account;
  return { spec, wish, facts, accountId, ...(endpointZones ? { endpointZones } : {}), subnets, zones, routeTables };
}

/** The table that a subnet is associated with, else the VPC's main one. */
export function routeTableOf({ routeTables }: NetworkFacts, subnetId: string): RouteTableFacts | undefined {
  return routeTables.find(({ subnetIds }) => subnetIds.includes(subnetId)) ?? routeTables.find(({ main }) => main);
}

export function networkAclOf({ networkAcls }: NetworkFacts, subnetId: string): NetworkAclFacts | undefined {
  return networkAcls.find(({ subnetIds }) => subnetIds.includes(subnetId));
}

/** Whether the VPC is another account's: then endpoints and tables there are neither to be seen nor to be made. */
export const isShared = ({ facts, accountId }: NetworkView): boolean => facts.vpc.ownerId !== accountId;
