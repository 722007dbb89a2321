import type {
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult,
  DescribeRegionsRequest,
  DescribeRegionsResult,
} from '@aws-sdk/client-ec2';
import type { Operation } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { filterRows } from './describe.ts';
import { invalidValue } from './ec2Error.ts';
import { regionNames, zonesOf } from './placement.ts';

const describeAvailabilityZones: Operation<DescribeAvailabilityZonesRequest, DescribeAvailabilityZonesResult> = (
  input,
  context,
) => {
  const { account, region } = context;
  const all = zonesOf(account, region).map(({ name, id }) => ({
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
  for (const name of input.ZoneNames ?? [])
    if (!all.some(zone => zone.ZoneName === name)) throw invalidValue(`Invalid availability zone: [${name}]`);
  for (const id of input.ZoneIds ?? [])
    if (!all.some(zone => zone.ZoneId === id)) throw invalidValue(`Invalid availability zone-id: [${id}]`);
  const wanted = all.filter(
    zone => (input.ZoneNames?.includes(zone.ZoneName) ?? true) && (input.ZoneIds?.includes(zone.ZoneId) ?? true),
  );
  return { AvailabilityZones: filterRows(wanted, input.Filters, zoneFilters) };
};
const zoneFilters = {
  'zone-name': 'ZoneName',
  'zone-id': 'ZoneId',
  'zone-type': 'ZoneType',
  'region-name': 'RegionName',
  'group-name': 'GroupName',
  'opt-in-status': 'OptInStatus',
  state: 'State',
};

const describeRegions: Operation<DescribeRegionsRequest, DescribeRegionsResult> = (input, _context) => {
  const unknown = input.RegionNames?.find(name => !regionNames.includes(name));
  if (unknown !== undefined) throw new AwsError('InvalidParameterValue', `Invalid region name: [${unknown}]`);
  const all = regionNames
    .filter(name => input.RegionNames?.includes(name) ?? true)
    .map(RegionName => ({
      RegionName,
      Endpoint: `ec2.${RegionName}.amazonaws.com`,
      OptInStatus: 'opt-in-not-required',
    }));
  return {
    Regions: filterRows(all, input.Filters, {
      'region-name': 'RegionName',
      endpoint: 'Endpoint',
      'opt-in-status': 'OptInStatus',
    }),
  };
};

export const regionOperations = {
  DescribeAvailabilityZones: describeAvailabilityZones,
  DescribeRegions: describeRegions,
};
