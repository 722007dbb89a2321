import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError, notImplemented } from '../../kernel/awsError.ts';
import { describer, find } from './describe.ts';
import { invalidValue, missingParameter } from './ec2Error.ts';
import { formatCidr, parseCidr } from './ipv4.ts';
import { rows, type Place, type RuleRow } from './rows.ts';
import { differentNetworks } from './securityGroup.ts';
import { specifiedTags } from './tags.ts';

type Rule = Omit<RuleRow, 'SecurityGroupRuleId' | 'GroupId'>;

const maxRules = 60;
const protocolNumbers: Readonly<Record<string, string>> = { 6: 'tcp', 17: 'udp', 1: 'icmp', 58: 'icmpv6', all: '-1' };

export function addRule(context: CallContext, GroupId: string, rule: Rule, Tags: Sdk.Tag[] = []): RuleRow {
  const { account, region } = context;
  const SecurityGroupRuleId = account.resourceId('sgr');
  const SecurityGroupRuleArn = account.arn('ec2', region, `security-group-rule/${SecurityGroupRuleId}`);
  const ids = { SecurityGroupRuleId, SecurityGroupRuleArn, GroupId, GroupOwnerId: account.accountId };
  return rows(context, 'rules').set(SecurityGroupRuleId, { ...rule, ...ids, Tags });
}

/** A group's rules as EC2 groups them in the old form: one permission per protocol and port range. */
export function permissionsOf(place: Place, groupId: string, egress: boolean): Sdk.IpPermission[] {
  const permissions = new Map<string, Sdk.IpPermission>();
  for (const rule of rows(place, 'rules').filter(row => row.GroupId === groupId && row.IsEgress === egress)) {
    const { IpProtocol, FromPort, ToPort, Description } = rule;
    const key = [IpProtocol, FromPort, ToPort].join();
    const ports = IpProtocol === '-1' ? {} : { FromPort, ToPort };
    const empty = { IpProtocol, ...ports, IpRanges: [], Ipv6Ranges: [], PrefixListIds: [], UserIdGroupPairs: [] };
    const permission = permissions.get(key) ?? empty;
    permissions.set(key, permission);
    const said = Description === undefined ? {} : { Description };
    if (rule.CidrIpv4) permission.IpRanges?.push({ CidrIp: rule.CidrIpv4, ...said });
    if (rule.CidrIpv6) permission.Ipv6Ranges?.push({ CidrIpv6: rule.CidrIpv6, ...said });
    if (rule.ReferencedGroupInfo) permission.UserIdGroupPairs?.push({ ...rule.ReferencedGroupInfo, ...said });
  }
  return [...permissions.values()];
}

function requestedRules(
  { IpPermissions = [] }: Sdk.AuthorizeSecurityGroupIngressRequest,
  IsEgress: boolean,
  { account }: Place,
): Rule[] {
  const rules = IpPermissions.flatMap(permission => {
    if (permission.PrefixListIds?.length) throw notImplemented('ec2:AuthorizeSecurityGroupIngress PrefixListIds');
    const base = { IsEgress, ...protocolAndPorts(permission) };
    const rule = (item: { Description?: string | undefined }, peer: Partial<Rule>): Rule => ({
      ...base,
      ...peer,
      ...(item.Description !== undefined && { Description: item.Description }),
    });
    return [
      ...(permission.IpRanges ?? []).map(item => rule(item, { CidrIpv4: range(item.CidrIp) })),
      ...(permission.Ipv6Ranges ?? []).map(item => rule(item, { CidrIpv6: item.CidrIpv6 ?? '' })),
      ...(permission.UserIdGroupPairs ?? []).map(item =>
        rule(item, { ReferencedGroupInfo: { GroupId: item.GroupId, UserId: item.UserId ?? account.accountId } }),
      ),
    ];
  });
  if (rules.length === 0) throw missingParameter('ipPermissions');
  return rules;
}

function range(text = ''): string {
  const cidr = parseCidr(text);
  if (!cidr) throw invalidValue(`CIDR block ${text} is malformed`);
  return formatCidr(cidr);
}

function protocolAndPorts({
  IpProtocol: given = '',
  FromPort: from,
  ToPort: to,
}: Sdk.IpPermission): Pick<Rule, 'IpProtocol' | 'FromPort' | 'ToPort'> {
  const IpProtocol = protocolNumbers[given.toLowerCase()] ?? given.toLowerCase();
  if (!/^(tcp|udp|icmp|icmpv6|-1|\d{1,3})$/.test(IpProtocol) || Number(IpProtocol) > 255)
    throw invalidValue(`Invalid value '${given}' for IP protocol. Unknown protocol.`);
  // Ports of other protocols are passed over, as AWS does.
  if (!/^(tcp|udp|icmp|icmpv6)$/.test(IpProtocol)) return { IpProtocol, FromPort: -1, ToPort: -1 };
  if (from === undefined || to === undefined)
    throw invalidValue('Invalid value for portRange. Must specify both from and to ports with TCP/UDP.');
  if (/^(tcp|udp)$/.test(IpProtocol) && (from < 0 || to > 65535 || from > to))
    throw invalidValue(`Invalid ${IpProtocol.toUpperCase()} port range (${from}:${to})`);
  return { IpProtocol, FromPort: from, ToPort: to };
}

/** What no two rules of a group may share, in EC2's words. */
function inWords(rule: Rule): string {
  const peer = rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.ReferencedGroupInfo?.GroupId;
  const ports = `${rule.IpProtocol.toUpperCase()}, from port: ${rule.FromPort}, to port: ${rule.ToPort}`;
  return `peer: ${peer}, ${rule.IpProtocol === '-1' ? 'ALL' : ports}, ALLOW`;
}

const rulesOf = (place: Place, groupId: string, egress: boolean): RuleRow[] =>
  rows(place, 'rules').filter(row => row.GroupId === groupId && row.IsEgress === egress);

const authorize =
  (egress: boolean) =>
  (input: Sdk.AuthorizeSecurityGroupIngressRequest, context: CallContext): Sdk.AuthorizeSecurityGroupIngressResult => {
    const { GroupId, VpcId } = find(context, 'securityGroups', input.GroupId);
    const wanted = requestedRules(input, egress, context);
    const own = rulesOf(context, GroupId, egress).map(inWords);
    for (const [index, rule] of wanted.entries()) {
      const peer = rule.ReferencedGroupInfo && find(context, 'securityGroups', rule.ReferencedGroupInfo.GroupId);
      if (peer && peer.VpcId !== VpcId) throw differentNetworks();
      const words = inWords(rule);
      if (own.includes(words))
        throw new AwsError('InvalidPermission.Duplicate', `the specified rule "${words}" already exists`);
      if (wanted.slice(0, index).some(other => inWords(other) === words))
        throw invalidValue('The same permission must not appear multiple times');
    }
    const full = 'The maximum number of rules per security group has been reached.';
    if (own.length + wanted.length > maxRules) throw new AwsError('RulesPerSecurityGroupLimitExceeded', full);
    const tags = specifiedTags(context, 'rules', input);
    return { Return: true, SecurityGroupRules: wanted.map(rule => addRule(context, GroupId, rule, [...tags])) };
  };

const revoke =
  (egress: boolean) =>
  (input: Sdk.RevokeSecurityGroupIngressRequest, context: CallContext): Sdk.RevokeSecurityGroupIngressResult => {
    const { GroupId } = find(context, 'securityGroups', input.GroupId);
    const own = rulesOf(context, GroupId, egress);
    const byId = (id: string): RuleRow => {
      const rule = own.find(row => row.SecurityGroupRuleId === id);
      const message = `The security group rule ID(s) '${id}' does not exist`;
      if (!rule) throw new AwsError('InvalidSecurityGroupRuleId.NotFound', message);
      return rule;
    };
    const byContent = (wanted: Rule): RuleRow => {
      const rule = own.find(row => inWords(row) === inWords(wanted));
      const message = 'The specified rule does not exist in this security group.';
      if (!rule) throw new AwsError('InvalidPermission.NotFound', message);
      return rule;
    };
    const ids = input.SecurityGroupRuleIds;
    const gone = ids ? ids.map(byId) : requestedRules(input, egress, context).map(byContent);
    for (const rule of gone) rows(context, 'rules').delete(rule.SecurityGroupRuleId);
    const revoked = gone.map(({ Tags: _tags, GroupOwnerId: _owner, SecurityGroupRuleArn: _arn, ...rule }) => {
      const { ReferencedGroupInfo, ...rest } = rule;
      return { ...rest, ...(ReferencedGroupInfo && { ReferencedGroupId: ReferencedGroupInfo.GroupId }) };
    });
    return { Return: true, RevokedSecurityGroupRules: revoked };
  };

export const securityGroupRuleOperations = {
  DescribeSecurityGroupRules: describer(
    'rules',
    'SecurityGroupRules',
    'SecurityGroupRuleIds',
    'group-id security-group-rule-id',
  ),
  AuthorizeSecurityGroupIngress: authorize(false),
  AuthorizeSecurityGroupEgress: authorize(true),
  RevokeSecurityGroupIngress: revoke(false),
  RevokeSecurityGroupEgress: revoke(true),
};
