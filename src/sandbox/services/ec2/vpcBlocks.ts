import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { find } from './describe.ts';
import { invalidValue, missingParameter } from './ec2Error.ts';
import { formatCidr, overlaps } from './ipv4.ts';
import { openDefaultAclToIpv6 } from './networkAcl.ts';
import { rows } from './rows.ts';
import { requiredCidr } from './vpc.ts';

const maxBlocks = 5;

export const vpcBlockOperations = {
  AssociateVpcCidrBlock(
    input: Sdk.AssociateVpcCidrBlockRequest,
    context: CallContext,
  ): Sdk.AssociateVpcCidrBlockResult {
    const { account, region } = context;
    const vpc = find(context, 'vpcs', input.VpcId);
    const AssociationId = account.resourceId('vpc-cidr-assoc');
    if (input.AmazonProvidedIpv6CidrBlock === true) {
      // Out of the block that is kept for documentation; Amazon's are /56.
      const Ipv6CidrBlock = `2001:db8:${account.hex(4)}:${account.hex(2)}00::/56`;
      const made = {
        AssociationId,
        Ipv6CidrBlock,
        Ipv6CidrBlockState: { State: 'associated' as const },
        NetworkBorderGroup: region,
        Ipv6Pool: 'Amazon',
      };
      vpc.Ipv6CidrBlockAssociationSet = [...(vpc.Ipv6CidrBlockAssociationSet ?? []), made];
      openDefaultAclToIpv6(context, vpc.VpcId);
      return { VpcId: vpc.VpcId, Ipv6CidrBlockAssociation: made };
    }
    if (input.CidrBlock === undefined) throw missingParameter('cidrBlock');
    const cidr = requiredCidr(input.CidrBlock);
    if (cidr.prefix < 16 || cidr.prefix > 28)
      throw new AwsError('InvalidVpc.Range', `The CIDR '${input.CidrBlock}' is invalid.`);
    const blocks = vpc.CidrBlockAssociationSet;
    if (blocks.length >= maxBlocks)
      throw new AwsError(
        'VpcCidrBlockLimitExceeded',
        `This network '${vpc.VpcId}' has met its maximum number of allowed CIDRs: ${maxBlocks}`,
      );
    if (blocks.some(block => overlaps(requiredCidr(block.CidrBlock), cidr)))
      throw new AwsError('CidrConflict', `The CIDR '${input.CidrBlock}' conflicts with another block of the VPC`);
    const made = { AssociationId, CidrBlock: formatCidr(cidr), CidrBlockState: { State: 'associated' as const } };
    vpc.CidrBlockAssociationSet.push(made);
    for (const table of rows(context, 'routeTables').filter(row => row.VpcId === vpc.VpcId))
      table.Routes.push({
        DestinationCidrBlock: made.CidrBlock,
        GatewayId: 'local',
        Origin: 'CreateRouteTable',
        State: 'active',
      });
    return { VpcId: vpc.VpcId, CidrBlockAssociation: made };
  },

  DisassociateVpcCidrBlock(
    { AssociationId }: Sdk.DisassociateVpcCidrBlockRequest,
    context: CallContext,
  ): Sdk.DisassociateVpcCidrBlockResult {
    const isIt = (block: { AssociationId?: string | undefined }) => block.AssociationId === AssociationId;
    const vpc = rows(context, 'vpcs').find(row =>
      [...row.CidrBlockAssociationSet, ...(row.Ipv6CidrBlockAssociationSet ?? [])].some(isIt),
    );
    const block = vpc?.CidrBlockAssociationSet.find(isIt);
    if (!vpc)
      throw new AwsError(
        'InvalidVpcCidrBlockAssociationID.NotFound',
        `The vpc CIDR block association ID '${AssociationId}' does not exist`,
      );
    if (block?.CidrBlock === vpc.CidrBlock)
      throw new AwsError(
        'OperationNotPermitted',
        `The vpc CIDR block with association ID ${AssociationId} may not be disassociated. It is the primary IPv4 CIDR block of the VPC`,
      );
    const inUse = rows(context, 'subnets').find(
      row =>
        row.VpcId === vpc.VpcId &&
        (block
          ? overlaps(requiredCidr(row.CidrBlock), requiredCidr(block.CidrBlock))
          : (row.Ipv6CidrBlockAssociationSet ?? []).length > 0),
    );
    if (inUse)
      throw invalidValue(`The vpc CIDR block with association ID ${AssociationId} is in use by ${inUse.SubnetId}`);
    vpc.CidrBlockAssociationSet = vpc.CidrBlockAssociationSet.filter(item => !isIt(item));
    vpc.Ipv6CidrBlockAssociationSet = (vpc.Ipv6CidrBlockAssociationSet ?? []).filter(item => !isIt(item));
    for (const table of rows(context, 'routeTables').filter(row => row.VpcId === vpc.VpcId))
      table.Routes = table.Routes.filter(route => !block || route.DestinationCidrBlock !== block.CidrBlock);
    return { VpcId: vpc.VpcId };
  },

  AssociateSubnetCidrBlock(
    { SubnetId, Ipv6CidrBlock = '' }: Sdk.AssociateSubnetCidrBlockRequest,
    context: CallContext,
  ): Sdk.AssociateSubnetCidrBlockResult {
    const subnet = find(context, 'subnets', SubnetId);
    const made = ipv6Block(context, subnet.VpcId, Ipv6CidrBlock);
    subnet.Ipv6CidrBlockAssociationSet = [...(subnet.Ipv6CidrBlockAssociationSet ?? []), made];
    return { SubnetId: subnet.SubnetId, Ipv6CidrBlockAssociation: made };
  },
};

/** A /64 of the VPC's /56. */
export function ipv6Block(context: CallContext, vpcId: string, text: string): Sdk.SubnetIpv6CidrBlockAssociation {
  const own = find(context, 'vpcs', vpcId).Ipv6CidrBlockAssociationSet ?? [];
  const inside = own.some(({ Ipv6CidrBlock = '' }) => text.startsWith(Ipv6CidrBlock.replace(/00::\/56$/, '')));
  if (!inside || !text.endsWith('::/64')) throw new AwsError('InvalidSubnet.Range', `The CIDR '${text}' is invalid.`);
  return {
    AssociationId: context.account.resourceId('subnet-cidr-assoc'),
    Ipv6CidrBlock: text,
    Ipv6CidrBlockState: { State: 'associated' },
  };
}
