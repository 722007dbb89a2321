import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { filterRows, page } from './describe.ts';
import { zonesOf, type Zone } from './placement.ts';
import type { Place } from './rows.ts';

/** Sizes → the families that have them. */
const families: readonly (readonly [sizes: string, families: string])[] = [
  ['micro small medium large xlarge 2xlarge', 't3 t3a t4g'],
  ['xlarge 2xlarge 4xlarge 8xlarge 12xlarge', 'g4dn g5 g5g g6'],
  ['xlarge 8xlarge', 'inf2'],
  [
    'large xlarge 2xlarge 4xlarge',
    'm5 m5a m6i m6a m6g m7i m7a m7g c5 c6i c6a c6g c7i c7a c7g r5 r6i r6a r6g r7i r7a r7g',
  ],
];
const types: readonly string[] = families.flatMap(([sizes, names]) =>
  names.split(' ').flatMap(family => sizes.split(' ').map(size => `${family}.${size}`)),
);

/** Zones without a family: one zone of us-east-1 has never had new ones, the newest are not everywhere yet. */
const absent: Readonly<Record<string, RegExp>> = {
  'use1-az3': /^(t3a?|t4g|[mcr][5-9]\w*)\./,
  'usw2-az4': /^[mcr]7\w*\./,
  'euw3-az2': /^[mcr]7\w*\./,
};

export const isInstanceType = (type: string): boolean => types.includes(type);

export const offeringZones = ({ account, region }: Place, type: string): Zone[] =>
  zonesOf(account, region).filter(zone => isInstanceType(type) && !absent[zone.id]?.test(type));

/** AWS marks its own processors by a `g` behind the generation. */
export const architectureOf = (type: string): 'x86_64' | 'arm64' => (/^[a-z]+\d+g/.test(type) ? 'arm64' : 'x86_64');

/** Nano to large have two, a medium of AWS's own newer processors one, `Nxlarge` four times N. */
export function vcpusOf(type: string): number {
  const [family = '', size = ''] = type.split('.');
  const times = /^(\d*)xlarge$/.exec(size)?.[1];
  if (times !== undefined) return 4 * Number(times || 1);
  return size === 'medium' && !family.startsWith('t') ? 1 : 2;
}

/** Sizes → network interfaces, and addresses of each; `t3` and the like have their own. */
const networks: Readonly<Record<string, readonly [number, number]>> = {
  ...{ 't.micro': [2, 2], 't.small': [3, 4], 't.medium': [3, 6], 't.large': [3, 12] },
  ...{
    large: [3, 10],
    xlarge: [4, 15],
    '2xlarge': [4, 15],
    '4xlarge': [8, 30],
    '8xlarge': [8, 30],
    '12xlarge': [8, 30],
  },
};

function networkOf(type: string): Pick<Sdk.NetworkInfo, 'MaximumNetworkInterfaces' | 'Ipv4AddressesPerInterface'> {
  const [family = '', size = ''] = type.split('.');
  const [MaximumNetworkInterfaces = 2, Ipv4AddressesPerInterface = 10] =
    (family.startsWith('t') ? networks[`t.${size}`] : undefined) ?? networks[size] ?? [];
  return { MaximumNetworkInterfaces, Ipv4AddressesPerInterface };
}

export const instanceTypeOperations = {
  DescribeInstanceTypes(input: Sdk.DescribeInstanceTypesRequest, context: CallContext): object {
    const wanted = input.InstanceTypes ?? types;
    const unknown = wanted.filter(type => !isInstanceType(type));
    if (unknown.length > 0)
      throw new AwsError(
        'InvalidInstanceType',
        `The following supplied instance types do not exist: [${unknown.join(', ')}]`,
      );
    const all = wanted.filter(type => offeringZones(context, type).length > 0);
    const shown = all.map(InstanceType => ({
      InstanceType,
      CurrentGeneration: true,
      ProcessorInfo: { SupportedArchitectures: [architectureOf(InstanceType)] },
      VCpuInfo: { DefaultVCpus: vcpusOf(InstanceType) },
      NetworkInfo: networkOf(InstanceType),
    }));
    const { found, ...next } = page(filterRows(shown, input.Filters, 'instance-type'), input);
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
    const all = types.flatMap(type =>
      locations(type).map(Location => ({ InstanceType: type as Sdk._InstanceType, LocationType, Location })),
    );
    const { found, ...next } = page(filterRows(all, input.Filters, 'instance-type location'), input);
    return { InstanceTypeOfferings: found, ...next };
  },
};
