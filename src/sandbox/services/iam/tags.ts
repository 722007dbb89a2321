import type { Tag } from '@aws-sdk/client-iam';
import type { CallContext, Operation } from '../../kernel/account.ts';
import { findInstanceProfile } from './instanceProfile.ts';
import { findProvider } from './oidcProvider.ts';
import { findOwnPolicy } from './policy.ts';
import { findRole } from './role.ts';
import { checkTags, page, type PageInput } from './rows.ts';

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

const ofKind = ([name, find]: [string, (typeof kinds)[string]]): Record<string, Operation> => ({
  [`Tag${name}`](input: Named & { Tags?: Tag[] }, context: CallContext) {
    const row = find(input, context);
    const keys = input.Tags?.map(tag => tag.Key?.toLowerCase());
    const next = [...row.Tags.filter(tag => !keys?.includes(tag.Key?.toLowerCase())), ...(input.Tags ?? [])];
    checkTags(input.Tags ?? [], context);
    row.Tags = next;
    return {};
  },
  [`Untag${name}`](input: Named & { TagKeys?: string[] }, context: CallContext) {
    const row = find(input, context);
    row.Tags = row.Tags.filter(tag => !input.TagKeys?.includes(tag.Key ?? ''));
    return {};
  },
  [`List${name}Tags`]: (input: Named, context: CallContext) => page('Tags', find(input, context).Tags, input),
});

export const tagOperations: Readonly<Record<string, Operation>> = Object.fromEntries(
  Object.entries(kinds).flatMap(kind => Object.entries(ofKind(kind))),
);
