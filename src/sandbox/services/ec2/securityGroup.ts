import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { describer, find } from './describe.ts';
import { invalidValue, missingParameter } from './ec2Error.ts';
import { rows, type SecurityGroupRow } from './rows.ts';
import { addRule, permissionsOf } from './securityGroupRule.ts';
import { specifiedTags } from './tags.ts';

const everything = { IpProtocol: '-1', FromPort: -1, ToPort: -1 };

function makeGroup(
  context: CallContext,
  row: Pick<SecurityGroupRow, 'VpcId' | 'GroupName' | 'Description' | 'Tags'>,
): SecurityGroupRow {
  const { account, region } = context;
  const GroupId = account.resourceId('sg');
  const SecurityGroupArn = account.arn('ec2', region, `security-group/${GroupId}`);
  const group = { ...row, GroupId, SecurityGroupArn, OwnerId: account.accountId };
  addRule(context, GroupId, { ...everything, IsEgress: true, CidrIpv4: '0.0.0.0/0' });
  return rows(context, 'securityGroups').set(GroupId, group);
}

export function makeDefaultGroup(context: CallContext, VpcId: string): void {
  const row = { VpcId, GroupName: 'default', Description: 'default VPC security group', Tags: [] };
  const { GroupId } = makeGroup(context, row);
  const ReferencedGroupInfo = { GroupId, UserId: context.account.accountId };
  addRule(context, GroupId, { ...everything, IsEgress: false, ReferencedGroupInfo });
}

/** The groups by these ids, all of this VPC; the VPC's default group when none is named. */
export function groupsIn(
  context: CallContext,
  vpcId: string,
  ids: readonly string[] = [],
): { GroupId: string; GroupName: string }[] {
  const usual = (row: SecurityGroupRow) => row.VpcId === vpcId && row.GroupName === 'default';
  const named = ids.map(id => find(context, 'securityGroups', id));
  if (named.some(group => group.VpcId !== vpcId)) throw differentNetworks();
  const groups = ids.length > 0 ? named : rows(context, 'securityGroups').filter(usual);
  return groups.map(({ GroupId, GroupName }) => ({ GroupId, GroupName }));
}

export const differentNetworks = (): AwsError =>
  new AwsError('InvalidGroup.NotFound', 'You have specified two resources that belong to different networks.');

function checkText(member: string, value: string): void {
  if (!/^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/.test(value))
    throw invalidValue(
      `Value (${value}) for parameter ${member} is invalid. Character sets beyond ASCII are not supported.`,
    );
}

export const securityGroupOperations = {
  CreateSecurityGroup(input: Sdk.CreateSecurityGroupRequest, context: CallContext): Sdk.CreateSecurityGroupResult {
    const { GroupName = '', Description = '', VpcId } = input;
    if (VpcId === undefined)
      throw new AwsError(
        'VPCIdNotSpecified',
        'No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.',
      );
    find(context, 'vpcs', VpcId);
    if (Description === '') throw missingParameter('groupDescription');
    if (GroupName === 'default') throw invalidValue('Cannot use reserved security group name: default');
    if (GroupName.startsWith('sg-'))
      throw invalidValue(
        `Value (${GroupName}) for parameter GroupName is invalid. Group names may not be in the format sg-*.`,
      );
    checkText('GroupName', GroupName);
    checkText('GroupDescription', Description);
    if (rows(context, 'securityGroups').find(row => row.VpcId === VpcId && row.GroupName === GroupName))
      throw new AwsError(
        'InvalidGroup.Duplicate',
        `The security group '${GroupName}' already exists for VPC '${VpcId}'`,
      );
    const Tags = specifiedTags(context, 'securityGroups', input);
    const { GroupId, SecurityGroupArn } = makeGroup(context, { VpcId, GroupName, Description, Tags });
    return { GroupId, SecurityGroupArn, Tags };
  },

  DescribeSecurityGroups: describer(
    'securityGroups',
    'SecurityGroups',
    'GroupIds',
    'group-id group-name description vpc-id',
    (group, place) => ({
      ...group,
      IpPermissions: permissionsOf(place, group.GroupId, false),
      IpPermissionsEgress: permissionsOf(place, group.GroupId, true),
    }),
  ),

  DeleteSecurityGroup(input: Sdk.DeleteSecurityGroupRequest, context: CallContext): Sdk.DeleteSecurityGroupResult {
    const { GroupId, GroupName } = find(context, 'securityGroups', input.GroupId);
    if (GroupName === 'default')
      throw new AwsError(
        'CannotDelete',
        `the specified group: "${GroupId}" name: "default" cannot be deleted by a user`,
      );
    const rules = rows(context, 'rules');
    const used =
      rows(context, 'interfaces').find(row => row.Groups.some(group => group.GroupId === GroupId)) ??
      rules.find(rule => rule.ReferencedGroupInfo?.GroupId === GroupId && rule.GroupId !== GroupId);
    if (used) throw new AwsError('DependencyViolation', `resource ${GroupId} has a dependent object`);
    for (const rule of rules.filter(row => row.GroupId === GroupId)) rules.delete(rule.SecurityGroupRuleId);
    rows(context, 'securityGroups').delete(GroupId);
    return { Return: true, GroupId };
  },
};
