import type * as Sdk from '@aws-sdk/client-ec2';
import { createHash } from 'node:crypto';
import type { CallContext } from '../../kernel/account.ts';
import { describer, find } from './describe.ts';
import { dependencies, invalidValue } from './ec2Error.ts';
import { internalDomain } from './placement.ts';
import { rows, type DhcpOptionsRow } from './rows.ts';
import { specifiedTags } from './tags.ts';

const keys = [
  'domain-name-servers',
  'domain-name',
  'ntp-servers',
  'netbios-name-servers',
  'netbios-node-type',
  'ipv6-address-preferred-lease-time',
];

const configuration = (Key: string, values: readonly string[]): Sdk.DhcpConfiguration => ({
  Key,
  Values: values.map(Value => ({ Value })),
});

/** Every region has one default set, made before any VPC. */
export function defaultDhcpOptions(context: Pick<CallContext, 'account' | 'region'>): DhcpOptionsRow {
  const { account, region } = context;
  const digest = createHash('sha256')
    .update(account.accountId + region)
    .digest('hex');
  const DhcpOptionsId = `dopt-0${digest.slice(0, 16)}`;
  const table = rows(context, 'dhcpOptions');
  return (
    table.get(DhcpOptionsId) ??
    table.set(DhcpOptionsId, {
      DhcpOptionsId,
      DhcpConfigurations: [
        configuration('domain-name', [internalDomain(region)]),
        configuration('domain-name-servers', ['AmazonProvidedDNS']),
      ],
      OwnerId: account.accountId,
      Tags: [],
      isDefault: true,
    })
  );
}

export const dhcpOptionsOperations = {
  CreateDhcpOptions(input: Sdk.CreateDhcpOptionsRequest, context: CallContext): Sdk.CreateDhcpOptionsResult {
    const { account } = context;
    const DhcpConfigurations = (input.DhcpConfigurations ?? []).map(({ Key = '', Values = [] }) => {
      if (!keys.includes(Key)) throw invalidValue(`Value (${Key}) for parameter key is invalid. Unknown DHCP option`);
      return configuration(Key, Values);
    });
    const Tags = specifiedTags(context, 'dhcpOptions', input);
    const DhcpOptionsId = account.resourceId('dopt');
    const row = { DhcpOptionsId, DhcpConfigurations, OwnerId: account.accountId, Tags, isDefault: false };
    return { DhcpOptions: structuredClone(rows(context, 'dhcpOptions').set(DhcpOptionsId, row)) };
  },

  DescribeDhcpOptions: describer(
    'dhcpOptions',
    'DhcpOptions',
    'DhcpOptionsIds',
    'dhcp-options-id key=DhcpConfigurations.Key value=DhcpConfigurations.Values.Value owner-id',
  ),

  AssociateDhcpOptions(input: Sdk.AssociateDhcpOptionsRequest, context: CallContext): object {
    const vpc = find(context, 'vpcs', input.VpcId);
    // `default` stands for none at all.
    vpc.DhcpOptionsId =
      input.DhcpOptionsId === 'default' ? 'default' : find(context, 'dhcpOptions', input.DhcpOptionsId).DhcpOptionsId;
    return {};
  },

  DeleteDhcpOptions(input: Sdk.DeleteDhcpOptionsRequest, context: CallContext): object {
    const { DhcpOptionsId } = find(context, 'dhcpOptions', input.DhcpOptionsId);
    if (rows(context, 'vpcs').find(vpc => vpc.DhcpOptionsId === DhcpOptionsId))
      throw dependencies('dhcpOptions', DhcpOptionsId);
    rows(context, 'dhcpOptions').delete(DhcpOptionsId);
    return {};
  },
};
