import type { ProxyServiceFacts } from '../plan/plan.ts';
import type { ClusterSpec } from '../spec/clusterSpec.ts';
import type { AwsSession } from './awsSession.ts';
import { toPrivateEksError } from './errors.ts';
import { signalOption } from './identity.ts';

/**
 * The service by which a proxy is shared, as this account sees it. Undefined where the spec names none, or it may not be asked.
 * EC2 lists services of other accounts only when they are asked for by name.
 */
export async function readProxyService(
  session: AwsSession,
  { proxy }: Pick<ClusterSpec, 'proxy'>,
  signal?: AbortSignal,
): Promise<ProxyServiceFacts | undefined> {
  if (proxy?.endpointService === undefined) return undefined;
  try {
    const { DescribeVpcEndpointServicesCommand } = await import('@aws-sdk/client-ec2');
    const ec2 = await session.client('ec2');
    const command = new DescribeVpcEndpointServicesCommand({ ServiceNames: [proxy.endpointService] });
    const [service] = (await ec2.send(command, signalOption(signal))).ServiceDetails ?? [];
    const { AvailabilityZones: zones = [], AcceptanceRequired: acceptanceRequired = false } = service ?? {};
    return { isShared: service !== undefined, zones, acceptanceRequired };
  } catch (error) {
    if (error instanceof Error && error.name === 'InvalidServiceName')
      return { isShared: false, zones: [], acceptanceRequired: false };
    const told = toPrivateEksError(error);
    if (told.code === 'access-denied') return undefined;
    throw told;
  }
}
