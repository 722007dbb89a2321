import type * as Sdk from '@aws-sdk/client-route-53';
import type { Account, CallContext } from '../../kernel/account.ts';
import { AwsError, notImplemented } from '../../kernel/awsError.ts';

interface HostedZone {
  readonly id: string;
  /** With a dot at its end, as Route 53 answers. */
  readonly name: string;
  readonly callerReference: string;
  readonly comment?: string;
  readonly vpcs: { readonly region: string; readonly id: string }[];
  /** Beside the zone's own NS and SOA. */
  records?: Sdk.ResourceRecordSet[];
}

const zones = (account: Account) => account.table<HostedZone>('route53.hostedZones');

/** Names of the private zones that answer in a VPC, without the dot. */
export function privateZoneNames(
  { account, region }: Pick<CallContext, 'account' | 'region'>,
  vpcId: string,
): string[] {
  return zones(account)
    .filter(({ vpcs }) => vpcs.some(vpc => vpc.id === vpcId && vpc.region === region))
    .map(({ name }) => name.slice(0, -1));
}

function checkedVpc(context: CallContext, vpc: Sdk.VPC | undefined): { region: string; id: string } {
  const { VPCRegion: region = '', VPCId: id = '' } = vpc ?? {};
  try {
    context.account.call({ ...context, region }, 'ec2', 'DescribeVpcs', { VpcIds: [id] });
  } catch {
    throw new AwsError('InvalidVPCId', `The VPC: ${id} you provided is not authorized to make the association.`, 400);
  }
  return { region, id };
}

interface NamedEndpoint {
  readonly PrivateDnsEnabled: boolean;
  readonly VpcEndpointId: string;
  readonly DnsEntries: readonly { readonly DnsName: string }[];
}

/** Two of the same name cannot both answer in one VPC: neither two zones, nor a zone and an endpoint's private DNS. */
function checkConflict(context: CallContext, name: string, { region, id }: { region: string; id: string }): void {
  const plain = name.slice(0, -1);
  const Filters = [{ Name: 'vpc-id', Values: [id] }];
  const { VpcEndpoints } = context.account.call<{ VpcEndpoints: NamedEndpoint[] }>(
    { ...context, region },
    'ec2',
    'DescribeVpcEndpoints',
    { Filters },
  );
  const taken = VpcEndpoints.filter(endpoint => endpoint.PrivateDnsEnabled).flatMap(({ DnsEntries }) =>
    DnsEntries.map(({ DnsName }) => DnsName.replace('*.', '')),
  );
  if (taken.includes(plain) || privateZoneNames({ ...context, region }, id).includes(plain))
    throw new AwsError(
      'ConflictingDomainExists',
      `The VPC ${id} in region ${region} has already been associated with the hosted zone with the same domain name.`,
      400,
    );
}

function find(account: Account, id: string): HostedZone {
  const zone = zones(account).get(id.replace('/hostedzone/', ''));
  if (zone) return zone;
  throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${id}`, 404);
}

const change = (account: Account) => ({
  Id: `/change/C${account.hex(19).toUpperCase()}`,
  Status: 'INSYNC' as const,
  SubmittedAt: new Date(account.now()),
});

export const hostedZoneOperations = {
  CreateHostedZone(input: Sdk.CreateHostedZoneRequest, context: CallContext): Sdk.CreateHostedZoneResponse {
    const { account } = context;
    if (!input.VPC) throw notImplemented('route53:CreateHostedZone without VPC (a public zone)');
    const name = `${(input.Name ?? '').toLowerCase().replace(/\.$/, '')}.`;
    if (!/^([a-z0-9_*-]{1,63}\.)+$/.test(name))
      throw new AwsError('InvalidDomainName', `${input.Name} is not a valid domain name`, 400);
    const callerReference = input.CallerReference ?? '';
    if (zones(account).find(zone => zone.callerReference === callerReference))
      throw new AwsError(
        'HostedZoneAlreadyExists',
        `A hosted zone has already been created with the specified caller reference: ${callerReference}`,
        409,
      );
    const vpc = checkedVpc(context, input.VPC);
    checkConflict(context, name, vpc);
    const id = `Z${account.hex(20).toUpperCase()}`;
    zones(account).set(id, { id, name, callerReference, vpcs: [vpc] });
    return {
      HostedZone: {
        Id: `/hostedzone/${id}`,
        Name: name,
        CallerReference: callerReference,
        Config: { PrivateZone: true },
      },
      ChangeInfo: change(account),
      DelegationSet: { NameServers: ['ns-0.awsdns-00.com'] },
      VPC: input.VPC,
      Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${id}`,
    };
  },

  ListHostedZonesByVPC(
    { VPCId, VPCRegion }: Sdk.ListHostedZonesByVPCRequest,
    { account }: CallContext,
  ): Sdk.ListHostedZonesByVPCResponse {
    const found = zones(account).filter(({ vpcs }) => vpcs.some(vpc => vpc.id === VPCId && vpc.region === VPCRegion));
    const HostedZoneSummaries = found.map(({ id, name }) => ({
      HostedZoneId: id,
      Name: name,
      Owner: { OwningAccount: account.accountId },
    }));
    return { HostedZoneSummaries, MaxItems: 100 };
  },

  AssociateVPCWithHostedZone(
    { HostedZoneId = '', VPC }: Sdk.AssociateVPCWithHostedZoneRequest,
    context: CallContext,
  ): Sdk.AssociateVPCWithHostedZoneResponse {
    const zone = find(context.account, HostedZoneId);
    const vpc = checkedVpc(context, VPC);
    checkConflict(context, zone.name, vpc);
    zone.vpcs.push(vpc);
    return { ChangeInfo: change(context.account) };
  },

  ListResourceRecordSets(
    { HostedZoneId = '' }: Sdk.ListResourceRecordSetsRequest,
    { account }: CallContext,
  ): Sdk.ListResourceRecordSetsResponse {
    const { name, records = [] } = find(account, HostedZoneId);
    const own = (['NS', 'SOA'] as const).map(Type => ({
      Name: name,
      Type,
      TTL: 900,
      ResourceRecords: [{ Value: 'ns-0.awsdns-00.com.' }],
    }));
    return { ResourceRecordSets: [...own, ...records], IsTruncated: false, MaxItems: 300 };
  },

  ChangeResourceRecordSets(
    { HostedZoneId = '', ChangeBatch }: Sdk.ChangeResourceRecordSetsRequest,
    { account }: CallContext,
  ): Sdk.ChangeResourceRecordSetsResponse {
    const zone = find(account, HostedZoneId);
    for (const { Action, ResourceRecordSet: set } of ChangeBatch?.Changes ?? []) {
      if (Action !== 'CREATE') throw notImplemented(`route53:ChangeResourceRecordSets ${Action}`);
      const Name = `${(set?.Name ?? '').toLowerCase().replace(/\.$/, '')}.`.replace('*', '\\052');
      if (!Name.endsWith(zone.name))
        throw new AwsError(
          'InvalidChangeBatch',
          `[RRSet with DNS name ${Name} is not permitted in zone ${zone.name}]`,
          400,
        );
      if (zone.records?.some(item => item.Name === Name && item.Type === set?.Type))
        throw new AwsError(
          'InvalidChangeBatch',
          `[Tried to create resource record set [name='${Name}', type='${set?.Type}'] but it already exists]`,
          400,
        );
      zone.records = [...(zone.records ?? []), { ...set, Name, Type: set?.Type }];
    }
    return { ChangeInfo: change(account) };
  },

  DeleteHostedZone({ Id = '' }: Sdk.DeleteHostedZoneRequest, { account }: CallContext): Sdk.DeleteHostedZoneResponse {
    zones(account).delete(find(account, Id).id);
    return { ChangeInfo: change(account) };
  },
};

export const hostedZoneResources = (account: Account) =>
  zones(account)
    .values()
    .map(({ id, name }) => ({ type: 'AWS::Route53::HostedZone', id, name }));
