import type { Tag } from '@aws-sdk/client-iam';
import type { CallContext, Operation } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { findInstanceProfile } from './instanceProfile.ts';
import { findProvider } from './oidcProvider.ts';
import { findOwnPolicy } from './policy.ts';
import { findRole } from './role.ts';
import { limitExceeded, page, type PageInput } from './rows.ts';

const maxTags = 50;

/** Keys that begin with `aws:` are only for AWS's services. */
export function checkTags(tags: readonly Tag[], { principal }: CallContext): void {
  const ofService = principal.arn.endsWith('.amazonaws.com');
  const keys = tags.map(tag => tag.Key?.toLowerCase() ?? '');
  if (!ofService && keys.some(key => key.startsWith('aws:')))
    throw new AwsError('InvalidInput', "Invalid tag key: reserved prefix 'aws:' is not allowed");
  if (new Set(keys).size < keys.length)
    throw new AwsError('InvalidInput', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  if (tags.length > maxTags) throw limitExceeded(`Cannot exceed quota for TagsPerRole: ${maxTags}`);
}

interface Named extends PageInput {
  readonly RoleName?: string;
  readonly PolicyArn?: string;
  readonly InstanceProfileName?: string;
  readonly OpenIDConnectProviderArn?: string;
}

/** What can be tagged, by the end of its operations' names. */
const kinds: Readonly<Record<string, (input: Named, context: CallContext) => { Tags: Tag[] }>> = {
  Role: (input, context) => findRole(context, input.RoleName),
  Policy: (input, context) => findOwnPolicy(context, input.PolicyArn),
  InstanceProfile: (input, context) => findInstanceProfile(context, input.InstanceProfileName),
  OpenIDConnectProvider: (input, context) => findProvider(context, input.OpenIDConnectProviderArn),
};

function operationsOf(name: string): [string, Operation][] {
  const find = kinds[name];
  if (!find) return [];
  const tag: Operation<Named & { Tags?: Tag[] }> = (input, context) => {
    const row = find(input, context);
    const given = input.Tags ?? [];
    checkTags(given, context);
    const keys = given.map(item => item.Key?.toLowerCase());
    const next = [...row.Tags.filter(item => !keys.includes(item.Key?.toLowerCase())), ...given];
    if (next.length > maxTags) throw limitExceeded(`Cannot exceed quota for TagsPerRole: ${maxTags}`);
    row.Tags = next;
    return {};
  };
  const untag: Operation<Named & { TagKeys?: string[] }> = (input, context) => {
    const row = find(input, context);
    row.Tags = row.Tags.filter(item => !input.TagKeys?.includes(item.Key ?? ''));
    return {};
  };
  const list: Operation<Named> = (input, context) => {
    const { items, rest } = page(find(input, context).Tags, input);
    return { Tags: items, ...rest };
  };
  return [
    [`Tag${name}`, tag],
    [`Untag${name}`, untag],
    [`List${name}Tags`, list],
  ];
}

export const tagOperations: Readonly<Record<string, Operation>> = Object.fromEntries(
  Object.keys(kinds).flatMap(operationsOf),
);
