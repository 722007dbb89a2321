import type * as Eks from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { accessEntries, addons, clusters, fargateProfiles, nodegroups, podIdentities } from './eksTables.ts';

/** The tags of whatever has this ARN. */
function tagsAt(context: CallContext, arn = ''): Record<string, string> {
  const things: readonly (readonly [string | undefined, { tags?: Record<string, string> | undefined }])[] = [
    ...clusters(context)
      .values()
      .map(({ cluster }) => [cluster.arn, cluster] as const),
    ...nodegroups(context)
      .values()
      .map(({ nodegroup }) => [nodegroup.nodegroupArn, nodegroup] as const),
    ...addons(context)
      .values()
      .map(({ addon }) => [addon.addonArn, addon] as const),
    ...fargateProfiles(context)
      .values()
      .map(({ profile }) => [profile.fargateProfileArn, profile] as const),
    ...podIdentities(context)
      .values()
      .map(({ association }) => [association.associationArn, association] as const),
    ...accessEntries(context)
      .values()
      .map(({ entry }) => [entry.accessEntryArn, entry] as const),
  ];
  const found = things.find(([own]) => own === arn)?.[1];
  if (!found) throw new AwsError('NotFoundException', `No resource found for ARN: ${arn}`, 404);
  return (found.tags ??= {});
}

export const tagOperations = {
  ListTagsForResource: ({ resourceArn }: Eks.ListTagsForResourceRequest, context: CallContext) => ({
    tags: { ...tagsAt(context, resourceArn) },
  }),
  TagResource({ resourceArn, tags = {} }: Eks.TagResourceRequest, context: CallContext) {
    const now = tagsAt(context, resourceArn);
    const reserved = Object.keys(tags).some(key => key.toLowerCase().startsWith('aws:'));
    if (reserved && !context.principal.arn.endsWith('.amazonaws.com'))
      throw new AwsError('BadRequestException', 'Tag keys starting with aws: are reserved for system use');
    if (Object.keys({ ...now, ...tags }).length > 50)
      throw new AwsError('BadRequestException', 'The number of tags exceeds the limit of 50');
    Object.assign(now, tags);
    return {};
  },
  UntagResource({ resourceArn, tagKeys = [] }: Eks.UntagResourceRequest, context: CallContext) {
    const now = tagsAt(context, resourceArn);
    for (const key of tagKeys) delete now[key];
    return {};
  },
};
