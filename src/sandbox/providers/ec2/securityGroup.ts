import type { ProviderContext, ResourceProvider } from '../../cloudformation/resourceProvider.ts';
import { ignoring, notUpdated, pick, words, type CfnNumber, type CfnTag } from '../property.ts';
import { retag, tagAsService, tagSpecification } from './tags.ts';

/** A rule as templates write it, inside a group or alone. */
interface Rule {
  readonly GroupId?: string;
  readonly IpProtocol?: string | number;
  readonly FromPort?: CfnNumber;
  readonly ToPort?: CfnNumber;
  readonly CidrIp?: string;
  readonly CidrIpv6?: string;
  readonly Description?: string;
  readonly SourceSecurityGroupId?: string;
  readonly SourceSecurityGroupOwnerId?: string;
}

interface GroupProperties {
  readonly GroupName?: string;
  readonly GroupDescription?: string;
  readonly VpcId?: string;
  readonly SecurityGroupIngress?: readonly Rule[];
  readonly SecurityGroupEgress?: readonly Rule[];
  readonly Tags?: readonly CfnTag[];
}

function permission(rule: Rule): object {
  const said = rule.Description === undefined ? {} : { Description: rule.Description };
  return {
    IpProtocol: String(rule.IpProtocol),
    ...(rule.FromPort !== undefined && { FromPort: Number(rule.FromPort) }),
    ...(rule.ToPort !== undefined && { ToPort: Number(rule.ToPort) }),
    ...(rule.CidrIp !== undefined && { IpRanges: [{ CidrIp: rule.CidrIp, ...said }] }),
    ...(rule.CidrIpv6 !== undefined && { Ipv6Ranges: [{ CidrIpv6: rule.CidrIpv6, ...said }] }),
    ...(rule.SourceSecurityGroupId !== undefined && {
      UserIdGroupPairs: [
        {
          GroupId: rule.SourceSecurityGroupId,
          ...(rule.SourceSecurityGroupOwnerId && { UserId: rule.SourceSecurityGroupOwnerId }),
          ...said,
        },
      ],
    }),
  };
}

type Authorized = { readonly SecurityGroupRules: readonly { readonly SecurityGroupRuleId: string }[] };

function change(
  verb: 'Authorize' | 'Revoke',
  egress: boolean,
  GroupId: string,
  rules: readonly Rule[],
  context: ProviderContext,
): Authorized | undefined {
  if (rules.length === 0) return undefined;
  const operation = `${verb}SecurityGroup${egress ? 'Egress' : 'Ingress'}`;
  return context.call<Authorized>('ec2', operation, { GroupId, IpPermissions: rules.map(permission) });
}

/** A group without egress rules of its own keeps EC2's: everything to everywhere. */
const everything: Rule = { IpProtocol: '-1', CidrIp: '0.0.0.0/0' };
const egressOf = ({ SecurityGroupEgress: rules }: GroupProperties): readonly Rule[] =>
  rules && rules.length > 0 ? rules : [everything];

function exchange(
  egress: boolean,
  GroupId: string,
  previous: readonly Rule[],
  next: readonly Rule[],
  context: ProviderContext,
): void {
  const text = (rule: Rule) => JSON.stringify(permission(rule));
  const before = new Set(previous.map(text));
  const after = new Set(next.map(text));
  change(
    'Revoke',
    egress,
    GroupId,
    previous.filter(rule => !after.has(text(rule))),
    context,
  );
  change(
    'Authorize',
    egress,
    GroupId,
    next.filter(rule => !before.has(text(rule))),
    context,
  );
}

export const securityGroup: ResourceProvider = {
  properties: ['GroupDescription', 'GroupName', 'SecurityGroupEgress', 'SecurityGroupIngress', 'Tags', 'VpcId'],
  required: ['GroupDescription'],
  createOnly: ['GroupDescription', 'GroupName', 'VpcId'],
  unsupported: words(
    'SecurityGroupIngress.SourcePrefixListId SecurityGroupIngress.SourceSecurityGroupName SecurityGroupEgress.CidrIpv6 SecurityGroupEgress.DestinationPrefixListId SecurityGroupEgress.DestinationSecurityGroupId',
  ),
  seconds: { create: 6, delete: 2 },
  create(properties: GroupProperties, context) {
    const { GroupId } = context.call<{ GroupId: string }>('ec2', 'CreateSecurityGroup', {
      GroupName: properties.GroupName ?? context.generatedName(255),
      Description: properties.GroupDescription,
      VpcId: properties.VpcId,
      ...tagSpecification('security-group', properties.Tags, context),
    });
    try {
      tagAsService(GroupId, context);
      exchange(false, GroupId, [], properties.SecurityGroupIngress ?? [], context);
      exchange(true, GroupId, [everything], egressOf(properties), context);
    } catch (error) {
      // The handler removes a group whose rules EC2 refuses.
      context.account.call(context, 'ec2', 'DeleteSecurityGroup', { GroupId });
      throw error;
    }
    return GroupId;
  },
  update(GroupId, next: GroupProperties, previous: GroupProperties, context) {
    exchange(false, GroupId, previous.SecurityGroupIngress ?? [], next.SecurityGroupIngress ?? [], context);
    exchange(true, GroupId, egressOf(previous), egressOf(next), context);
    retag(GroupId, next.Tags, previous.Tags, context);
  },
  read(GroupId, expected: GroupProperties, context) {
    type Range = { CidrIp?: string; CidrIpv6?: string; Description?: string };
    type Permission = {
      IpProtocol?: string;
      FromPort?: number;
      ToPort?: number;
      IpRanges?: Range[];
      Ipv6Ranges?: Range[];
      UserIdGroupPairs?: { GroupId?: string; Description?: string }[];
    };
    type View = { GroupName: string; Description: string; VpcId: string; IpPermissions: Permission[]; Tags: CfnTag[] };
    const { SecurityGroups } = context.call<{ SecurityGroups: [View] }>('ec2', 'DescribeSecurityGroups', {
      GroupIds: [GroupId],
    });
    const [{ GroupName, Description, VpcId, IpPermissions, Tags }] = SecurityGroups;
    const found: Rule[] = IpPermissions.flatMap(({ IpRanges = [], Ipv6Ranges = [], UserIdGroupPairs = [], ...ports }) =>
      [
        ...IpRanges,
        ...Ipv6Ranges,
        ...UserIdGroupPairs.map(pair => ({ SourceSecurityGroupId: pair.GroupId, Description: pair.Description })),
      ].map(source => ({
        ...pick(ports, 'IpProtocol', 'FromPort', 'ToPort'),
        ...(JSON.parse(JSON.stringify(source)) as object),
      })),
    );
    const text = (rule: Rule) => JSON.stringify(permission(rule));
    // In the template's order; what is no rule of its comes last.
    const wanted = expected.SecurityGroupIngress ?? [];
    const same = wanted.filter(rule => found.some(other => text(other) === text(rule)));
    const others = found.filter(rule => !wanted.some(other => text(other) === text(rule)));
    const missing = wanted.length - same.length;
    const SecurityGroupIngress =
      missing === 0
        ? [...same, ...others]
        : wanted.flatMap(rule => (same.includes(rule) ? [rule] : others.splice(0, 1))).concat(others);
    return { GroupName, GroupDescription: Description, VpcId, SecurityGroupIngress, Tags };
  },
  delete(GroupId, _properties, context) {
    ignoring(['InvalidGroup.NotFound'], () => context.call('ec2', 'DeleteSecurityGroup', { GroupId }));
  },
  attributes: (GroupId, { VpcId }: GroupProperties) => ({ GroupId, Id: GroupId, VpcId }),
};

export const securityGroupIngress: ResourceProvider = {
  properties: words(
    'CidrIp Description FromPort GroupId IpProtocol SourceSecurityGroupId SourceSecurityGroupOwnerId ToPort',
  ),
  required: ['IpProtocol'],
  createOnly: words('CidrIp FromPort GroupId IpProtocol SourceSecurityGroupId SourceSecurityGroupOwnerId ToPort'),
  unsupported: words('CidrIpv6 GroupName SourcePrefixListId SourceSecurityGroupName'),
  seconds: { create: 2, delete: 2 },
  create(properties: Rule, context) {
    const added = change('Authorize', false, properties.GroupId ?? '', [properties], context);
    return added?.SecurityGroupRules[0]?.SecurityGroupRuleId ?? '';
  },
  update: notUpdated('AWS::EC2::SecurityGroupIngress'),
  delete(id, { GroupId }: Rule, context) {
    ignoring(['InvalidGroup.NotFound', 'InvalidSecurityGroupRuleId.NotFound'], () =>
      context.call('ec2', 'RevokeSecurityGroupIngress', { GroupId, SecurityGroupRuleIds: [id] }),
    );
  },
  attributes: Id => ({ Id }),
};
