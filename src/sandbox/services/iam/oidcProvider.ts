import type * as Sdk from '@aws-sdk/client-iam';
import { createHash } from 'node:crypto';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { alreadyExists, checkTags, invalid, noSuchEntity, rows, type OidcRow } from './rows.ts';

function findProvider(context: CallContext, arn: string | undefined): OidcRow {
  const provider = rows(context, 'oidcProviders').get(arn);
  if (!provider) throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn ?? ''}`);
  return provider;
}

function checkThumbprints(list: readonly string[] | undefined): void {
  const lengths =
    'Member must have length less than or equal to 40, Member must have length greater than or equal to 40';
  if (list?.some(item => item.length !== 40))
    throw invalid(`[${list.join(', ')}]`, 'thumbprintList', `satisfy constraint: [${lengths}]`);
}

export const oidcProviderOperations = {
  CreateOpenIDConnectProvider(input: Sdk.CreateOpenIDConnectProviderRequest, context: CallContext): object {
    const { Url = '', ClientIDList = [], ThumbprintList, Tags = [] } = input;
    const bare = /^https:\/\/([^\s?#]+?)\/?$/.exec(Url)?.[1];
    if (bare === undefined) throw new AwsError('ValidationError', 'Invalid Open ID Connect Provider URL');
    checkTags(Tags, context);
    checkThumbprints(ThumbprintList);
    const { account } = context;
    const Arn = account.arn('iam', '', `oidc-provider/${bare}`);
    if (rows(context, 'oidcProviders').get(Arn)) throw alreadyExists(`Provider with url ${Url} already exists.`);
    // Without a list IAM fetches the thumbprint itself; here it is made from the host.
    const own = createHash('sha1')
      .update(bare.split('/')[0] ?? '')
      .digest('hex');
    const CreateDate = new Date(account.now());
    const row = { Arn, Url: bare, ClientIDList, ThumbprintList: ThumbprintList ?? [own], Tags, CreateDate };
    rows(context, 'oidcProviders').set(Arn, row);
    return { OpenIDConnectProviderArn: Arn, Tags };
  },

  GetOpenIDConnectProvider(
    { OpenIDConnectProviderArn }: Sdk.GetOpenIDConnectProviderRequest,
    context: CallContext,
  ): object {
    return structuredClone(findProvider(context, OpenIDConnectProviderArn));
  },

  ListOpenIDConnectProviders(_: object, context: CallContext): object {
    return { OpenIDConnectProviderList: [...rows(context, 'oidcProviders').values()].map(({ Arn }) => ({ Arn })) };
  },

  AddClientIDToOpenIDConnectProvider(input: Sdk.AddClientIDToOpenIDConnectProviderRequest, context: CallContext) {
    const row = findProvider(context, input.OpenIDConnectProviderArn);
    row.ClientIDList = [...new Set([...row.ClientIDList, input.ClientID ?? ''])];
    return {};
  },

  RemoveClientIDFromOpenIDConnectProvider(
    input: Sdk.RemoveClientIDFromOpenIDConnectProviderRequest,
    context: CallContext,
  ) {
    const row = findProvider(context, input.OpenIDConnectProviderArn);
    row.ClientIDList = row.ClientIDList.filter(id => id !== input.ClientID);
    return {};
  },

  UpdateOpenIDConnectProviderThumbprint(input: Sdk.UpdateOpenIDConnectProviderThumbprintRequest, context: CallContext) {
    checkThumbprints(input.ThumbprintList);
    findProvider(context, input.OpenIDConnectProviderArn).ThumbprintList = input.ThumbprintList ?? [];
    return {};
  },

  TagOpenIDConnectProvider(input: Sdk.TagOpenIDConnectProviderRequest, context: CallContext) {
    const row = findProvider(context, input.OpenIDConnectProviderArn);
    const { Tags = [] } = input;
    checkTags(Tags, context);
    row.Tags = [...row.Tags.filter(tag => !Tags.some(({ Key }) => Key === tag.Key)), ...Tags];
    return {};
  },

  UntagOpenIDConnectProvider(input: Sdk.UntagOpenIDConnectProviderRequest, context: CallContext) {
    const row = findProvider(context, input.OpenIDConnectProviderArn);
    row.Tags = row.Tags.filter(({ Key = '' }) => !input.TagKeys?.includes(Key));
    return {};
  },

  /** Deleting what is not there is no error. */
  DeleteOpenIDConnectProvider(
    { OpenIDConnectProviderArn = '' }: Sdk.DeleteOpenIDConnectProviderRequest,
    context: CallContext,
  ): object {
    rows(context, 'oidcProviders').delete(OpenIDConnectProviderArn);
    return {};
  },
};
