import type { AwsSession } from '../../aws/awsSession.ts';
import { signalOption } from '../../aws/identity.ts';
import { clusterOfTags, tagMap } from '../controllerTags.ts';
import type { NodeLeaving, Where } from '../clusterLeavings.ts';
import type { Leftover } from '../leftover.ts';
import { instanceCost, livingStates } from '../instanceCost.ts';
import { isAutonomous, isOfAutoMode, launchedBy } from '../nodeTags.ts';
import { ec2PageSize, pages } from '../../aws/pages.ts';
import { leaving } from './leaving.ts';

/** Nodes that Karpenter or Auto Mode launched for the cluster: in no stack and no Auto Scaling group. */
export async function instancesOf(
  session: AwsSession,
  { cluster, vpcId }: Where,
  signal?: AbortSignal,
): Promise<NodeLeaving[]> {
  if (vpcId === undefined) return [];
  const { paginateDescribeInstances } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }, livingStates];
  const found = await pages(
    paginateDescribeInstances({ client, pageSize: ec2PageSize }, { Filters }, signalOption(signal)),
    page => page.Reservations?.flatMap(({ Instances = [] }) => Instances),
  );
  return found.flatMap(({ InstanceId = '', InstanceType = '', State, Operator, Tags }) => {
    const tags = tagMap(Tags);
    if (clusterOfTags(tags) !== cluster || !isAutonomous(tags)) return [];
    const { monthlyUsd, how } = instanceCost(InstanceType, State?.Name);
    const more = { cluster, vpcId, monthlyUsd, how: `${how}, ${launchedBy(tags)}`, fate: 'goes' as const };
    const autoMode = isOfAutoMode(tags) || Operator?.Managed === true;
    return [{ ...leaving('instance', InstanceId, session.region, more), autoMode }];
  });
}

/** Karpenter makes one for each kind of node, and takes them away only as long as it runs. */
export async function launchTemplatesOf(
  session: AwsSession,
  { cluster }: Where,
  signal?: AbortSignal,
): Promise<Leftover[]> {
  const { paginateDescribeLaunchTemplates } = await import('@aws-sdk/client-ec2');
  const client = await session.client('ec2');
  const Filters = [{ Name: 'tag-key', Values: [`kubernetes.io/cluster/${cluster}`, 'karpenter.k8s.aws/cluster'] }];
  const found = await pages(
    paginateDescribeLaunchTemplates({ client }, { Filters }, signalOption(signal)),
    page => page.LaunchTemplates,
  );
  return found.flatMap(({ LaunchTemplateId = '', LaunchTemplateName: name = '', Tags }) => {
    const tags = tagMap(Tags);
    const ofKarpenter = Object.keys(tags).some(key => /^karpenter\./.test(key));
    if (!ofKarpenter || (tags['karpenter.k8s.aws/cluster'] ?? clusterOfTags(tags)) !== cluster) return [];
    return [leaving('launch template', LaunchTemplateId, session.region, { name, cluster, fate: 'goes' })];
  });
}
