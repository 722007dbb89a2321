import type { NetworkInterface } from '@aws-sdk/client-ec2';
import type { AwsSession } from '../../aws/awsSession.ts';
import { signalOption } from '../../aws/identity.ts';
import { ec2PageSize } from '../../aws/pages.ts';
import type { SeenInterface, Where } from '../clusterLeavings.ts';
import { clusterOfTags, tagMap } from '../controllerTags.ts';
import { interfaceOwner } from '../interfaceOwner.ts';
import type { Leftover } from '../leftover.ts';
import { leaving } from './leaving.ts';

/** Groups of controllers, and the cluster's own that EKS could not delete because something used it. */
export async function securityGroupsOf(
  session: AwsSession,
  { cluster, vpcId }: Where,
  signal?: AbortSignal,
): Promise<Leftover[]> {
  if (vpcId === undefined) return [];
  const { paginateDescribeSecurityGroups } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const found: Leftover[] = [];
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  for await (const page of paginateDescribeSecurityGroups(
    { client, pageSize: ec2PageSize },
    { Filters },
    signalOption(signal),
  ))
    for (const { GroupId = '', GroupName = '', Tags } of page.SecurityGroups ?? []) {
      const tags = tagMap(Tags);
      if (clusterOfTags(tags) !== cluster || tags['aws:cloudformation:stack-name'] !== undefined) continue;
      found.push(
        leaving('security group', GroupId, session.region, {
          name: GroupName,
          cluster,
          vpcId,
          fate: 'goes',
        }),
      );
    }
  return found;
}

export async function interfacesOf(
  session: AwsSession,
  { vpcId }: Where,
  signal?: AbortSignal,
): Promise<SeenInterface[]> {
  if (vpcId === undefined) return [];
  const { paginateDescribeNetworkInterfaces } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const all: NetworkInterface[] = [];
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  for await (const page of paginateDescribeNetworkInterfaces(
    { client, pageSize: ec2PageSize },
    { Filters },
    signalOption(signal),
  ))
    all.push(...(page.NetworkInterfaces ?? []));
  return all.map(seen => ({
    id: seen.NetworkInterfaceId ?? '',
    status: seen.Status ?? '',
    owner: interfaceOwner(seen),
    requesterManaged: seen.RequesterManaged ?? false,
    attachmentId: seen.Attachment?.AttachmentId,
  }));
}
