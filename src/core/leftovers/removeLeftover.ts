import type { AwsSession } from '../aws/awsSession.ts';
import { isAwsError, toPrivateEksError } from '../aws/errors.ts';
import { signalOption } from '../aws/identity.ts';
import { PrivateEksError } from '../errors.ts';
import { deleteClassicBalancer } from './deleteClassicBalancer.ts';
import { findLeftovers } from './findLeftovers.ts';
import type { Leftover, LeftoverKind } from './leftover.ts';

/** Removes it; gives what is to be said when that is not "is gone". */
type Remove = (session: AwsSession, id: string, options: { abortSignal?: AbortSignal }) => Promise<string | void>;

const ec2 = () => import('@aws-sdk/client-ec2');
const balancing = () => import('@aws-sdk/client-elastic-load-balancing-v2');

/** What a person may remove by itself, one at a time. Everything else goes with a delete run, a sweep, or by hand. */
export const removals: Readonly<Partial<Record<LeftoverKind, Remove>>> = {
  volume: async (session, VolumeId, options) => {
    const { DeleteVolumeCommand } = await ec2();
    await (await session.client('ec2')).send(new DeleteVolumeCommand({ VolumeId }), options);
  },
  snapshot: async (session, SnapshotId, options) => {
    const { DeleteSnapshotCommand } = await ec2();
    await (await session.client('ec2')).send(new DeleteSnapshotCommand({ SnapshotId }), options);
  },
  'network interface': async (session, NetworkInterfaceId, options) => {
    const { DeleteNetworkInterfaceCommand } = await ec2();
    await (await session.client('ec2')).send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }), options);
  },
  'security group': async (session, GroupId, options) => {
    const { DeleteSecurityGroupCommand } = await ec2();
    await (await session.client('ec2')).send(new DeleteSecurityGroupCommand({ GroupId }), options);
  },
  'launch template': async (session, LaunchTemplateId, options) => {
    const { DeleteLaunchTemplateCommand } = await ec2();
    await (await session.client('ec2')).send(new DeleteLaunchTemplateCommand({ LaunchTemplateId }), options);
  },
  'Elastic IP': async (session, AllocationId, options) => {
    const { ReleaseAddressCommand } = await ec2();
    await (await session.client('ec2')).send(new ReleaseAddressCommand({ AllocationId }), options);
  },
  endpoint: async (session, id, options) => {
    const { DeleteVpcEndpointsCommand } = await ec2();
    const client = await session.client('ec2');
    const { Unsuccessful = [] } = await client.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id] }), options);
    // AWS answers with success all the same.
    const refusal = Unsuccessful[0]?.Error;
    if (refusal) throw new PrivateEksError('refused', `${refusal.Code}: ${refusal.Message}`);
    return `endpoint ${id} is being deleted.`;
  },
  instance: async (session, id, options) => {
    const { TerminateInstancesCommand } = await ec2();
    await (await session.client('ec2')).send(new TerminateInstancesCommand({ InstanceIds: [id] }), options);
    return `instance ${id} is shutting down.`;
  },
  'load balancer': async (session, LoadBalancerArn, options) => {
    const { DeleteLoadBalancerCommand } = await balancing();
    const client = await session.client('elasticLoadBalancing');
    await client.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }), options);
  },
  'classic load balancer': (session, name, { abortSignal }) => deleteClassicBalancer(session, name, abortSignal),
  'target group': async (session, TargetGroupArn, options) => {
    const { DeleteTargetGroupCommand } = await balancing();
    const client = await session.client('elasticLoadBalancing');
    await client.send(new DeleteTargetGroupCommand({ TargetGroupArn }), options);
  },
  'log group': async (session, logGroupName, options) => {
    const { DeleteLogGroupCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    await (await session.client('logs')).send(new DeleteLogGroupCommand({ logGroupName }), options);
  },
  key: async (session, KeyId, options) => {
    const { ScheduleKeyDeletionCommand } = await import('@aws-sdk/client-kms');
    const client = await session.client('kms');
    const input = { KeyId, PendingWindowInDays: 30 };
    const { DeletionDate } = await client.send(new ScheduleKeyDeletionCommand(input), options);
    return `key ${KeyId} is pending deletion until ${DeletionDate?.toISOString().slice(0, 10)}; until then it can be had back.`;
  },
  'OIDC provider': async (session, OpenIDConnectProviderArn, options) => {
    const { DeleteOpenIDConnectProviderCommand } = await import('@aws-sdk/client-iam');
    const command = new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn });
    await (await session.client('iam')).send(command, options);
  },
  'ECS cluster': async (session, cluster, options) => {
    const { DeleteClusterCommand } = await import('@aws-sdk/client-ecs');
    await (await session.client('ecs')).send(new DeleteClusterCommand({ cluster }), options);
  },
  'task definition': async (session, taskDefinition, options) => {
    const { DeregisterTaskDefinitionCommand } = await import('@aws-sdk/client-ecs');
    await (await session.client('ecs')).send(new DeregisterTaskDefinitionCommand({ taskDefinition }), options);
  },
};

/** Whether `removeLeftover` would: never what lives or what a delete run removes, never what nothing says to be ours. */
export function isRemovable({ kind, fate, removable }: Leftover): boolean {
  return removals[kind] !== undefined && fate !== 'goes' && removable === true;
}

/**
 * Looks again, so that what has got an owner since it was found stays, and removes it. Gives what to say.
 * @throws PrivateEksError `not-removable`, `not-found`, `still-in-use`, and AWS's own refusals
 */
export async function removeLeftover(session: AwsSession, item: Leftover, signal?: AbortSignal): Promise<string> {
  const { kind, id, why = '' } = item;
  const remove = isRemovable(item) ? removals[kind] : undefined;
  if (!remove) throw new PrivateEksError('not-removable', `${kind} ${id} is not removed by itself.`, { fix: why });
  const { found, unknown } = await findLeftovers(session, { home: false, kinds: [kind] }, signal);
  const now = found.find(other => other.kind === kind && other.id === id);
  if (!now) {
    if (unknown.length > 0)
      throw new PrivateEksError('not-removable', `${kind} ${id} may not be looked at again.`, {
        fix: unknown.join('; '),
      });
    throw new PrivateEksError('not-found', `${kind} ${id} is gone, or in use, by now.`, {
      fix: 'Look for what is left again.',
    });
  }
  if (!isRemovable(now))
    throw new PrivateEksError('not-removable', `${kind} ${id} belongs to something that lives by now.`, {
      fix: now.why ?? '',
    });
  try {
    return (await remove(session, id, signalOption(signal))) ?? `${kind} ${id} is gone.`;
  } catch (error) {
    if (isAwsError(error, ...inUse) && error instanceof Error)
      throw new PrivateEksError('still-in-use', `${kind} ${id} is in use: ${error.message}`, {
        fix: 'Remove what uses it first.',
      });
    throw toPrivateEksError(error);
  }
}

const inUse = [
  'DependencyViolation',
  'VolumeInUse',
  'InvalidSnapshot.InUse',
  'InvalidIPAddress.InUse',
  'ResourceInUse',
];
