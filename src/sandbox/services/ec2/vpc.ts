import type {
  AssociateVpcCidrBlockRequest,
  AssociateVpcCidrBlockResult,
  CreateVpcRequest,
  CreateVpcResult,
  DeleteVpcRequest,
  DescribeVpcAttributeRequest,
  DescribeVpcAttributeResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
  DisassociateVpcCidrBlockRequest,
  ModifyVpcAttributeRequest,
} from '@aws-sdk/client-ec2';
import { createHash } from 'node:crypto';
import type { Operation } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { withMembers } from '../simulatedMembers.ts';
import { describe, find } from './describe.ts';
import { dependencies, invalidValue, missingParameter } from './ec2Error.ts';
import { contains, formatCidr, overlaps, parseCidr, type Cidr } from './ipv4.ts';
import { addLocalRoute, makeRouteTable } from './routeTable.ts';
import { rows, type VpcRow } from './rows.ts';
import { makeDefaultGroup } from './securityGroup.ts';
import { specifiedTags } from './tags.ts';

const maxVpcs = 5;
const maxCidrs = 5;

export const cidrsOf = ({ CidrBlockAssociationSet }: Pick<VpcRow, 'CidrBlockAssociationSet'>): Cidr[] =>
  CidrBlockAssociationSet.flatMap(({ CidrBlock = '' }) => parseCidr(CidrBlock) ?? []);

function vpcRange(text: string): Cidr {
  const cidr = parseCidr(text);
  if (!cidr) throw invalidValue(`Value (${text}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`);
  if (cidr.prefix < 16 || cidr.prefix > 28) throw new AwsError('InvalidVpc.Range', `The CIDR '${text}' is invalid.`);
  return cidr;
}

const createVpc: Operation<CreateVpcRequest, CreateVpcResult> = (input, context) => {
  const { account, region } = context;
  if (input.CidrBlock === undefined) throw missingParameter('cidrBlock');
  const CidrBlock = formatCidr(vpcRange(input.CidrBlock));
  const Tags = specifiedTags(context, 'vpcs', input.TagSpecifications);
  if (rows(context, 'vpcs').size >= maxVpcs)
    throw new AwsError('VpcLimitExceeded', 'The maximum number of VPCs has been reached.');
  const VpcId = account.resourceId('vpc');
  // Every region has one default set of DHCP options, made before any VPC.
  const dhcp = createHash('sha256')
    .update(account.accountId + region)
    .digest('hex')
    .slice(0, 16);
  const vpc = rows(context, 'vpcs').set(VpcId, {
    VpcId,
    CidrBlock,
    CidrBlockAssociationSet: [association(account.resourceId('vpc-cidr-assoc'), CidrBlock)],
    State: 'available',
    DhcpOptionsId: `dopt-0${dhcp}`,
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
};

const association = (AssociationId: string, CidrBlock: string) => ({
  AssociationId,
  CidrBlock,
  CidrBlockState: { State: 'associated' as const },
});

const describeVpcs: Operation<DescribeVpcsRequest, DescribeVpcsResult> = (input, context) => {
  const { found: Vpcs, ...next } = describe(context, 'vpcs', vpcFilters, input, input.VpcIds);
  return { Vpcs, ...next };
};
const vpcFilters = {
  'vpc-id': 'VpcId',
  cidr: 'CidrBlock',
  'cidr-block-association.cidr-block': 'CidrBlockAssociationSet.CidrBlock',
  'cidr-block-association.association-id': 'CidrBlockAssociationSet.AssociationId',
  'cidr-block-association.state': 'CidrBlockAssociationSet.CidrBlockState.State',
  'dhcp-options-id': 'DhcpOptionsId',
  'is-default': 'IsDefault',
  'owner-id': 'OwnerId',
  state: 'State',
};

const deleteVpc: Operation<DeleteVpcRequest> = ({ VpcId }, context) => {
  const { VpcId: id } = find(context, 'vpcs', VpcId);
  const inVpc = (row: { VpcId?: string | undefined }) => row.VpcId === id;
  const main = rows(context, 'routeTables').find(row => inVpc(row) && row.Associations.some(item => item.Main));
  const group = rows(context, 'securityGroups').find(row => inVpc(row) && row.GroupName === 'default');
  const others =
    rows(context, 'subnets').find(inVpc) ??
    rows(context, 'endpoints').find(inVpc) ??
    rows(context, 'internetGateways').find(row => row.Attachments.some(inVpc)) ??
    rows(context, 'routeTables').find(row => inVpc(row) && row !== main) ??
    rows(context, 'securityGroups').find(row => inVpc(row) && row !== group);
  if (others) throw dependencies('vpc', id);
  if (main) rows(context, 'routeTables').delete(main.RouteTableId);
  if (group) {
    for (const rule of rows(context, 'rules').filter(row => row.GroupId === group.GroupId))
      rows(context, 'rules').delete(rule.SecurityGroupRuleId);
    rows(context, 'securityGroups').delete(group.GroupId);
  }
  rows(context, 'vpcs').delete(id);
  return {};
};

const modifyVpcAttribute: Operation<ModifyVpcAttributeRequest> = (input, context) => {
  const { EnableDnsHostnames: hostnames, EnableDnsSupport: support } = input;
  const vpc = find(context, 'vpcs', input.VpcId);
  if (hostnames && support)
    throw new AwsError(
      'InvalidParameterCombination',
      'Fields for multiple attribute types specified: enableDnsHostnames, enableDnsSupport',
    );
  if (hostnames?.Value !== undefined) vpc.dnsHostnames = hostnames.Value;
  if (support?.Value !== undefined) vpc.dnsSupport = support.Value;
  return {};
};

const describeVpcAttribute: Operation<DescribeVpcAttributeRequest, DescribeVpcAttributeResult> = (input, context) => {
  const { VpcId, dnsSupport, dnsHostnames } = find(context, 'vpcs', input.VpcId);
  switch (input.Attribute) {
    case 'enableDnsSupport':
      return { VpcId, EnableDnsSupport: { Value: dnsSupport } };
    case 'enableDnsHostnames':
      return { VpcId, EnableDnsHostnames: { Value: dnsHostnames } };
    case 'enableNetworkAddressUsageMetrics':
      return { VpcId, EnableNetworkAddressUsageMetrics: { Value: false } };
    case undefined:
    default:
      throw invalidValue(`Value (${String(input.Attribute)}) for parameter attribute is invalid. Unknown attribute.`);
  }
};

const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '198.19.0.0/16'].flatMap(
  text => parseCidr(text) ?? [],
);

const associateVpcCidrBlock: Operation<AssociateVpcCidrBlockRequest, AssociateVpcCidrBlockResult> = (
  input,
  context,
) => {
  const vpc = find(context, 'vpcs', input.VpcId);
  if (input.CidrBlock === undefined) throw missingParameter('cidrBlock');
  const cidr = vpcRange(input.CidrBlock);
  if (cidrsOf(vpc).some(own => overlaps(own, cidr)))
    throw new AwsError(
      'InvalidVpc.Range',
      `The CIDR '${input.CidrBlock}' conflicts with a CIDR block of ${vpc.VpcId}.`,
    );
  // A VPC of one private range takes no second block of another; 100.64.0.0/10 and public ranges go with any.
  const rangeOf = (one: Cidr) => privateRanges.find(range => contains(range, one));
  const own = cidrsOf(vpc).map(rangeOf).find(Boolean);
  const other = rangeOf(cidr);
  if (own && other && own !== other)
    throw new AwsError(
      'InvalidVpc.Range',
      `The CIDR '${input.CidrBlock}' is restricted. Use a CIDR from the same private address range as the current VPC CIDR, or use a publicly-routable CIDR.`,
    );
  if (vpc.CidrBlockAssociationSet.length >= maxCidrs)
    throw new AwsError(
      'CidrLimitExceeded',
      `This network '${vpc.VpcId}' has met its maximum number of allowed CIDRs: ${maxCidrs}`,
    );
  const added = association(context.account.resourceId('vpc-cidr-assoc'), formatCidr(cidr));
  vpc.CidrBlockAssociationSet.push(added);
  for (const table of rows(context, 'routeTables').filter(row => row.VpcId === vpc.VpcId))
    addLocalRoute(table, added.CidrBlock);
  return { VpcId: vpc.VpcId, CidrBlockAssociation: added };
};

const disassociateVpcCidrBlock: Operation<DisassociateVpcCidrBlockRequest> = ({ AssociationId = '' }, context) => {
  const vpc = rows(context, 'vpcs').find(row =>
    row.CidrBlockAssociationSet.some(item => item.AssociationId === AssociationId),
  );
  const gone = vpc?.CidrBlockAssociationSet.find(item => item.AssociationId === AssociationId);
  const range = parseCidr(gone?.CidrBlock ?? '');
  if (!vpc || !gone || !range)
    throw new AwsError(
      'InvalidVpcCidrBlockAssociationID.NotFound',
      `The vpc CIDR block association ID '${AssociationId}' does not exist`,
    );
  if (gone.CidrBlock === vpc.CidrBlock)
    throw new AwsError(
      'OperationNotPermitted',
      `The vpc CIDR block with association ID ${AssociationId} may not be disassociated. It is the primary IPv4 CIDR block of the VPC`,
    );
  const inside = rows(context, 'subnets').find(
    row => row.VpcId === vpc.VpcId && overlaps(range, parseCidr(row.CidrBlock) ?? range),
  );
  if (inside)
    throw new AwsError(
      'DependencyViolation',
      `The vpc CIDR block with association ID ${AssociationId} has dependencies and cannot be disassociated.`,
    );
  vpc.CidrBlockAssociationSet = vpc.CidrBlockAssociationSet.filter(item => item !== gone);
  for (const table of rows(context, 'routeTables').filter(row => row.VpcId === vpc.VpcId))
    table.Routes = table.Routes.filter(
      route => route.GatewayId !== 'local' || route.DestinationCidrBlock !== gone.CidrBlock,
    );
  return { VpcId: vpc.VpcId, CidrBlockAssociation: { ...gone, CidrBlockState: { State: 'disassociating' } } };
};

export const vpcOperations = {
  CreateVpc: withMembers('ec2:CreateVpc', 'CidrBlock InstanceTenancy TagSpecifications', createVpc),
  DescribeVpcs: describeVpcs,
  DeleteVpc: deleteVpc,
  ModifyVpcAttribute: withMembers(
    'ec2:ModifyVpcAttribute',
    'VpcId EnableDnsHostnames EnableDnsSupport',
    modifyVpcAttribute,
  ),
  DescribeVpcAttribute: describeVpcAttribute,
  AssociateVpcCidrBlock: withMembers('ec2:AssociateVpcCidrBlock', 'VpcId CidrBlock', associateVpcCidrBlock),
  DisassociateVpcCidrBlock: disassociateVpcCidrBlock,
};
