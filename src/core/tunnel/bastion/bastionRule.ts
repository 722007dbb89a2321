import type { SecurityGroupRule } from '@aws-sdk/client-ec2';
import type { AwsSession } from '../../aws/awsSession.ts';
import { isAwsError, toPrivateEksError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import type { BastionRule } from './bastion.ts';
import { bastionTag, ruleClusterTag } from './bastionNames.ts';

export interface ClusterDoor {
  readonly vpcId: string;
  readonly cluster: string;
  /** The security group that EKS puts on the control plane's interfaces. */
  readonly clusterSecurityGroupId: string;
  readonly bastionSecurityGroupId: string;
}

/** Our rules of one VPC, in whichever clusters' security groups. */
export async function listRules(session: AwsSession, vpcId: string, signal?: AbortSignal): Promise<BastionRule[]> {
  return (await describeRules(session, vpcId, signal)).map(rule => ({
    ruleId: rule.SecurityGroupRuleId ?? '',
    groupId: rule.GroupId ?? '',
    cluster: rule.Tags?.find(({ Key }) => Key === ruleClusterTag)?.Value ?? '',
  }));
}

/** Lets the VPC's bastions reach the cluster's API on 443. Doing it twice does nothing. */
export async function openDoor(session: AwsSession, door: ClusterDoor, signal?: AbortSignal): Promise<void> {
  const there = (await describeRules(session, door.vpcId, signal)).some(
    rule =>
      rule.GroupId === door.clusterSecurityGroupId && rule.ReferencedGroupInfo?.GroupId === door.bastionSecurityGroupId,
  );
  if (there) return;
  try {
    const { AuthorizeSecurityGroupIngressCommand } = await import('@aws-sdk/client-ec2');
    const client = await session.client('ec2');
    const pair = { GroupId: door.bastionSecurityGroupId, Description: 'Private EKS: bastions of this VPC' };
    const command = new AuthorizeSecurityGroupIngressCommand({
      GroupId: door.clusterSecurityGroupId,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, UserIdGroupPairs: [pair] }],
      TagSpecifications: [
        {
          ResourceType: 'security-group-rule',
          Tags: [
            { Key: bastionTag, Value: door.vpcId },
            { Key: ruleClusterTag, Value: door.cluster },
          ],
        },
      ],
    });
    await client.send(command, signalOption(signal));
  } catch (error) {
    // Somebody was quicker, or made the same rule by hand.
    if (!isAwsError(error, 'InvalidPermission.Duplicate')) throw toPrivateEksError(error);
  }
}

/** Takes rules away by their ids; gives those that were still there. */
export async function removeRules(session: AwsSession, rules: readonly BastionRule[]): Promise<BastionRule[]> {
  const removed: BastionRule[] = [];
  const { RevokeSecurityGroupIngressCommand } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  for (const rule of rules)
    try {
      const input = { GroupId: rule.groupId, SecurityGroupRuleIds: [rule.ruleId] };
      await client.send(new RevokeSecurityGroupIngressCommand(input));
      removed.push(rule);
    } catch (error) {
      // The cluster may have gone with its security group.
      if (!isAwsError(error, 'InvalidSecurityGroupRuleId.NotFound', 'InvalidGroup.NotFound'))
        throw toPrivateEksError(error);
    }
  return removed;
}

async function describeRules(session: AwsSession, vpcId: string, signal?: AbortSignal): Promise<SecurityGroupRule[]> {
  try {
    const ec2 = await import('@aws-sdk/client-ec2');
    const client = await session.client('ec2');
    const Filters = [{ Name: `tag:${bastionTag}`, Values: [vpcId] }];
    const rules: SecurityGroupRule[] = [];
    for await (const page of ec2.paginateDescribeSecurityGroupRules({ client }, { Filters }, signalOption(signal)))
      rules.push(...(page.SecurityGroupRules ?? []));
    return rules.filter(({ IsEgress }) => !IsEgress);
  } catch (error) {
    throw toPrivateEksError(error);
  }
}
