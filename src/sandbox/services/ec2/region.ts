import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext } from '../../kernel/account.ts';
import { filterRows } from './describe.ts';
import { invalidValue } from './ec2Error.ts';
import { zonesOf } from './placement.ts';

/** Those that this sandbox has zones for, as an account that has opted in to none other. */
const regions = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-southeast-2'];

export const regionOperations = {
  DescribeRegions(_input: Sdk.DescribeRegionsRequest): Sdk.DescribeRegionsResult {
    const OptInStatus = 'opt-in-not-required';
    return {
      Regions: regions.map(RegionName => ({ RegionName, Endpoint: `ec2.${RegionName}.amazonaws.com`, OptInStatus })),
    };
  },

  DescribeAvailabilityZones(
    { ZoneNames: names = [], Filters }: Sdk.DescribeAvailabilityZonesRequest,
    { account, region }: CallContext,
  ): Sdk.DescribeAvailabilityZonesResult {
    const zones = zonesOf(account, region);
    const unknown = names.find(name => !zones.some(zone => zone.name === name));
    if (unknown !== undefined) throw invalidValue(`Invalid availability zone: [${unknown}]`);
    const wanted = zones.filter(({ name }) => names.length === 0 || names.includes(name));
    const all = wanted.map(({ name, id }) => ({
      ZoneName: name,
      ZoneId: id,
      RegionName: region,
      GroupName: `${region}-zg-1`,
      NetworkBorderGroup: region,
      State: 'available' as const,
      OptInStatus: 'opt-in-not-required' as const,
      ZoneType: 'availability-zone',
      Messages: [],
    }));
    return { AvailabilityZones: filterRows(all, Filters, 'zone-name zone-id zone-type state opt-in-status') };
  },
};
