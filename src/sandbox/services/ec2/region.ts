import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext } from '../../kernel/account.ts';
import { filterRows } from './describe.ts';
import { invalidValue } from './ec2Error.ts';
import { zonesOf } from './placement.ts';

export const regionOperations = {
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
