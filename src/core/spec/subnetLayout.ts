import { addressCount, type Cidr, split } from './cidr.ts';

/** AWS keeps the first four addresses and the last one of each subnet. */
const reservedByAws = 5;
/** The smallest subnet that holds EKS's network interfaces, the endpoints, a rolling update and a few nodes with their pods. */
export const smallestSubnetPrefix = 26;

export interface SubnetLayout {
  /** One block per zone, in zone order. */
  readonly subnets: readonly Cidr[];
  /** Blocks of the same size that stay free, for growth. */
  readonly free: readonly Cidr[];
  readonly usableAddresses: number;
}

/** Cuts a VPC into equal blocks, one more than there are zones at the least, rounded up to a power of two, so that something stays free. */
export function layOutSubnets(vpc: Cidr, zones: number): SubnetLayout {
  const blocks = split(vpc, subnetPrefix(vpc, zones));
  const subnets = blocks.slice(0, zones);
  const [first] = subnets;
  return {
    subnets,
    free: blocks.slice(zones),
    usableAddresses: first ? addressCount(first) - reservedByAws : 0,
  };
}

export function subnetPrefix(vpc: Cidr, zones: number): number {
  return vpc.prefix + Math.ceil(Math.log2(zones + 1));
}

/** Addresses of one zone's subnet for pods, of a block that is cut into one for each zone, rounded up to a power of two. */
export function podSubnetAddresses(block: Cidr, zones: number): number {
  return addressCount({ ...block, prefix: block.prefix + Math.ceil(Math.log2(zones)) }) - reservedByAws;
}
