import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { invalidValue, kindOfId, notFound, resourceTypes } from './ec2Error.ts';
import { rows, type Ec2Rows, type Place } from './rows.ts';

type Tagged = { Tags?: Sdk.Tag[] | undefined; TagSet?: Sdk.Tag[] | undefined };

export function tagsOf(row: object): Sdk.Tag[] {
  const { Tags, TagSet } = row as Tagged;
  return Tags ?? TagSet ?? [];
}

/** Keys that begin with `aws:` are only for AWS's services: they act as `SERVICE.amazonaws.com`. */
function checkTags(tags: readonly Sdk.Tag[], { principal }: CallContext): void {
  const seen = new Set<string>();
  for (const { Key = '', Value = '' } of tags) {
    if (Key.length > 127) throw invalidValue('Tag key exceeds the maximum length of 127 characters');
    if (Value.length > 255) throw invalidValue('Tag value exceeds the maximum length of 255 characters');
    if (/^aws:/i.test(Key) && !principal.arn.endsWith('.amazonaws.com'))
      throw invalidValue("Tag keys starting with 'aws:' are reserved for internal use");
    if (seen.has(Key)) throw invalidValue(`Duplicate tag key '${Key}' specified.`);
    seen.add(Key);
  }
}

/** The tags that a create call gives to the thing it makes; `others` are kinds of things made by the same call. */
export function specifiedTags(
  context: CallContext,
  kind: keyof Ec2Rows,
  { TagSpecifications = [] }: { TagSpecifications?: Sdk.TagSpecification[] | undefined },
  others: readonly string[] = [],
): Sdk.Tag[] {
  const [foreign] = TagSpecifications.map(item => item.ResourceType ?? '').filter(
    type => type !== resourceTypes[kind] && !others.includes(type),
  );
  if (foreign !== undefined)
    throw invalidValue(`'${foreign}' is not a valid taggable resource type for this operation.`);
  const own = TagSpecifications.filter(item => item.ResourceType === resourceTypes[kind]);
  const tags = own.flatMap(item => item.Tags ?? []);
  checkTags(tags, context);
  return tags.map(({ Key, Value }) => ({ Key, Value: Value ?? '' }));
}

function taggable(place: Place, ids: readonly string[]): Sdk.Tag[][] {
  return ids.map(id => {
    const kind = kindOfId(id);
    if (!kind) throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
    const row: Tagged | undefined = rows(place, kind).get(id);
    if (!row) throw notFound(kind, [id]);
    return kind === 'interfaces' ? (row.TagSet ??= []) : (row.Tags ??= []);
  });
}

export const tagOperations = {
  CreateTags({ Resources = [], Tags = [] }: Sdk.CreateTagsRequest, context: CallContext): object {
    checkTags(Tags, context);
    const keys = Tags.map(tag => tag.Key);
    const targets = taggable(context, Resources);
    const next = targets.map(own => [...own.filter(tag => !keys.includes(tag.Key)), ...Tags]);
    if (next.some(tags => tags.length > 50))
      throw new AwsError('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.');
    for (const [index, own] of targets.entries())
      own.splice(0, own.length, ...(next[index] ?? []).map(({ Key, Value }) => ({ Key, Value: Value ?? '' })));
    return {};
  },

  DeleteTags({ Resources = [], Tags }: Sdk.DeleteTagsRequest, context: CallContext): object {
    if (Tags) checkTags(Tags, context);
    // Without a list, every tag of the user's goes.
    const goes = ({ Key, Value }: Sdk.Tag) =>
      Tags?.some(tag => tag.Key === Key && (tag.Value === undefined || tag.Value === Value)) ??
      !Key?.startsWith('aws:');
    for (const own of taggable(context, Resources)) own.splice(0, own.length, ...own.filter(tag => !goes(tag)));
    return {};
  },
};
