import type { AwsSession } from '../aws/awsSession.ts';
import { isAwsError } from '../aws/errors.ts';
import { signalOption } from '../aws/identity.ts';
import { tagMap, type Tags } from './controllerTags.ts';

const gone = [
  'LoadBalancerNotFound',
  'LoadBalancerNotFoundException',
  'TargetGroupNotFound',
  'TargetGroupNotFoundException',
];

/** Of load balancers or target groups: AWS takes twenty at a time. One that is gone meanwhile has no tags, and takes nobody else's along. */
export async function balancingTags(
  session: AwsSession,
  arns: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, Tags>> {
  const { DescribeTagsCommand } = await import('@aws-sdk/client-elastic-load-balancing-v2');
  const client = await session.client('elasticLoadBalancing');
  const found = new Map<string, Tags>();
  for (let from = 0; from < arns.length; from += 20) {
    const ResourceArns = arns.slice(from, from + 20);
    try {
      const { TagDescriptions = [] } = await client.send(
        new DescribeTagsCommand({ ResourceArns }),
        signalOption(signal),
      );
      for (const { ResourceArn = '', Tags } of TagDescriptions) found.set(ResourceArn, tagMap(Tags));
    } catch (error) {
      if (!isAwsError(error, ...gone)) throw error;
      if (ResourceArns.length > 1)
        for (const arn of ResourceArns)
          for (const [key, tags] of await balancingTags(session, [arn], signal)) found.set(key, tags);
    }
  }
  return found;
}
