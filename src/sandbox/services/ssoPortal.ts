import type * as Sdk from '@aws-sdk/client-sso';
import type { CallContext, Service } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import { operation } from '../kernel/operation.ts';
import { ensurePermissionSetRole } from './iam/role.ts';
import { permissionSets, personName, rows } from './sso/ssoRows.ts';
import { roleSession } from './sts/assumeRole.ts';

const emailAddress = 'practice@example.com';

function checkSignIn({ accessToken }: { accessToken?: string | undefined }, context: CallContext): void {
  const token = rows(context, 'tokens').get(accessToken);
  if (!token || token.expiresAt <= context.account.realNow())
    throw new AwsError('UnauthorizedException', 'Session token not found or invalid', 401);
}

function checkAccount(accountId: string | undefined, { account }: CallContext): void {
  if (accountId !== account.accountId) throw new AwsError('ForbiddenException', 'No access', 403);
}

function getRoleCredentials(
  input: Sdk.GetRoleCredentialsRequest,
  context: CallContext,
): Sdk.GetRoleCredentialsResponse {
  checkSignIn(input, context);
  checkAccount(input.accountId, context);
  const permissionSet = permissionSets.find(name => name === input.roleName);
  if (!permissionSet) throw new AwsError('ForbiddenException', 'No access', 403);
  const asService = context.account.serviceContext(context.region, 'sso.amazonaws.com');
  const role = ensurePermissionSetRole(asService, permissionSet);
  const { credential, expiration } = roleSession(context, role, personName, 3600);
  const { accessKeyId, secretAccessKey, sessionToken } = credential;
  return { roleCredentials: { accessKeyId, secretAccessKey, sessionToken, expiration } };
}

/** The access portal: which accounts and roles a sign-in opens, and their keys. */
export const ssoPortal: Service = {
  name: 'awsssoportal',
  operations: {
    GetRoleCredentials: operation(getRoleCredentials),
    ListAccounts: operation((input: Sdk.ListAccountsRequest, context) => {
      checkSignIn(input, context);
      return { accountList: [{ accountId: context.account.accountId, accountName: 'practice', emailAddress }] };
    }),
    ListAccountRoles: operation((input: Sdk.ListAccountRolesRequest, context) => {
      checkSignIn(input, context);
      checkAccount(input.accountId, context);
      return { roleList: permissionSets.map(roleName => ({ roleName, accountId: input.accountId })) };
    }),
    Logout: operation((input: Sdk.LogoutRequest, context) => {
      checkSignIn(input, context);
      rows(context, 'tokens').delete(input.accessToken ?? '');
    }),
  },
};
