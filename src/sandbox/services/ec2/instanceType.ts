import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { filterRows, page } from './describe.ts';
import { zonesOf, type Zone } from './placement.ts';
import type { Place } from './rows.ts';

/** Type → vCPUs, GiB, architecture, network interfaces, addresses per interface. */
type Size = readonly [cpus: number, gib: number, arch: 'x86_64' | 'arm64', interfaces: number, addresses: number];

const general = (arch: Size[2]): Readonly<Record<string, Size>> => ({
  large: [2, 8, arch, 3, 10],
  xlarge: [4, 16, arch, 4, 15],
  '2xlarge': [8, 32, arch, 4, 15],
  '4xlarge': [16, 64, arch, 8, 30],
});
const families: Readonly<Record<string, Readonly<Record<string, Size>>>> = {
  t3: {
    micro: [2, 1, 'x86_64', 2, 2],
    small: [2, 2, 'x86_64', 3, 4],
    medium: [2, 4, 'x86_64', 3, 6],
    large: [2, 8, 'x86_64', 3, 12],
    xlarge: [4, 16, 'x86_64', 4, 15],
    '2xlarge': [8, 32, 'x86_64', 4, 15],
  },
  t3a: { medium: [2, 4, 'x86_64', 3, 6], large: [2, 8, 'x86_64', 3, 12], xlarge: [4, 16, 'x86_64', 4, 15] },
  t4g: { small: [2, 2, 'arm64', 3, 4], medium: [2, 4, 'arm64', 3, 6], large: [2, 8, 'arm64', 3, 12] },
  m5: general('x86_64'),
  m5a: general('x86_64'),
  m6i: general('x86_64'),
  m6g: general('arm64'),
  m7i: general('x86_64'),
  m7g: general('arm64'),
  c5: { large: [2, 4, 'x86_64', 3, 10], xlarge: [4, 8, 'x86_64', 4, 15], '2xlarge': [8, 16, 'x86_64', 4, 15] },
  c6i: { large: [2, 4, 'x86_64', 3, 10], xlarge: [4, 8, 'x86_64', 4, 15] },
  c7g: { large: [2, 4, 'arm64', 3, 10], xlarge: [4, 8, 'arm64', 4, 15] },
  r5: { large: [2, 16, 'x86_64', 3, 10], xlarge: [4, 32, 'x86_64', 4, 15] },
  r6i: { large: [2, 16, 'x86_64', 3, 10], xlarge: [4, 32, 'x86_64', 4, 15] },
};
const sizes: ReadonlyMap<string, Size> = new Map(
  Object.entries(families).flatMap(([family, own]) =>
    Object.entries(own).map(([size, data]) => [`${family}.${size}`, data] as const),
  ),
);

/** Zones without a family: one zone of us-east-1 has never had new ones, the newest are not everywhere yet. */
const absent: Readonly<Record<string, RegExp>> = {
  'use1-az3': /^(t3a?|t4g|[mcr][5-9]\w*)\./,
  'usw2-az4': /^[mcr]7\w*\./,
  'euw3-az2': /^[mcr]7\w*\./,
};

export const isInstanceType = (type: string): boolean => sizes.has(type);

export const offeringZones = ({ account, region }: Place, type: string): Zone[] =>
  zonesOf(account, region).filter(zone => sizes.has(type) && !absent[zone.id]?.test(type));

export const architectureOf = (type: string): Size[2] => sizes.get(type)?.[2] ?? 'x86_64';

const info = ([type, [cpus, gib, arch, interfaces, addresses]]: [string, Size]): Sdk.InstanceTypeInfo => ({
  InstanceType: type as Sdk._InstanceType,
  CurrentGeneration: true,
  FreeTierEligible: type === 't3.micro',
  SupportedUsageClasses: ['on-demand', 'spot'],
  SupportedRootDeviceTypes: ['ebs'],
  SupportedVirtualizationTypes: ['hvm'],
  BareMetal: false,
  Hypervisor: 'nitro',
  ProcessorInfo: { SupportedArchitectures: [arch] },
  VCpuInfo: { DefaultVCpus: cpus },
  MemoryInfo: { SizeInMiB: gib * 1024 },
  NetworkInfo: { MaximumNetworkInterfaces: interfaces, Ipv4AddressesPerInterface: addresses, Ipv6Supported: true },
  BurstablePerformanceSupported: type.startsWith('t'),
});

const typeFilters =
  'instance-type bare-metal current-generation processor-info.supported-architecture=ProcessorInfo.SupportedArchitectures memory-info.size-in-mib=MemoryInfo.SizeInMiB vcpu-info.default-vcpus=VCpuInfo.DefaultVCpus supported-usage-class=SupportedUsageClasses network-info.maximum-network-interfaces network-info.ipv4-addresses-per-interface';

export const instanceTypeOperations = {
  DescribeInstanceTypes(
    input: Sdk.DescribeInstanceTypesRequest,
    context: CallContext,
  ): Sdk.DescribeInstanceTypesResult {
    const wanted: readonly string[] = input.InstanceTypes?.length ? input.InstanceTypes : [...sizes.keys()];
    const unknown = wanted.filter(type => !sizes.has(type)).join(', ');
    if (unknown !== '')
      throw new AwsError('InvalidInstanceType', `The following supplied instance types do not exist: [${unknown}]`);
    const all = [...sizes].filter(([type]) => wanted.includes(type) && offeringZones(context, type).length > 0);
    const { found, ...next } = page(filterRows(all.map(info), input.Filters, typeFilters), input);
    return { InstanceTypes: found, ...next };
  },

  DescribeInstanceTypeOfferings(
    input: Sdk.DescribeInstanceTypeOfferingsRequest,
    context: CallContext,
  ): Sdk.DescribeInstanceTypeOfferingsResult {
    const LocationType = input.LocationType ?? 'region';
    const locations = (type: string): string[] => {
      const zones = offeringZones(context, type);
      if (LocationType === 'availability-zone') return zones.map(zone => zone.name);
      if (LocationType === 'availability-zone-id') return zones.map(zone => zone.id);
      return zones.length > 0 ? [context.region] : [];
    };
    const all = [...sizes.keys()].flatMap(type =>
      locations(type).map(Location => ({ InstanceType: type as Sdk._InstanceType, LocationType, Location })),
    );
    const { found, ...next } = page(filterRows(all, input.Filters, 'instance-type location'), input);
    return { InstanceTypeOfferings: found, ...next };
  },
};
