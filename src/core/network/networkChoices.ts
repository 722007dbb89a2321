import type { RouteTable, SecurityGroup, Subnet, Vpc } from '@aws-sdk/client-ec2';
import { zonesRefusedByEks } from '../spec/regions.ts';

/** A VPC that a cluster could be put into, as a list offers it. */
export interface VpcChoice {
  readonly id: string;
  /** Of its Name tag, else empty. */
  readonly name: string;
  readonly cidrs: readonly string[];
  readonly subnets: readonly SubnetChoice[];
}

export interface SubnetChoice {
  readonly id: string;
  readonly name: string;
  readonly zone: string;
  readonly zoneId: string;
  readonly cidr: string;
  readonly freeAddresses: number;
  /** Whether its route table leads to an internet gateway; `unknown` where route tables may not be looked at. */
  readonly reach: 'private' | 'public' | 'unknown';
  /** EKS puts no control plane into this zone. */
  readonly zoneRefused: boolean;
}

export interface SecurityGroupChoice {
  readonly id: string;
  readonly name: string;
  readonly vpcId: string;
}

/** VPCs by name, then id; each one's subnets by zone, then name. `routeTables` is undefined where they may not be looked at. */
export function networkChoices(
  vpcs: readonly Vpc[],
  subnets: readonly Subnet[],
  routeTables: readonly RouteTable[] | undefined,
): VpcChoice[] {
  return vpcs
    .map(vpc => ({
      id: vpc.VpcId ?? '',
      name: nameOf(vpc),
      cidrs: blocksOf(vpc),
      subnets: subnets
        .filter(subnet => subnet.VpcId === vpc.VpcId)
        .map(subnet => subnetChoice(subnet, routeTables))
        .sort((a, b) => inOrder(a.zone, b.zone) || byName(a, b)),
    }))
    .sort(byName);
}

export function securityGroupChoices(groups: readonly SecurityGroup[]): SecurityGroupChoice[] {
  return groups
    .map(({ GroupId = '', GroupName = '', VpcId = '' }) => ({ id: GroupId, name: GroupName, vpcId: VpcId }))
    .sort(byName);
}

/**
 * A sensible first choice: in each zone that EKS takes, the private subnet with the most free addresses; in three zones at most. A subnet
 * that cannot be judged is taken only where no zone has a private one.
 */
export function suggestedSubnets(subnets: readonly SubnetChoice[]): string[] {
  for (const reach of ['private', 'unknown']) {
    const best = new Map<string, SubnetChoice>();
    for (const subnet of subnets) {
      if (subnet.reach !== reach || subnet.zoneRefused) continue;
      const rival = best.get(subnet.zoneId);
      if (!rival || subnet.freeAddresses > rival.freeAddresses) best.set(subnet.zoneId, subnet);
    }
    if (best.size > 0) return [...best.values()].slice(0, 3).map(({ id }) => id);
  }
  return [];
}

function subnetChoice(subnet: Subnet, routeTables: readonly RouteTable[] | undefined): SubnetChoice {
  const zoneId = subnet.AvailabilityZoneId ?? '';
  return {
    id: subnet.SubnetId ?? '',
    name: nameOf(subnet),
    zone: subnet.AvailabilityZone ?? '',
    zoneId,
    cidr: subnet.CidrBlock ?? '',
    freeAddresses: subnet.AvailableIpAddressCount ?? 0,
    reach: routeTables ? reachOf(subnet, routeTables) : 'unknown',
    zoneRefused: zonesRefusedByEks.includes(zoneId),
  };
}

/** A subnet without a route table of its own has the VPC's main one; of a shared VPC neither may be visible. */
function reachOf({ SubnetId, VpcId }: Subnet, routeTables: readonly RouteTable[]): SubnetChoice['reach'] {
  const own = routeTables.find(({ Associations }) => Associations?.some(found => found.SubnetId === SubnetId));
  const main = routeTables.find(table => table.VpcId === VpcId && table.Associations?.some(({ Main }) => Main));
  const table = own ?? main;
  if (!table) return 'unknown';
  return table.Routes?.some(({ GatewayId }) => GatewayId?.startsWith('igw-')) ? 'public' : 'private';
}

function blocksOf({ CidrBlock, CidrBlockAssociationSet = [] }: Vpc): string[] {
  const further = CidrBlockAssociationSet.filter(block => block.CidrBlockState?.State !== 'disassociated');
  return [...new Set([CidrBlock, ...further.map(block => block.CidrBlock)])].filter(block => block !== undefined);
}

function nameOf({ Tags = [] }: Pick<Vpc, 'Tags'>): string {
  return Tags.find(({ Key }) => Key === 'Name')?.Value ?? '';
}

/** Those without a name last. */
function byName(a: { readonly name: string; readonly id: string }, b: typeof a): number {
  return Number(a.name === '') - Number(b.name === '') || inOrder(a.name, b.name) || inOrder(a.id, b.id);
}

function inOrder(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
