import type { DescribeNetworkInterfacesResult } from '@aws-sdk/client-ec2';
import type { CallContext } from '../../kernel/account.ts';
import { obstacleToService, sendsTo, viewNetwork, type NetworkView, type Peer } from '../../join/reachability.ts';
import type { Place, TaskRow } from './ecsRows.ts';

/** What a task is to its VPC. */
export interface TaskView {
  readonly view: NetworkView;
  readonly peer: Peer;
}

export const asEcs = ({ account, region }: Place): CallContext => account.serviceContext(region, 'ecs.amazonaws.com');

export function viewTask(place: Place, { network }: TaskRow): TaskView {
  return { view: viewNetwork(asEcs(place), network.vpcId), peer: network };
}

/** Why the task cannot reach an AWS service (`ecr.api`), its own groups' outbound rules included. */
export function taskObstacle(place: Place, { view, peer }: TaskView, service: string): string | undefined {
  const obstacle = obstacleToService(view, peer, service);
  if (obstacle !== undefined) return obstacle;
  const endpoint = view.endpoints.find(
    ({ ServiceName, VpcEndpointType }) =>
      ServiceName?.endsWith(`.${view.region}.${service}`) && VpcEndpointType === 'Interface',
  );
  const NetworkInterfaceIds = endpoint?.NetworkInterfaceIds ?? [];
  const input = { NetworkInterfaceIds };
  const { NetworkInterfaces = [] } = NetworkInterfaceIds.length
    ? place.account.call<DescribeNetworkInterfacesResult>(asEcs(place), 'ec2', 'DescribeNetworkInterfaces', input)
    : {};
  const to = {
    addresses: NetworkInterfaces.map(one => one.PrivateIpAddress ?? ''),
    groupIds: (endpoint?.Groups ?? []).map(group => group.GroupId ?? ''),
  };
  return sendsTo(view, peer, to) ? undefined : `the task's security groups let nothing out to ${service} on port 443`;
}
