import { isAwsError, toPrivateEksError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import { pages } from '../../aws/pages.ts';
import { describeStack, stackResources } from '../../aws/stack.ts';
import { clusterOfTags, tagMap } from '../../leftovers/controllerTags.ts';
import { throwIfCancelled, type StepContext } from '../step.ts';

/**
 * Karpenter puts the role of its nodes into instance profiles of its own, and IAM deletes no role that is in one. Those whose tag says that
 * they are the cluster's go; where they may not be looked at, CloudFormation says what it cannot delete.
 */
export async function freeRoles(stackName: string, context: StepContext): Promise<void> {
  const { session, signal, cluster } = context;
  const stack = await describeStack(session, stackName, signal);
  if (!stack) return;
  const resources = await stackResources(session, stack.id, signal);
  const idsOf = (type: string) => resources.flatMap(one => (one.type === type ? one.physicalId : []));
  const own = new Set(idsOf('AWS::IAM::InstanceProfile'));
  const iam = await import('@aws-sdk/client-iam');
  const client = await session.client('iam');
  const options = signalOption(signal);
  for (const RoleName of idsOf('AWS::IAM::Role'))
    try {
      const paged = iam.paginateListInstanceProfilesForRole({ client }, { RoleName }, options);
      for (const { InstanceProfileName = '' } of await pages(paged, page => page.InstanceProfiles)) {
        if (own.has(InstanceProfileName)) continue;
        // A list tells no tags.
        const seen = await client.send(new iam.GetInstanceProfileCommand({ InstanceProfileName }), options);
        if (clusterOfTags(tagMap(seen.InstanceProfile?.Tags)) !== cluster) continue;
        throwIfCancelled(context);
        context.progress(`deleting instance profile ${InstanceProfileName}`);
        await client.send(new iam.RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }), options);
        await client.send(new iam.DeleteInstanceProfileCommand({ InstanceProfileName }), options);
      }
    } catch (error) {
      if (isAwsError(error, 'NoSuchEntity', 'NoSuchEntityException')) continue;
      const told = toPrivateEksError(error);
      if (told.code !== 'access-denied') throw told;
      context.journal.append({ type: 'note', level: 'warning', message: `Not looked at: ${told.message}` });
    }
}
