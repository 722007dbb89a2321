import { signalOption } from '../../aws/identity.ts';
import { pages } from '../../aws/pages.ts';
import { stackName } from '../../plan/stackName.ts';
import { describeStack, stackResources } from '../../aws/stack.ts';
import type { SlowLook } from '../explainSlowness.ts';

export const endpointsLook: SlowLook = async ({ session, cluster, stack, signal }) => {
  const view = await describeStack(session, stackName(cluster, stack), signal);
  if (!view) return { evidence: [] };
  const resources = await stackResources(session, view.id, signal);
  const VpcEndpointIds = resources
    .filter(({ type, physicalId }) => type === 'AWS::EC2::VPCEndpoint' && physicalId.startsWith('vpce-'))
    .map(({ physicalId }) => physicalId);
  if (VpcEndpointIds.length === 0) return { evidence: [] };
  const { DescribeVpcEndpointsCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = await session.client('ec2');
  const filter = [{ Name: 'vpc-endpoint-id', Values: VpcEndpointIds }];
  const { VpcEndpoints = [] } = await ec2.send(
    new DescribeVpcEndpointsCommand({ Filters: filter }),
    signalOption(signal),
  );
  const open = VpcEndpoints.filter(({ State }) => State?.toLowerCase() !== 'available');
  const names = open.map(({ ServiceName = '' }) => ServiceName.split('.').slice(3).join('.') || ServiceName);
  return {
    ...(open.length > 0 ? { waitingFor: `endpoints ${names.join(', ')}` } : {}),
    evidence: open.map(
      ({ VpcEndpointId, ServiceName, State, LastError }) =>
        `${VpcEndpointId} ${ServiceName}: ${State}${LastError?.Message ? `, ${LastError.Message}` : ''}`,
    ),
  };
};

/** What still stands in the VPC: while it is deleted, that is what it waits for. */
export const networkLook: SlowLook = async ({ session, cluster, stack, signal }) => {
  const view = await describeStack(session, stackName(cluster, stack), signal);
  const vpcId = view?.outputs['VpcId'];
  if (vpcId === undefined || !view?.status.startsWith('DELETE')) return { evidence: [] };
  const { paginateDescribeNetworkInterfaces } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  const paged = paginateDescribeNetworkInterfaces({ client }, { Filters }, signalOption(signal));
  const NetworkInterfaces = await pages(paged, page => page.NetworkInterfaces);
  return {
    ...(NetworkInterfaces.length > 0
      ? { waitingFor: `${NetworkInterfaces.length} network interfaces in ${vpcId}` }
      : {}),
    evidence: NetworkInterfaces.map(
      ({ NetworkInterfaceId, Status, Description, RequesterId }) =>
        `${NetworkInterfaceId}: ${Status}, ${Description || 'no description'}${RequesterId ? `, made by ${RequesterId}` : ''}`,
    ),
  };
};
