import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError, notImplemented } from '../../kernel/awsError.ts';
import { describer, find } from './describe.ts';
import { defaultDhcpOptions } from './dhcpOptions.ts';
import { dependencies, invalidValue, missingParameter } from './ec2Error.ts';
import { formatCidr, parseCidr, type Cidr } from './ipv4.ts';
import { makeNetworkAcl } from './networkAcl.ts';
import { makeRouteTable } from './routeTable.ts';
import { rows } from './rows.ts';
import { makeDefaultGroup } from './securityGroup.ts';
import { specifiedTags } from './tags.ts';

export function requiredCidr(text: string | undefined): Cidr {
  if (text === undefined) throw missingParameter('cidrBlock');
  const cidr = parseCidr(text);
  if (cidr) return cidr;
  throw invalidValue(`Value (${text}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`);
}

export const vpcOperations = {
  CreateVpc(input: Sdk.CreateVpcRequest, context: CallContext): Sdk.CreateVpcResult {
    const { account } = context;
    const cidr = requiredCidr(input.CidrBlock);
    if (cidr.prefix < 16 || cidr.prefix > 28)
      throw new AwsError('InvalidVpc.Range', `The CIDR '${input.CidrBlock}' is invalid.`);
    const CidrBlock = formatCidr(cidr);
    const AssociationId = account.resourceId('vpc-cidr-assoc');
    const Tags = specifiedTags(context, 'vpcs', input);
    const VpcId = account.resourceId('vpc');
    const vpc = rows(context, 'vpcs').set(VpcId, {
      VpcId,
      CidrBlock,
      CidrBlockAssociationSet: [{ AssociationId, CidrBlock, CidrBlockState: { State: 'associated' } }],
      State: 'available',
      DhcpOptionsId: defaultDhcpOptions(context).DhcpOptionsId,
      InstanceTenancy: input.InstanceTenancy ?? 'default',
      IsDefault: false,
      OwnerId: account.accountId,
      Tags,
      dnsSupport: true,
      dnsHostnames: false,
      defaultNetworkAcl: makeNetworkAcl(context, { VpcId }, [], true).NetworkAclId,
    });
    makeDefaultGroup(context, VpcId);
    makeRouteTable(context, vpc, [], true);
    return { Vpc: { ...vpc, State: 'pending' } };
  },

  DescribeVpcs: describer('vpcs', 'Vpcs', 'VpcIds', 'vpc-id cidr=CidrBlock is-default state'),

  DeleteVpc({ VpcId }: Sdk.DeleteVpcRequest, context: CallContext): object {
    const { VpcId: id } = find(context, 'vpcs', VpcId);
    const inVpc = (row: { VpcId?: string | undefined }) => row.VpcId === id;
    const tables = rows(context, 'routeTables').filter(inVpc);
    const groups = rows(context, 'securityGroups').filter(inVpc);
    const acls = rows(context, 'networkAcls').filter(inVpc);
    // One main route table and one default group go with their VPC; anything else holds it.
    const held =
      (tables.length > 1 ||
        groups.length > 1 ||
        acls.length > 1 ||
        rows(context, 'subnets').find(inVpc) ||
        rows(context, 'endpoints').find(inVpc) ||
        rows(context, 'internetGateways').find(row => row.Attachments.some(inVpc))) ??
      rows(context, 'egressOnlyGateways').find(row => row.Attachments.some(inVpc)) ??
      rows(context, 'peerings').find(row => [row.RequesterVpcInfo, row.AccepterVpcInfo].some(inVpc));
    if (held) throw dependencies('vpc', id);
    for (const { RouteTableId } of tables) rows(context, 'routeTables').delete(RouteTableId);
    for (const { NetworkAclId } of acls) rows(context, 'networkAcls').delete(NetworkAclId);
    for (const { GroupId } of groups) {
      rows(context, 'securityGroups').delete(GroupId);
      for (const rule of rows(context, 'rules').filter(row => row.GroupId === GroupId))
        rows(context, 'rules').delete(rule.SecurityGroupRuleId);
    }
    rows(context, 'vpcs').delete(id);
    return {};
  },

  ModifyVpcAttribute(input: Sdk.ModifyVpcAttributeRequest, context: CallContext): object {
    const { EnableDnsHostnames: hostnames, EnableDnsSupport: support } = input;
    const vpc = find(context, 'vpcs', input.VpcId);
    if (hostnames && support)
      throw new AwsError(
        'InvalidParameterCombination',
        'Fields for multiple attribute types specified: enableDnsHostnames, enableDnsSupport',
      );
    vpc.dnsHostnames = hostnames?.Value ?? vpc.dnsHostnames;
    vpc.dnsSupport = support?.Value ?? vpc.dnsSupport;
    return {};
  },

  DescribeVpcAttribute(input: Sdk.DescribeVpcAttributeRequest, context: CallContext): Sdk.DescribeVpcAttributeResult {
    const { VpcId, dnsSupport, dnsHostnames } = find(context, 'vpcs', input.VpcId);
    const attributes: Readonly<Record<string, object>> = {
      enableDnsSupport: { EnableDnsSupport: { Value: dnsSupport } },
      enableDnsHostnames: { EnableDnsHostnames: { Value: dnsHostnames } },
    };
    const attribute = attributes[input.Attribute ?? ''];
    if (attribute) return { VpcId, ...attribute };
    if (input.Attribute === 'enableNetworkAddressUsageMetrics')
      throw notImplemented(`ec2:DescribeVpcAttribute ${input.Attribute}`);
    throw invalidValue(`Value (${input.Attribute}) for parameter attribute is invalid. Unknown attribute.`);
  },
};
