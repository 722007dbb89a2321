import type * as Eks from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { accessEntries, addons, associations, clusters, eksError, nodegroups } from './eksTables.ts';

interface Tagged {
  tags?: Record<string, string> | undefined;
}

function taggedBy(arn: string | undefined, context: CallContext): Tagged {
  const found =
    clusters(context).find(({ cluster }) => cluster.arn === arn)?.cluster ??
    nodegroups(context).find(({ nodegroup }) => nodegroup.nodegroupArn === arn)?.nodegroup ??
    addons(context).find(({ addon }) => addon.addonArn === arn)?.addon ??
    accessEntries(context).find(({ entry }) => entry.accessEntryArn === arn)?.entry ??
    associations(context).find(({ association }) => association.associationArn === arn)?.association;
  // Tagging has errors with names of its own.
  if (!found) throw new AwsError('NotFoundException', `Resource not found for ARN: ${arn ?? ''}`, 404);
  return found;
}

export const tagOperations = {
  TagResource(input: Eks.TagResourceRequest, context: CallContext) {
    const tagged = taggedBy(input.resourceArn, context);
    const reserved = Object.keys(input.tags ?? {}).find(key => key.toLowerCase().startsWith('aws:'));
    if (reserved) throw eksError('InvalidParameter', `Tag key ${reserved} is reserved: it starts with aws:`);
    tagged.tags = { ...tagged.tags, ...input.tags };
    return {};
  },
  UntagResource(input: Eks.UntagResourceRequest, context: CallContext) {
    const tagged = taggedBy(input.resourceArn, context);
    const kept = Object.entries(tagged.tags ?? {}).filter(([key]) => !input.tagKeys?.includes(key));
    tagged.tags = Object.fromEntries(kept);
    return {};
  },
  ListTagsForResource: (input: Eks.ListTagsForResourceRequest, context: CallContext) => ({
    tags: { ...taggedBy(input.resourceArn, context).tags },
  }),
};
