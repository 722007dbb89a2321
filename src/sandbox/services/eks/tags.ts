import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-eks';
import type { CallContext } from '../../kernel/account.ts';
import { accessEntries, addons, associations, clusters, eksError, nodegroups } from './eksTables.ts';

interface Tagged {
  tags?: Record<string, string> | undefined;
}

function taggedBy(arn: string | undefined, context: CallContext): Tagged {
  const all: readonly (readonly [string | undefined, Tagged])[] = [
    ...clusters(context)
      .values()
      .map(({ cluster }) => [cluster.arn, cluster] as const),
    ...nodegroups(context)
      .values()
      .map(({ nodegroup }) => [nodegroup.nodegroupArn, nodegroup] as const),
    ...addons(context)
      .values()
      .map(({ addon }) => [addon.addonArn, addon] as const),
    ...accessEntries(context)
      .values()
      .map(({ entry }) => [entry.accessEntryArn, entry] as const),
    ...associations(context)
      .values()
      .map(({ association }) => [association.associationArn, association] as const),
  ];
  const found = all.find(([own]) => own === arn);
  if (!found) {
    // Tagging answers with names of its own, and 400 or 404.
    const error = eksError('ResourceNotFound', `Resource not found with ARN ${arn ?? ''}`);
    throw Object.assign(error, { code: 'NotFoundException' });
  }
  return found[1];
}

export function tagResource(input: TagResourceRequest, context: CallContext): object {
  const tagged = taggedBy(input.resourceArn, context);
  const reserved = Object.keys(input.tags ?? {}).find(key => key.toLowerCase().startsWith('aws:'));
  if (reserved) throw eksError('InvalidParameter', `Tag key ${reserved} is reserved: it starts with aws:`);
  tagged.tags = { ...tagged.tags, ...input.tags };
  return {};
}

export function untagResource(input: UntagResourceRequest, context: CallContext): object {
  const tagged = taggedBy(input.resourceArn, context);
  const kept = Object.entries(tagged.tags ?? {}).filter(([key]) => !input.tagKeys?.includes(key));
  tagged.tags = Object.fromEntries(kept);
  return {};
}

export function listTagsForResource(
  input: ListTagsForResourceRequest,
  context: CallContext,
): ListTagsForResourceResponse {
  return { tags: { ...taggedBy(input.resourceArn, context).tags } };
}
