import type {
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult,
  DeleteSecurityGroupRequest,
  DeleteSecurityGroupResult,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
} from '@aws-sdk/client-ec2';
import type { CallContext, Operation } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { withMembers } from '../simulatedMembers.ts';
import { describe, find } from './describe.ts';
import { invalidValue, missingParameter } from './ec2Error.ts';
import { rows, type SecurityGroupRow } from './rows.ts';
import { addRule, permissionsOf } from './securityGroupRule.ts';
import { specifiedTags } from './tags.ts';

function makeGroup(
  context: CallContext,
  row: Pick<SecurityGroupRow, 'VpcId' | 'GroupName' | 'Description' | 'Tags'>,
): SecurityGroupRow {
  const { account, region } = context;
  const GroupId = account.resourceId('sg');
  const SecurityGroupArn = account.arn('ec2', region, `security-group/${GroupId}`);
  const group = rows(context, 'securityGroups').set(GroupId, {
    ...row,
    GroupId,
    SecurityGroupArn,
    OwnerId: account.accountId,
  });
  addRule(context, group, { IsEgress: true, IpProtocol: '-1', FromPort: -1, ToPort: -1, CidrIpv4: '0.0.0.0/0' }, []);
  return group;
}

export function makeDefaultGroup(context: CallContext, VpcId: string): void {
  const group = makeGroup(context, {
    VpcId,
    GroupName: 'default',
    Description: 'default VPC security group',
    Tags: [],
  });
  const ReferencedGroupInfo = { GroupId: group.GroupId, UserId: context.account.accountId };
  addRule(context, group, { IsEgress: false, IpProtocol: '-1', FromPort: -1, ToPort: -1, ReferencedGroupInfo }, []);
}

/** The groups by these ids, all of this VPC; the VPC's default group when none is named. */
export function groupsIn(
  context: CallContext,
  vpcId: string,
  ids: readonly string[] | undefined,
): { GroupId: string; GroupName: string }[] {
  const table = rows(context, 'securityGroups');
  const groups =
    ids && ids.length > 0
      ? ids.map(id => find(context, 'securityGroups', id))
      : table.filter(row => row.VpcId === vpcId && row.GroupName === 'default');
  if (groups.some(group => group.VpcId !== vpcId)) throw differentNetworks();
  return groups.map(({ GroupId, GroupName }) => ({ GroupId, GroupName }));
}

export const differentNetworks = (): AwsError =>
  new AwsError('InvalidGroup.NotFound', 'You have specified two resources that belong to different networks.');

const createSecurityGroup: Operation<CreateSecurityGroupRequest, CreateSecurityGroupResult> = (input, context) => {
  const { GroupName = '', Description = '', VpcId } = input;
  if (VpcId === undefined)
    throw new AwsError(
      'VPCIdNotSpecified',
      'No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.',
    );
  find(context, 'vpcs', VpcId);
  if (GroupName === '') throw missingParameter('groupName');
  if (Description === '') throw missingParameter('groupDescription');
  if (GroupName === 'default') throw invalidValue('Cannot use reserved security group name: default');
  if (GroupName.startsWith('sg-'))
    throw invalidValue(
      `Value (${GroupName}) for parameter GroupName is invalid. Group names may not be in the format sg-*.`,
    );
  const allowed = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/;
  const characters = 'Character sets beyond ASCII are not supported.';
  for (const [name, value] of [
    ['GroupName', GroupName],
    ['GroupDescription', Description],
  ] as const)
    if (!allowed.test(value)) throw invalidValue(`Value (${value}) for parameter ${name} is invalid. ${characters}`);
  if (rows(context, 'securityGroups').find(row => row.VpcId === VpcId && row.GroupName === GroupName))
    throw new AwsError('InvalidGroup.Duplicate', `The security group '${GroupName}' already exists for VPC '${VpcId}'`);
  const Tags = specifiedTags(context, 'securityGroups', input.TagSpecifications);
  const { GroupId, SecurityGroupArn } = makeGroup(context, { VpcId, GroupName, Description, Tags });
  return { GroupId, SecurityGroupArn, Tags };
};

const describeSecurityGroups: Operation<DescribeSecurityGroupsRequest, DescribeSecurityGroupsResult> = (
  input,
  context,
) => {
  const view = (group: SecurityGroupRow) => ({
    ...group,
    IpPermissions: permissionsOf(context, group.GroupId, false),
    IpPermissionsEgress: permissionsOf(context, group.GroupId, true),
  });
  const { found, ...next } = describe(context, 'securityGroups', groupFilters, input, input.GroupIds, view);
  return { SecurityGroups: found, ...next };
};
const permissionFilters = (prefix: string, member: string) => ({
  [`${prefix}.cidr`]: `${member}.IpRanges.CidrIp`,
  [`${prefix}.from-port`]: `${member}.FromPort`,
  [`${prefix}.to-port`]: `${member}.ToPort`,
  [`${prefix}.protocol`]: `${member}.IpProtocol`,
  [`${prefix}.group-id`]: `${member}.UserIdGroupPairs.GroupId`,
  [`${prefix}.prefix-list-id`]: `${member}.PrefixListIds.PrefixListId`,
});
const groupFilters = {
  'group-id': 'GroupId',
  'group-name': 'GroupName',
  description: 'Description',
  'vpc-id': 'VpcId',
  'owner-id': 'OwnerId',
  ...permissionFilters('ip-permission', 'IpPermissions'),
  ...permissionFilters('egress.ip-permission', 'IpPermissionsEgress'),
};

const deleteSecurityGroup: Operation<DeleteSecurityGroupRequest, DeleteSecurityGroupResult> = (input, context) => {
  const { GroupId, GroupName } = find(context, 'securityGroups', input.GroupId);
  if (GroupName === 'default')
    throw new AwsError('CannotDelete', `the specified group: "${GroupId}" name: "default" cannot be deleted by a user`);
  const rules = rows(context, 'rules');
  const used =
    rows(context, 'interfaces').find(row => row.Groups.some(group => group.GroupId === GroupId)) ??
    rules.find(rule => rule.ReferencedGroupInfo?.GroupId === GroupId && rule.GroupId !== GroupId);
  if (used) throw new AwsError('DependencyViolation', `resource ${GroupId} has a dependent object`);
  for (const rule of rules.filter(row => row.GroupId === GroupId)) rules.delete(rule.SecurityGroupRuleId);
  rows(context, 'securityGroups').delete(GroupId);
  return { Return: true, GroupId };
};

export const securityGroupOperations = {
  CreateSecurityGroup: createSecurityGroup,
  DescribeSecurityGroups: withMembers(
    'ec2:DescribeSecurityGroups',
    'GroupIds Filters MaxResults NextToken',
    describeSecurityGroups,
  ),
  DeleteSecurityGroup: withMembers('ec2:DeleteSecurityGroup', 'GroupId', deleteSecurityGroup),
};
