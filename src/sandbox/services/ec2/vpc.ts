import type * as Sdk from '@aws-sdk/client-ec2';
import { createHash } from 'node:crypto';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { describer, find } from './describe.ts';
import { dependencies, invalidValue, missingParameter } from './ec2Error.ts';
import { contains, formatCidr, overlaps, parseCidr, type Cidr } from './ipv4.ts';
import { addLocalRoute, makeRouteTable } from './routeTable.ts';
import { rows, type VpcRow } from './rows.ts';
import { makeDefaultGroup } from './securityGroup.ts';
import { specifiedTags } from './tags.ts';

const maxVpcs = 5;
const maxCidrs = 5;

export const cidrsOf = ({ CidrBlockAssociationSet }: VpcRow): Cidr[] =>
  CidrBlockAssociationSet.flatMap(({ CidrBlock = '' }) => parseCidr(CidrBlock) ?? []);

export function requiredCidr(text: string | undefined): Cidr {
  if (text === undefined) throw missingParameter('cidrBlock');
  const cidr = parseCidr(text);
  if (cidr) return cidr;
  throw invalidValue(`Value (${text}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`);
}

const invalidRange = (message: string) => new AwsError('InvalidVpc.Range', message);

function vpcRange(text: string | undefined): Cidr {
  const cidr = requiredCidr(text);
  if (cidr.prefix < 16 || cidr.prefix > 28) throw invalidRange(`The CIDR '${text}' is invalid.`);
  return cidr;
}

const association = (AssociationId: string, CidrBlock: string) => ({
  AssociationId,
  CidrBlock,
  CidrBlockState: { State: 'associated' as const },
});

const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '198.19.0.0/16'].flatMap(
  text => parseCidr(text) ?? [],
);

export const vpcOperations = {
  CreateVpc(input: Sdk.CreateVpcRequest, context: CallContext): Sdk.CreateVpcResult {
    const { account, region } = context;
    const CidrBlock = formatCidr(vpcRange(input.CidrBlock));
    const Tags = specifiedTags(context, 'vpcs', input);
    if (rows(context, 'vpcs').size >= maxVpcs)
      throw new AwsError('VpcLimitExceeded', 'The maximum number of VPCs has been reached.');
    const VpcId = account.resourceId('vpc');
    // Every region has one default set of DHCP options, made before any VPC.
    const dhcp = createHash('sha256')
      .update(account.accountId + region)
      .digest('hex');
    const vpc = rows(context, 'vpcs').set(VpcId, {
      VpcId,
      CidrBlock,
      CidrBlockAssociationSet: [association(account.resourceId('vpc-cidr-assoc'), CidrBlock)],
      State: 'available',
      DhcpOptionsId: `dopt-0${dhcp.slice(0, 16)}`,
      InstanceTenancy: input.InstanceTenancy ?? 'default',
      IsDefault: false,
      OwnerId: account.accountId,
      Tags,
      dnsSupport: true,
      dnsHostnames: false,
      defaultNetworkAcl: account.resourceId('acl'),
    });
    makeDefaultGroup(context, VpcId);
    makeRouteTable(context, vpc, [], true);
    return { Vpc: { ...vpc, State: 'pending' } };
  },

  DescribeVpcs: describer(
    'vpcs',
    'Vpcs',
    'VpcIds',
    'vpc-id cidr=CidrBlock cidr-block-association.cidr-block=CidrBlockAssociationSet.CidrBlock dhcp-options-id is-default owner-id state',
  ),

  DeleteVpc({ VpcId }: Sdk.DeleteVpcRequest, context: CallContext): object {
    const { VpcId: id } = find(context, 'vpcs', VpcId);
    const inVpc = (row: { VpcId?: string | undefined }) => row.VpcId === id;
    const tables = rows(context, 'routeTables').filter(inVpc);
    const groups = rows(context, 'securityGroups').filter(inVpc);
    // One main route table and one default group go with their VPC; anything else holds it.
    const held =
      tables.length > 1 ||
      groups.length > 1 ||
      rows(context, 'subnets').find(inVpc) ||
      rows(context, 'endpoints').find(inVpc) ||
      rows(context, 'internetGateways').find(row => row.Attachments.some(inVpc));
    if (held) throw dependencies('vpc', id);
    for (const { RouteTableId } of tables) rows(context, 'routeTables').delete(RouteTableId);
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
      enableNetworkAddressUsageMetrics: { EnableNetworkAddressUsageMetrics: { Value: false } },
    };
    const attribute = attributes[input.Attribute ?? ''];
    if (attribute) return { VpcId, ...attribute };
    throw invalidValue(`Value (${input.Attribute}) for parameter attribute is invalid. Unknown attribute.`);
  },

  AssociateVpcCidrBlock(
    input: Sdk.AssociateVpcCidrBlockRequest,
    context: CallContext,
  ): Sdk.AssociateVpcCidrBlockResult {
    const vpc = find(context, 'vpcs', input.VpcId);
    const cidr = vpcRange(input.CidrBlock);
    if (cidrsOf(vpc).some(own => overlaps(own, cidr)))
      throw invalidRange(`The CIDR '${input.CidrBlock}' conflicts with a CIDR block of ${vpc.VpcId}.`);
    // A VPC of one private range takes no second block of another; 100.64.0.0/10 and public ranges go with any.
    const rangeOf = (one: Cidr) => privateRanges.find(range => contains(range, one));
    const [own, other] = [cidrsOf(vpc).map(rangeOf).find(Boolean), rangeOf(cidr)];
    if (own && other && own !== other)
      throw invalidRange(
        `The CIDR '${input.CidrBlock}' is restricted. Use a CIDR from the same private address range as the current VPC CIDR, or use a publicly-routable CIDR.`,
      );
    if (vpc.CidrBlockAssociationSet.length >= maxCidrs) {
      const message = `This network '${vpc.VpcId}' has met its maximum number of allowed CIDRs: ${maxCidrs}`;
      throw new AwsError('CidrLimitExceeded', message);
    }
    const added = association(context.account.resourceId('vpc-cidr-assoc'), formatCidr(cidr));
    vpc.CidrBlockAssociationSet.push(added);
    for (const table of rows(context, 'routeTables').filter(row => row.VpcId === vpc.VpcId))
      addLocalRoute(table, added.CidrBlock);
    return { VpcId: vpc.VpcId, CidrBlockAssociation: added };
  },

  DisassociateVpcCidrBlock({ AssociationId = '' }: Sdk.DisassociateVpcCidrBlockRequest, context: CallContext): object {
    const isIt = (item: Sdk.VpcCidrBlockAssociation) => item.AssociationId === AssociationId;
    const vpc = rows(context, 'vpcs').find(row => row.CidrBlockAssociationSet.some(isIt));
    const gone = vpc?.CidrBlockAssociationSet.find(isIt);
    const what = `The vpc CIDR block association ID '${AssociationId}'`;
    if (!vpc || !gone) throw new AwsError('InvalidVpcCidrBlockAssociationID.NotFound', `${what} does not exist`);
    const primary = gone.CidrBlock === vpc.CidrBlock;
    if (primary)
      throw new AwsError(
        'OperationNotPermitted',
        `The vpc CIDR block with association ID ${AssociationId} may not be disassociated. It is the primary IPv4 CIDR block of the VPC`,
      );
    const range = requiredCidr(gone.CidrBlock);
    const inside = rows(context, 'subnets').filter(row => row.VpcId === vpc.VpcId);
    if (inside.some(row => contains(range, requiredCidr(row.CidrBlock))))
      throw new AwsError('DependencyViolation', `${what} has dependencies and cannot be disassociated.`);
    vpc.CidrBlockAssociationSet = vpc.CidrBlockAssociationSet.filter(item => item !== gone);
    const isLocal = (route: Sdk.Route) => route.GatewayId === 'local' && route.DestinationCidrBlock === gone.CidrBlock;
    for (const table of rows(context, 'routeTables').filter(row => row.VpcId === vpc.VpcId))
      table.Routes = table.Routes.filter(route => !isLocal(route));
    return { VpcId: vpc.VpcId, CidrBlockAssociation: { ...gone, CidrBlockState: { State: 'disassociating' } } };
  },
};
