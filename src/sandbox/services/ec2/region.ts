import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext } from '../../kernel/account.ts';
import { filterRows } from './describe.ts';
import { invalidValue } from './ec2Error.ts';
import { regionNames, zonesOf } from './placement.ts';

/** The names, if each is known. */
function known(wanted: string[] | undefined, all: readonly string[], what: string): readonly string[] {
  const unknown = wanted?.find(name => !all.includes(name));
  if (unknown !== undefined) throw invalidValue(`Invalid ${what}: [${unknown}]`);
  return wanted?.length ? wanted : all;
}

export const regionOperations = {
  DescribeAvailabilityZones(
    input: Sdk.DescribeAvailabilityZonesRequest,
    context: CallContext,
  ): Sdk.DescribeAvailabilityZonesResult {
    const { account, region } = context;
    const zones = zonesOf(account, region);
    const names = known(
      input.ZoneNames,
      zones.map(zone => zone.name),
      'availability zone',
    );
    const ids = known(
      input.ZoneIds,
      zones.map(zone => zone.id),
      'availability zone-id',
    );
    const all = zones.map(({ name, id }) => ({
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
    const wanted = all.filter(zone => names.includes(zone.ZoneName) && ids.includes(zone.ZoneId));
    const filters = 'zone-name zone-id zone-type region-name group-name opt-in-status state';
    return { AvailabilityZones: filterRows(wanted, input.Filters, filters) };
  },

  DescribeRegions(input: Sdk.DescribeRegionsRequest, _context: CallContext): Sdk.DescribeRegionsResult {
    const OptInStatus = 'opt-in-not-required';
    const all = known(input.RegionNames, regionNames, 'region name').map(RegionName => ({
      RegionName,
      Endpoint: `ec2.${RegionName}.amazonaws.com`,
      OptInStatus,
    }));
    return { Regions: filterRows(all, input.Filters, 'region-name endpoint opt-in-status') };
  },
};
