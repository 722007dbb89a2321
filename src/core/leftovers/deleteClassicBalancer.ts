import type { AwsSession } from '../aws/awsSession.ts';
import { toPrivateEksError } from '../aws/errors.ts';
import { signalOption } from '../aws/identity.ts';

/**
 * Classic load balancers have an SDK package of their own. Its API differs from the newer one's, with which it shares host, protocol and
 * signature, by its version and the member's name alone: so this one call goes through the newer client, before it is signed. AWS answers
 * with success for one that is gone, or never was.
 */
export async function deleteClassicBalancer(session: AwsSession, name: string, signal?: AbortSignal): Promise<void> {
  const { DeleteLoadBalancerCommand } = await import('@aws-sdk/client-elastic-load-balancing-v2');
  const client = await session.client('elasticLoadBalancing');
  const command = new DeleteLoadBalancerCommand({ LoadBalancerArn: name });
  command.middlewareStack.add(
    next => args => {
      const body = new URLSearchParams({ Action: 'DeleteLoadBalancer', LoadBalancerName: name, Version: '2012-06-01' });
      (args.request as { body: unknown }).body = body.toString();
      return next(args);
    },
    { step: 'build', priority: 'high', name: 'classicLoadBalancer' },
  );
  try {
    await client.send(command, signalOption(signal));
  } catch (error) {
    throw toPrivateEksError(error);
  }
}
