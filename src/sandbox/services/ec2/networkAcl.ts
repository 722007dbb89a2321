import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { describer, find } from './describe.ts';
import { dependencies, invalidValue, missingParameter } from './ec2Error.ts';
import { requiredCidr } from './vpc.ts';
import { formatCidr } from './ipv4.ts';
import { rows, type NetworkAclRow, type SubnetRow, type VpcRow } from './rows.ts';
import { specifiedTags } from './tags.ts';

/** The rule that no ACL loses: what no other rule takes is refused. It shows as number 32767. */
const lastRule = 32_767;

const entry = (
  RuleNumber: number,
  RuleAction: 'allow' | 'deny',
  Egress: boolean,
  ipv6 = false,
): Sdk.NetworkAclEntry => ({
  RuleNumber,
  RuleAction,
  Egress,
  Protocol: '-1',
  ...(ipv6 ? { Ipv6CidrBlock: '::/0' } : { CidrBlock: '0.0.0.0/0' }),
});

/** A VPC that gets an IPv6 block has its default ACL let IPv6 pass, too. */
export function openDefaultAclToIpv6(context: CallContext, vpcId: string): void {
  const acl = rows(context, 'networkAcls').find(row => row.VpcId === vpcId && row.IsDefault);
  if (!acl || acl.Entries.some(item => item.Ipv6CidrBlock !== undefined)) return;
  for (const egress of [true, false])
    acl.Entries.push(entry(101, 'allow', egress, true), entry(lastRule + 1, 'deny', egress, true));
  acl.Entries.sort((a, b) => (a.RuleNumber ?? 0) - (b.RuleNumber ?? 0));
}

/** A VPC's default ACL lets all pass; one that a user makes lets nothing. */
export function makeNetworkAcl(
  { account, region }: Pick<CallContext, 'account' | 'region'>,
  { VpcId }: Pick<VpcRow, 'VpcId'>,
  Tags: Sdk.Tag[],
  IsDefault: boolean,
): NetworkAclRow {
  const NetworkAclId = account.resourceId('acl');
  const open = IsDefault ? [entry(100, 'allow', true), entry(100, 'allow', false)] : [];
  const Entries = [...open, entry(lastRule, 'deny', true), entry(lastRule, 'deny', false)];
  const row = { NetworkAclId, VpcId, IsDefault, Entries, Associations: [], OwnerId: account.accountId, Tags };
  return rows({ account, region }, 'networkAcls').set(NetworkAclId, row);
}

export function associateDefaultAcl(context: CallContext, subnet: SubnetRow): void {
  const acl = rows(context, 'networkAcls').find(row => row.VpcId === subnet.VpcId && row.IsDefault);
  acl?.Associations.push(association(acl, subnet.SubnetId, subnet.networkAclAssociation));
}

const association = ({ NetworkAclId }: NetworkAclRow, SubnetId: string, NetworkAclAssociationId: string) => ({
  NetworkAclAssociationId,
  NetworkAclId,
  SubnetId,
});

const isEntry =
  ({ RuleNumber, Egress }: Pick<Sdk.NetworkAclEntry, 'RuleNumber' | 'Egress'>) =>
  (item: Sdk.NetworkAclEntry): boolean =>
    item.RuleNumber === RuleNumber && item.Egress === Egress;

const protocols: Readonly<Record<string, string>> = { tcp: '6', udp: '17', icmp: '1', all: '-1' };

export const networkAclOperations = {
  CreateNetworkAcl(input: Sdk.CreateNetworkAclRequest, context: CallContext): Sdk.CreateNetworkAclResult {
    const vpc = find(context, 'vpcs', input.VpcId);
    const tags = specifiedTags(context, 'networkAcls', input);
    return { NetworkAcl: structuredClone(makeNetworkAcl(context, vpc, tags, false)) };
  },

  DescribeNetworkAcls: describer(
    'networkAcls',
    'NetworkAcls',
    'NetworkAclIds',
    'network-acl-id vpc-id default=IsDefault association.subnet-id=Associations.SubnetId',
  ),

  DeleteNetworkAcl(input: Sdk.DeleteNetworkAclRequest, context: CallContext): object {
    const { NetworkAclId, IsDefault, Associations } = find(context, 'networkAcls', input.NetworkAclId);
    if (IsDefault) throw invalidValue(`cannot delete default network ACL ${NetworkAclId}`);
    if (Associations.length > 0) throw dependencies('networkAcl', NetworkAclId);
    rows(context, 'networkAcls').delete(NetworkAclId);
    return {};
  },

  CreateNetworkAclEntry(input: Sdk.CreateNetworkAclEntryRequest, context: CallContext): object {
    const { Entries } = find(context, 'networkAcls', input.NetworkAclId);
    const { RuleNumber = 0, RuleAction, Egress = false, PortRange } = input;
    const Protocol = protocols[input.Protocol ?? ''] ?? input.Protocol ?? '';
    if (RuleNumber < 1 || RuleNumber > 32_766)
      throw invalidValue(`Invalid value '${RuleNumber}' for ruleNumber. Must be between 1 and 32766.`);
    if (!/^(-1|\d{1,3})$/.test(Protocol)) throw invalidValue(`Invalid value '${Protocol}' for IP protocol.`);
    if (/^(6|17)$/.test(Protocol) && (PortRange?.From === undefined || PortRange.To === undefined))
      throw missingParameter('portRange');
    if (Entries.some(isEntry({ RuleNumber, Egress })))
      throw new AwsError(
        'NetworkAclEntryAlreadyExists',
        `The network acl entry identified by ${RuleNumber} already exists.`,
      );
    const to = input.Ipv6CidrBlock
      ? { Ipv6CidrBlock: input.Ipv6CidrBlock }
      : { CidrBlock: formatCidr(requiredCidr(input.CidrBlock)) };
    const ports = /^(6|17)$/.test(Protocol) && PortRange ? { PortRange } : {};
    Entries.push({ RuleNumber, RuleAction, Egress, Protocol, ...to, ...ports });
    Entries.sort((a, b) => (a.RuleNumber ?? 0) - (b.RuleNumber ?? 0));
    return {};
  },

  DeleteNetworkAclEntry(input: Sdk.DeleteNetworkAclEntryRequest, context: CallContext): object {
    const acl = find(context, 'networkAcls', input.NetworkAclId);
    const index = acl.Entries.findIndex(isEntry(input));
    if (index < 0 || input.RuleNumber === lastRule)
      throw new AwsError(
        'InvalidNetworkAclEntry.NotFound',
        `The specified entry ${input.RuleNumber} does not exist in ${acl.NetworkAclId}`,
      );
    acl.Entries.splice(index, 1);
    return {};
  },

  ReplaceNetworkAclAssociation(
    { AssociationId = '', NetworkAclId }: Sdk.ReplaceNetworkAclAssociationRequest,
    context: CallContext,
  ): Sdk.ReplaceNetworkAclAssociationResult {
    const next = find(context, 'networkAcls', NetworkAclId);
    const isIt = (item: Sdk.NetworkAclAssociation) => item.NetworkAclAssociationId === AssociationId;
    const last = rows(context, 'networkAcls').find(row => row.Associations.some(isIt));
    const subnet = rows(context, 'subnets').get(last?.Associations.find(isIt)?.SubnetId);
    if (!last || !subnet)
      throw new AwsError('InvalidAssociationID.NotFound', `The association ID '${AssociationId}' does not exist`);
    if (next.VpcId !== last.VpcId)
      throw invalidValue(`Network ACL ${next.NetworkAclId} and subnet ${subnet.SubnetId} belong to different networks`);
    last.Associations = last.Associations.filter(item => !isIt(item));
    subnet.networkAclAssociation = context.account.resourceId('aclassoc');
    next.Associations.push(association(next, subnet.SubnetId, subnet.networkAclAssociation));
    return { NewAssociationId: subnet.networkAclAssociation };
  },
};
