import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext } from '../../../kernel/account.ts';
import { kindOfId, resourceTypes } from '../../ec2/ec2Error.ts';
import { rows } from '../../ec2/rows.ts';
import { tagsOf } from '../../ec2/tags.ts';
import { arnOf, asks, requestTags, resourceTags, rowsFor, type AccessTable, type Asked } from './asked.ts';

interface Tagging {
  readonly TagSpecifications?: Sdk.TagSpecification[] | undefined;
}

/** A thing of EC2, with the tags that it bears. */
export function ec2Thing(id: string, context: CallContext): Required<Omit<Asked, 'action'>> {
  const kind = kindOfId(id);
  const row = kind && rows(context, kind).get(id);
  const vpc = row && 'VpcId' in row ? { 'ec2:vpc': [arnOf('ec2', `vpc/${String(row.VpcId)}`, context)] } : {};
  return {
    resource: arnOf('ec2', `${kind ? resourceTypes[kind] : 'resource'}/${id}`, context),
    keys: { ...resourceTags('ec2', row && tagsOf(row)), ...vpc, 'ec2:region': [context.region] },
  };
}

const onThings = (operation: string, ids: readonly (string | undefined)[], context: CallContext): Asked[] =>
  ids.map(id => ({ action: `ec2:${operation}`, ...ec2Thing(id ?? '', context) }));

/** Tags that a call gives to what it makes need `ec2:CreateTags` on it. */
const tagging = (operation: string, { TagSpecifications = [] }: Tagging, context: CallContext): Asked[] =>
  TagSpecifications.filter(({ Tags = [] }) => Tags.length > 0).map(({ ResourceType = '', Tags }) => ({
    action: 'ec2:CreateTags',
    resource: arnOf('ec2', `${ResourceType}/*`, context),
    keys: { 'ec2:createaction': [operation], ...requestTags(Tags) },
  }));

const onGroup = (operation: string) =>
  asks<Tagging & { GroupId?: string }>((input, context) => [
    ...onThings(operation, [input.GroupId], context),
    ...tagging(operation, input, context),
  ]);

interface ThingInput {
  readonly VpcId?: string;
  readonly SubnetId?: string;
  readonly RouteTableId?: string;
  readonly AssociationId?: string;
  readonly EgressOnlyInternetGatewayId?: string;
  readonly VpcEndpointId?: string;
  readonly VpcEndpointIds?: readonly string[];
  readonly LaunchTemplateId?: string;
  readonly VolumeId?: string;
  readonly NetworkInterfaceId?: string;
  readonly InstanceIds?: readonly string[];
}

/** What a call names by id; an association stands for its route table, or for its VPC. */
const onNamed = (operation: string) =>
  asks<ThingInput>((input, context) => {
    const { AssociationId } = input;
    const table = rows(context, 'routeTables').find(row =>
      row.Associations.some(one => one.RouteTableAssociationId === AssociationId),
    );
    const vpc = rows(context, 'vpcs').find(row =>
      [...row.CidrBlockAssociationSet, ...(row.Ipv6CidrBlockAssociationSet ?? [])].some(
        one => one.AssociationId === AssociationId,
      ),
    );
    const associated = AssociationId === undefined ? undefined : (table?.RouteTableId ?? vpc?.VpcId);
    const { VpcId, SubnetId, RouteTableId, VpcEndpointId, LaunchTemplateId, EgressOnlyInternetGatewayId } = input;
    const { VolumeId, NetworkInterfaceId } = input;
    const named = [VpcId, SubnetId, RouteTableId, VpcEndpointId, LaunchTemplateId, EgressOnlyInternetGatewayId];
    const ids = [
      ...named,
      VolumeId,
      NetworkInterfaceId,
      associated,
      ...(input.VpcEndpointIds ?? []),
      ...(input.InstanceIds ?? []),
    ];
    return onThings(
      operation,
      ids.filter(id => id !== undefined),
      context,
    );
  });

/** Creates: the new thing, the VPC that it is in, and its tags. */
const making = (operation: string, type: string) =>
  asks<Tagging & { VpcId?: string }>((input, context) => {
    const tags = (input.TagSpecifications ?? []).flatMap(({ Tags = [] }) => Tags);
    return [
      { action: `ec2:${operation}`, resource: arnOf('ec2', `${type}/*`, context), keys: requestTags(tags) },
      ...(input.VpcId === undefined ? [] : onThings(operation, [input.VpcId], context)),
      ...tagging(operation, input, context),
    ];
  });

export const ec2Access: AccessTable = {
  CreateVpc: making('CreateVpc', 'vpc'),
  CreateSubnet: making('CreateSubnet', 'subnet'),
  CreateRouteTable: making('CreateRouteTable', 'route-table'),
  CreateVpcEndpoint: making('CreateVpcEndpoint', 'vpc-endpoint'),
  CreateEgressOnlyInternetGateway: making('CreateEgressOnlyInternetGateway', 'egress-only-internet-gateway'),
  CreateLaunchTemplate: making('CreateLaunchTemplate', 'launch-template'),
  ...rowsFor(
    'DeleteVpc ModifyVpcAttribute DeleteSubnet ModifySubnetAttribute DeleteRouteTable AssociateRouteTable DisassociateRouteTable ' +
      'DeleteVpcEndpoints ModifyVpcEndpoint CreateLaunchTemplateVersion DeleteLaunchTemplate ModifyLaunchTemplate ' +
      'AssociateVpcCidrBlock DisassociateVpcCidrBlock AttachInternetGateway CreateRoute DeleteRoute DeleteEgressOnlyInternetGateway ' +
      'DeleteVolume DeleteNetworkInterface TerminateInstances',
    onNamed,
  ),
  ...rowsFor(
    'AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress RevokeSecurityGroupEgress DeleteSecurityGroup',
    onGroup,
  ),
  CreateSecurityGroup: asks<Sdk.CreateSecurityGroupRequest>((input, context) => {
    const tags = (input.TagSpecifications ?? []).flatMap(({ Tags = [] }) => Tags);
    const action = 'ec2:CreateSecurityGroup';
    return [
      { action, resource: arnOf('ec2', 'security-group/*', context), keys: requestTags(tags) },
      ...onThings('CreateSecurityGroup', [input.VpcId], context),
      ...tagging('CreateSecurityGroup', input, context),
    ];
  }),
  CreateTags: asks<Sdk.CreateTagsRequest>(({ Resources = [], Tags }, context) =>
    onThings('CreateTags', Resources, context).map(one => ({ ...one, keys: { ...one.keys, ...requestTags(Tags) } })),
  ),
  DeleteTags: asks<Sdk.DeleteTagsRequest>(({ Resources = [] }, context) => onThings('DeleteTags', Resources, context)),
};
