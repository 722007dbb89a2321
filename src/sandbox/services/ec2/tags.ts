import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
  Tag,
  TagDescription,
  TagSpecification,
} from '@aws-sdk/client-ec2';
import type { CallContext, Operation } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { filterRows, page } from './describe.ts';
import { invalidValue, kindOfId, notFound } from './ec2Error.ts';
import { rows, type Ec2Rows, type Place } from './rows.ts';

/** Kind → its name in tag specifications and in DescribeTags. */
const resourceTypes: Readonly<Record<keyof Ec2Rows, string>> = {
  vpcs: 'vpc',
  subnets: 'subnet',
  routeTables: 'route-table',
  internetGateways: 'internet-gateway',
  securityGroups: 'security-group',
  rules: 'security-group-rule',
  endpoints: 'vpc-endpoint',
  interfaces: 'network-interface',
  launchTemplates: 'launch-template',
  instances: 'instance',
};
const maxTags = 50;

type Tagged = { Tags?: Tag[] | undefined; TagSet?: Tag[] | undefined };

export function tagsOf(row: object): Tag[] {
  const { Tags, TagSet } = row as Tagged;
  return Tags ?? TagSet ?? [];
}

/** Keys that begin with `aws:` are only for AWS's services: they act as `SERVICE.amazonaws.com`. */
function checkTags(tags: readonly Tag[], { principal }: CallContext): void {
  const ofService = principal.arn.endsWith('.amazonaws.com');
  for (const { Key = '', Value = '' } of tags) {
    if (Key.length === 0 || Key.length > 127)
      throw invalidValue('Tag key exceeds the maximum length of 127 characters');
    if (Value.length > 255) throw invalidValue('Tag value exceeds the maximum length of 255 characters');
    if (!ofService && /^aws:/i.test(Key))
      throw invalidValue("Tag keys starting with 'aws:' are reserved for internal use");
  }
  if (new Set(tags.map(tag => tag.Key)).size < tags.length) {
    const twice = tags.find((tag, index) => tags.some((other, at) => at > index && other.Key === tag.Key))?.Key ?? '';
    throw invalidValue(`Duplicate tag key '${twice}' specified.`);
  }
}

/** The tags that a create call gives to the thing it makes. Others in the specification belong to other things made by the same call. */
export function specifiedTags(
  context: CallContext,
  kind: keyof Ec2Rows,
  specifications: readonly TagSpecification[] | undefined,
  others: readonly string[] = [],
): Tag[] {
  const type = resourceTypes[kind];
  const tags: Tag[] = [];
  for (const { ResourceType, Tags } of specifications ?? []) {
    if (ResourceType === type) tags.push(...(Tags ?? []));
    else if (!others.includes(ResourceType ?? ''))
      throw invalidValue(`'${ResourceType ?? ''}' is not a valid taggable resource type for this operation.`);
  }
  checkTags(tags, context);
  return tags.map(({ Key, Value }) => ({ Key, Value: Value ?? '' }));
}

function taggable(place: Place, ids: readonly string[]): [object, Tag[]][] {
  return ids.map(id => {
    const kind = kindOfId(id);
    if (!kind) throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
    const row: Tagged | undefined = rows(place, kind).get(id);
    if (!row) throw notFound(kind, [id]);
    return [row, kind === 'interfaces' ? (row.TagSet ??= []) : (row.Tags ??= [])];
  });
}

const createTags: Operation<CreateTagsRequest> = ({ Resources = [], Tags = [] }, context) => {
  checkTags(Tags, context);
  const targets = taggable(context, Resources);
  for (const [, tags] of targets) {
    const added = Tags.filter(tag => !tags.some(own => own.Key === tag.Key));
    if (tags.length + added.length > maxTags)
      throw new AwsError('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.');
  }
  for (const [, tags] of targets) {
    for (const { Key, Value } of Tags) {
      const own = tags.find(tag => tag.Key === Key);
      if (own) own.Value = Value ?? '';
      else tags.push({ Key, Value: Value ?? '' });
    }
  }
  return {};
};

const deleteTags: Operation<DeleteTagsRequest> = ({ Resources = [], Tags }, context) => {
  if (Tags) checkTags(Tags, context);
  for (const [, tags] of taggable(context, Resources)) {
    // Without a list, every tag of the user's goes.
    const goes = (own: Tag) =>
      Tags
        ? Tags.some(tag => tag.Key === own.Key && (tag.Value === undefined || tag.Value === own.Value))
        : !own.Key?.startsWith('aws:');
    tags.splice(0, tags.length, ...tags.filter(own => !goes(own)));
  }
  return {};
};

const describeTags: Operation<DescribeTagsRequest, DescribeTagsResult> = (input, context) => {
  const all = (Object.keys(resourceTypes) as (keyof Ec2Rows)[]).flatMap(kind =>
    rows(context, kind)
      .entries()
      .flatMap(([ResourceId, row]) =>
        tagsOf(row).map(tag => ({ ...tag, ResourceId, ResourceType: resourceTypes[kind] }) as TagDescription),
      ),
  );
  const paths = { key: 'Key', value: 'Value', 'resource-id': 'ResourceId', 'resource-type': 'ResourceType' };
  const { found: Tags, ...next } = page(filterRows(all, input.Filters, paths), input);
  return { Tags, ...next };
};

export const tagOperations = { CreateTags: createTags, DeleteTags: deleteTags, DescribeTags: describeTags };
