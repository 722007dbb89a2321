import { isAwsError, toPrivateEksError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import { pages } from '../../aws/pages.ts';
import type { StepContext } from '../step.ts';

/** False while AWS says that it is in use. `detach`: an attachment to be undone first, of an interface that nobody uses any more. */
export async function deleteInterface(
  NetworkInterfaceId: string,
  detach: string | undefined,
  { session, signal }: StepContext,
): Promise<boolean> {
  const { DeleteNetworkInterfaceCommand, DetachNetworkInterfaceCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = await session.client('ec2');
  try {
    if (detach !== undefined)
      await ec2
        .send(new DetachNetworkInterfaceCommand({ AttachmentId: detach, Force: true }), signalOption(signal))
        .catch((error: unknown) => {
          if (!isAwsError(error, 'InvalidAttachmentID.NotFound', 'OperationNotPermitted')) throw error;
        });
    await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }), signalOption(signal));
    return true;
  } catch (error) {
    if (isAwsError(error, 'InvalidNetworkInterfaceID.NotFound')) return true;
    const inUse = error instanceof Error && /currently in use/.test(error.message);
    if (inUse || isAwsError(error, 'InvalidParameterValue', 'InvalidNetworkInterface.InUse', 'OperationNotPermitted'))
      return false;
    throw toPrivateEksError(error);
  }
}

/** Undefined once it is gone, else why AWS refuses. Its own rules go first: two groups may name each other. */
export async function deleteSecurityGroup(
  GroupId: string,
  { session, signal }: StepContext,
): Promise<string | undefined> {
  const {
    DeleteSecurityGroupCommand,
    paginateDescribeSecurityGroupRules,
    RevokeSecurityGroupEgressCommand,
    RevokeSecurityGroupIngressCommand,
  } = await import('@aws-sdk/client-ec2');
  const ec2 = await session.client('ec2');
  const options = signalOption(signal);
  try {
    const Filters = [{ Name: 'group-id', Values: [GroupId] }];
    const paged = paginateDescribeSecurityGroupRules({ client: ec2 }, { Filters }, options);
    const rules = await pages(paged, page => page.SecurityGroupRules);
    const named = rules.filter(({ ReferencedGroupInfo }) => ReferencedGroupInfo !== undefined);
    for (const egress of [false, true]) {
      const SecurityGroupRuleIds = named
        .filter(({ IsEgress }) => IsEgress === egress)
        .flatMap(({ SecurityGroupRuleId }) => SecurityGroupRuleId ?? []);
      if (SecurityGroupRuleIds.length === 0) continue;
      const input = { GroupId, SecurityGroupRuleIds };
      if (egress) await ec2.send(new RevokeSecurityGroupEgressCommand(input), options);
      else await ec2.send(new RevokeSecurityGroupIngressCommand(input), options);
    }
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId }), options);
    return undefined;
  } catch (error) {
    if (isAwsError(error, 'InvalidGroup.NotFound')) return undefined;
    if (isAwsError(error, 'DependencyViolation') && error instanceof Error) return error.message;
    throw toPrivateEksError(error);
  }
}
