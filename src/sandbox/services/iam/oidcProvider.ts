import type * as Iam from '@aws-sdk/client-iam';
import { createHash } from 'node:crypto';
import type { CallContext, Operation } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { alreadyExists, iamArn, noSuchEntity, rows, type OidcRow } from './rows.ts';
import { checkTags } from './tags.ts';

export function findProvider(context: CallContext, arn: string | undefined): OidcRow {
  const provider = rows(context, 'oidcProviders').get(arn);
  if (!provider) throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn ?? ''}`);
  return provider;
}

const create: Operation<Iam.CreateOpenIDConnectProviderRequest, Iam.CreateOpenIDConnectProviderResponse> = (
  input,
  context,
) => {
  const { Url = '', ClientIDList = [], ThumbprintList, Tags = [] } = input;
  if (!/^https:\/\/[^\s?#]+$/.test(Url)) throw new AwsError('ValidationError', 'Invalid Open ID Connect Provider URL');
  const bare = Url.replace(/^https:\/\//, '').replace(/\/$/, '');
  checkTags(Tags, context);
  checkThumbprints(ThumbprintList);
  const Arn = iamArn(context, `oidc-provider/${bare}`);
  if (rows(context, 'oidcProviders').get(Arn)) throw alreadyExists(`Provider with url ${Url} already exists.`);
  // Without a list IAM fetches the thumbprint itself; here it is made from the host.
  const own = createHash('sha1')
    .update(bare.split('/')[0] ?? '')
    .digest('hex');
  const CreateDate = new Date(context.account.now());
  rows(context, 'oidcProviders').set(Arn, {
    Arn,
    Url: bare,
    ClientIDList,
    ThumbprintList: ThumbprintList ?? [own],
    Tags,
    CreateDate,
  });
  return { OpenIDConnectProviderArn: Arn, Tags };
};

function checkThumbprints(list: readonly string[] | undefined): void {
  const bad = list?.find(item => item.length !== 40);
  if (bad !== undefined)
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value '[${list?.join(', ')}]' at 'thumbprintList' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 40, Member must have length greater than or equal to 40]`,
    );
}

type ByArn = { readonly OpenIDConnectProviderArn?: string | undefined };

const get: Operation<ByArn, Iam.GetOpenIDConnectProviderResponse> = ({ OpenIDConnectProviderArn }, context) => {
  const { Arn: _arn, ...shown } = structuredClone(findProvider(context, OpenIDConnectProviderArn));
  return shown;
};

const list: Operation<object, Iam.ListOpenIDConnectProvidersResponse> = (_input, context) => ({
  OpenIDConnectProviderList: rows(context, 'oidcProviders')
    .values()
    .map(({ Arn }) => ({ Arn })),
});

/** Deleting what is not there is no error. */
const remove: Operation<ByArn> = ({ OpenIDConnectProviderArn }, context) => {
  rows(context, 'oidcProviders').delete(OpenIDConnectProviderArn ?? '');
  return {};
};

const addClient: Operation<ByArn & { ClientID?: string }> = ({ OpenIDConnectProviderArn, ClientID = '' }, context) => {
  const provider = findProvider(context, OpenIDConnectProviderArn);
  if (!provider.ClientIDList.includes(ClientID)) provider.ClientIDList.push(ClientID);
  return {};
};

const removeClient: Operation<ByArn & { ClientID?: string }> = ({ OpenIDConnectProviderArn, ClientID }, context) => {
  const provider = findProvider(context, OpenIDConnectProviderArn);
  provider.ClientIDList = provider.ClientIDList.filter(id => id !== ClientID);
  return {};
};

const updateThumbprint: Operation<ByArn & { ThumbprintList?: string[] }> = (
  { OpenIDConnectProviderArn, ThumbprintList },
  context,
) => {
  const provider = findProvider(context, OpenIDConnectProviderArn);
  checkThumbprints(ThumbprintList);
  provider.ThumbprintList = ThumbprintList ?? provider.ThumbprintList;
  return {};
};

export const oidcProviderOperations = {
  CreateOpenIDConnectProvider: create,
  GetOpenIDConnectProvider: get,
  ListOpenIDConnectProviders: list,
  DeleteOpenIDConnectProvider: remove,
  AddClientIDToOpenIDConnectProvider: addClient,
  RemoveClientIDFromOpenIDConnectProvider: removeClient,
  UpdateOpenIDConnectProviderThumbprint: updateThumbprint,
};
