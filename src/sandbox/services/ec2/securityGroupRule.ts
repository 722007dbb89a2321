import type {
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult,
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult,
  IpPermission,
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult,
  Tag,
} from '@aws-sdk/client-ec2';
import type { CallContext, Operation } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { withMembers } from '../simulatedMembers.ts';
import { describe, find } from './describe.ts';
import { invalidValue, missingParameter } from './ec2Error.ts';
import { formatCidr, parseCidr } from './ipv4.ts';
import { rows, type Place, type RuleRow, type SecurityGroupRow } from './rows.ts';
import { differentNetworks } from './securityGroup.ts';
import { specifiedTags } from './tags.ts';

type Rule = Pick<
  RuleRow,
  | 'IsEgress'
  | 'IpProtocol'
  | 'FromPort'
  | 'ToPort'
  | 'CidrIpv4'
  | 'CidrIpv6'
  | 'PrefixListId'
  | 'ReferencedGroupInfo'
  | 'Description'
>;

const maxRules = 60;
const protocolNumbers: Readonly<Record<string, string>> = { 6: 'tcp', 17: 'udp', 1: 'icmp', 58: 'icmpv6', all: '-1' };

export function addRule(context: CallContext, group: SecurityGroupRow, rule: Rule, Tags: Tag[]): RuleRow {
  const { account, region } = context;
  const SecurityGroupRuleId = account.resourceId('sgr');
  return rows(context, 'rules').set(SecurityGroupRuleId, {
    ...rule,
    SecurityGroupRuleId,
    SecurityGroupRuleArn: account.arn('ec2', region, `security-group-rule/${SecurityGroupRuleId}`),
    GroupId: group.GroupId,
    GroupOwnerId: account.accountId,
    Tags: structuredClone(Tags),
  });
}

/** A group's rules as EC2 groups them in the old form: one permission per protocol and port range. */
export function permissionsOf(place: Place, groupId: string, egress: boolean): IpPermission[] {
  const permissions = new Map<string, Required<Omit<IpPermission, 'FromPort' | 'ToPort'>> & IpPermission>();
  for (const rule of rows(place, 'rules').filter(row => row.GroupId === groupId && row.IsEgress === egress)) {
    const { IpProtocol, FromPort, ToPort } = rule;
    const key = [IpProtocol, FromPort, ToPort].join();
    const ports = IpProtocol === '-1' ? {} : { FromPort, ToPort };
    const empty = { IpProtocol, ...ports, IpRanges: [], Ipv6Ranges: [], PrefixListIds: [], UserIdGroupPairs: [] };
    const permission = permissions.get(key) ?? empty;
    permissions.set(key, permission);
    const said = rule.Description === undefined ? {} : { Description: rule.Description };
    if (rule.CidrIpv4) permission.IpRanges?.push({ CidrIp: rule.CidrIpv4, ...said });
    if (rule.CidrIpv6) permission.Ipv6Ranges?.push({ CidrIpv6: rule.CidrIpv6, ...said });
    if (rule.PrefixListId) permission.PrefixListIds?.push({ PrefixListId: rule.PrefixListId, ...said });
    if (rule.ReferencedGroupInfo) permission.UserIdGroupPairs?.push({ ...rule.ReferencedGroupInfo, ...said });
  }
  return [...permissions.values()];
}

/** Both forms of a request: permissions, or one rule in members of its own. */
function requestedRules(input: AuthorizeSecurityGroupIngressRequest, egress: boolean, place: Place): Rule[] {
  const { IpProtocol, FromPort, ToPort, CidrIp } = input;
  const single: IpPermission[] =
    IpProtocol === undefined ? [] : [{ IpProtocol, FromPort, ToPort, IpRanges: CidrIp ? [{ CidrIp }] : [] }];
  const permissions = input.IpPermissions ?? single;
  if (permissions.length === 0) throw missingParameter('ipPermissions');
  return permissions.flatMap(permission => {
    const base = { IsEgress: egress, ...protocolAndPorts(permission) };
    const said = (item: { Description?: string | undefined }) =>
      item.Description === undefined ? {} : { Description: item.Description };
    const rules: Rule[] = [
      ...(permission.IpRanges ?? []).map(item => ({ ...base, CidrIpv4: range(item.CidrIp), ...said(item) })),
      ...(permission.Ipv6Ranges ?? []).map(item => ({ ...base, CidrIpv6: item.CidrIpv6 ?? '', ...said(item) })),
      ...(permission.PrefixListIds ?? []).map(item => ({
        ...base,
        PrefixListId: item.PrefixListId ?? '',
        ...said(item),
      })),
      ...(permission.UserIdGroupPairs ?? []).map(item => ({
        ...base,
        ReferencedGroupInfo: { GroupId: item.GroupId, UserId: item.UserId ?? place.account.accountId },
        ...said(item),
      })),
    ];
    if (rules.length === 0) throw missingParameter('ipRanges');
    return rules;
  });
}

function range(text = ''): string {
  const cidr = parseCidr(text);
  if (!cidr) throw invalidValue(`CIDR block ${text} is malformed`);
  return formatCidr(cidr);
}

function protocolAndPorts({
  IpProtocol: given = '',
  FromPort,
  ToPort,
}: IpPermission): Pick<Rule, 'IpProtocol' | 'FromPort' | 'ToPort'> {
  const IpProtocol = protocolNumbers[given.toLowerCase()] ?? given.toLowerCase();
  if (!/^(tcp|udp|icmp|icmpv6|-1|\d{1,3})$/.test(IpProtocol) || Number(IpProtocol) > 255)
    throw invalidValue(`Invalid value '${given}' for IP protocol. Unknown protocol.`);
  // Ports of other protocols are passed over, as AWS does.
  if (!/^(tcp|udp|icmp|icmpv6)$/.test(IpProtocol)) return { IpProtocol, FromPort: -1, ToPort: -1 };
  if (FromPort === undefined || ToPort === undefined)
    throw invalidValue('Invalid value for portRange. Must specify both from and to ports with TCP/UDP.');
  const from = Number(FromPort);
  const to = Number(ToPort);
  if (/^(tcp|udp)$/.test(IpProtocol) && (from < 0 || to > 65535 || from > to))
    throw invalidValue(`Invalid ${IpProtocol.toUpperCase()} port range (${from}:${to})`);
  return { IpProtocol, FromPort: from, ToPort: to };
}

const peerOf = (rule: Rule): string =>
  rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.PrefixListId ?? rule.ReferencedGroupInfo?.GroupId ?? '';

const same = (a: Rule, b: Rule): boolean =>
  a.IsEgress === b.IsEgress &&
  a.IpProtocol === b.IpProtocol &&
  a.FromPort === b.FromPort &&
  a.ToPort === b.ToPort &&
  peerOf(a) === peerOf(b);

function inWords(rule: Rule): string {
  const ports = `${rule.IpProtocol.toUpperCase()}, from port: ${rule.FromPort}, to port: ${rule.ToPort}`;
  return `peer: ${peerOf(rule)}, ${rule.IpProtocol === '-1' ? 'ALL' : ports}, ALLOW`;
}

const authorize =
  (egress: boolean): Operation<AuthorizeSecurityGroupIngressRequest, AuthorizeSecurityGroupIngressResult> =>
  (input, context) => {
    const group = find(context, 'securityGroups', input.GroupId);
    const wanted = requestedRules(input, egress, context);
    const own = rows(context, 'rules').filter(row => row.GroupId === group.GroupId);
    for (const [index, rule] of wanted.entries()) {
      const peer = rule.ReferencedGroupInfo && find(context, 'securityGroups', rule.ReferencedGroupInfo.GroupId);
      if (peer && peer.VpcId !== group.VpcId) throw differentNetworks();
      if (own.some(row => same(row, rule)))
        throw new AwsError('InvalidPermission.Duplicate', `the specified rule "${inWords(rule)}" already exists`);
      if (wanted.slice(0, index).some(other => same(other, rule)))
        throw invalidValue('The same permission must not appear multiple times');
    }
    if (own.filter(row => row.IsEgress === egress).length + wanted.length > maxRules)
      throw new AwsError(
        'RulesPerSecurityGroupLimitExceeded',
        'The maximum number of rules per security group has been reached.',
      );
    const tags = specifiedTags(context, 'rules', input.TagSpecifications);
    return { Return: true, SecurityGroupRules: wanted.map(rule => addRule(context, group, rule, tags)) };
  };

const revoke =
  (egress: boolean): Operation<RevokeSecurityGroupIngressRequest, RevokeSecurityGroupIngressResult> =>
  (input, context) => {
    const group = find(context, 'securityGroups', input.GroupId);
    const table = rows(context, 'rules');
    const own = table.filter(row => row.GroupId === group.GroupId && row.IsEgress === egress);
    const ids = input.SecurityGroupRuleIds;
    const unknown = (ids ?? []).filter(id => !own.some(row => row.SecurityGroupRuleId === id));
    if (unknown.length > 0)
      throw new AwsError(
        'InvalidSecurityGroupRuleId.NotFound',
        `The security group rule ID(s) '${unknown.join(', ')}' does not exist`,
      );
    const gone = ids
      ? own.filter(row => ids.includes(row.SecurityGroupRuleId))
      : requestedRules(input, egress, context).map(rule => {
          const found = own.find(row => same(row, rule));
          if (!found)
            throw new AwsError(
              'InvalidPermission.NotFound',
              'The specified rule does not exist in this security group.',
            );
          return found;
        });
    for (const rule of gone) table.delete(rule.SecurityGroupRuleId);
    return { Return: true };
  };

const describeSecurityGroupRules: Operation<DescribeSecurityGroupRulesRequest, DescribeSecurityGroupRulesResult> = (
  input,
  context,
) => {
  const { found, ...next } = describe(context, 'rules', ruleFilters, input, input.SecurityGroupRuleIds);
  return { SecurityGroupRules: found, ...next };
};
const ruleFilters = { 'group-id': 'GroupId', 'security-group-rule-id': 'SecurityGroupRuleId' };

const ruleMembers = 'GroupId IpPermissions IpProtocol FromPort ToPort CidrIp';

export const securityGroupRuleOperations = {
  AuthorizeSecurityGroupIngress: withMembers(
    'ec2:AuthorizeSecurityGroupIngress',
    `${ruleMembers} TagSpecifications`,
    authorize(false),
  ),
  AuthorizeSecurityGroupEgress: withMembers(
    'ec2:AuthorizeSecurityGroupEgress',
    `${ruleMembers} TagSpecifications`,
    authorize(true),
  ),
  RevokeSecurityGroupIngress: withMembers(
    'ec2:RevokeSecurityGroupIngress',
    `${ruleMembers} SecurityGroupRuleIds`,
    revoke(false),
  ),
  RevokeSecurityGroupEgress: withMembers(
    'ec2:RevokeSecurityGroupEgress',
    `${ruleMembers} SecurityGroupRuleIds`,
    revoke(true),
  ),
  DescribeSecurityGroupRules: describeSecurityGroupRules,
};
