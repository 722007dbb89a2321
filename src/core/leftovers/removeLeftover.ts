import type { AwsSession } from '../aws/awsSession.ts';
import { toPrivateEksError } from '../aws/errors.ts';
import { signalOption } from '../aws/identity.ts';
import { PrivateEksError } from '../errors.ts';
import type { Leftover, LeftoverKind } from './leftover.ts';

type Remove = (session: AwsSession, id: string, signal?: AbortSignal) => Promise<unknown>;

/** What a person may remove by itself, one at a time. Everything else goes with a delete run, a sweep, or by hand. */
const removals: Readonly<Partial<Record<LeftoverKind, Remove>>> = {
  volume: async (session, VolumeId, signal) => {
    const { DeleteVolumeCommand } = await import('@aws-sdk/client-ec2');
    return (await session.client('ec2')).send(new DeleteVolumeCommand({ VolumeId }), signalOption(signal));
  },
  'network interface': async (session, NetworkInterfaceId, signal) => {
    const { DeleteNetworkInterfaceCommand } = await import('@aws-sdk/client-ec2');
    const command = new DeleteNetworkInterfaceCommand({ NetworkInterfaceId });
    return (await session.client('ec2')).send(command, signalOption(signal));
  },
  'security group': async (session, GroupId, signal) => {
    const { DeleteSecurityGroupCommand } = await import('@aws-sdk/client-ec2');
    return (await session.client('ec2')).send(new DeleteSecurityGroupCommand({ GroupId }), signalOption(signal));
  },
  'launch template': async (session, LaunchTemplateId, signal) => {
    const { DeleteLaunchTemplateCommand } = await import('@aws-sdk/client-ec2');
    const command = new DeleteLaunchTemplateCommand({ LaunchTemplateId });
    return (await session.client('ec2')).send(command, signalOption(signal));
  },
  'log group': async (session, logGroupName, signal) => {
    const { DeleteLogGroupCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    return (await session.client('logs')).send(new DeleteLogGroupCommand({ logGroupName }), signalOption(signal));
  },
};

/** Whether `removeLeftover` would: never what a living cluster's delete run removes, never what nothing says to be ours. */
export function isRemovable({ kind, fate, cluster }: Leftover): boolean {
  return removals[kind] !== undefined && fate !== 'goes' && cluster !== undefined;
}

/** @throws PrivateEksError `not-removable`, and AWS's own refusals */
export async function removeLeftover(session: AwsSession, item: Leftover, signal?: AbortSignal): Promise<void> {
  const remove = isRemovable(item) ? removals[item.kind] : undefined;
  if (!remove)
    throw new PrivateEksError('not-removable', `${item.kind} ${item.id} is not removed by itself.`, {
      fix: item.why ?? '',
    });
  try {
    await remove(session, item.id, signal);
  } catch (error) {
    throw toPrivateEksError(error);
  }
}
