import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { checkPattern, checkRange } from '../../kernel/constraint.ts';
import { issueCredential } from '../../kernel/credential.ts';
import { refusal } from '../iam/authorize.ts';
import { evaluate } from '../iam/evaluation.ts';
import { list, type ContextKeys, type Policy, type Statement } from '../iam/policy.ts';
import { principalKeys } from '../iam/principalPolicies.ts';
import { rows, type RoleRow } from '../iam/rows.ts';

/** Whom a trust policy's statement means, from its account as a whole to the caller by name. */
function trusted({ Principal }: Statement, context: CallContext): 'caller' | 'account' | undefined {
  const { accountId, partition } = context.account;
  const named = typeof Principal === 'string' ? [Principal] : list(Principal?.['AWS']);
  const own = principalKeys(context.principal, context.account)['aws:principalarn'] ?? [];
  if (named.some(one => one === '*' || one === context.principal.arn || own.includes(one))) return 'caller';
  return named.some(one => one === accountId || one === `arn:${partition}:iam::${accountId}:root`)
    ? 'account'
    : undefined;
}

/** The role's trust must mean the caller; where it means only the account, the caller's own policies must allow it, too. */
function mayAssume(role: RoleRow, keys: ContextKeys, context: CallContext): boolean {
  const { Version, Statement } = JSON.parse(role.AssumeRolePolicyDocument) as Policy;
  const request = { action: 'sts:AssumeRole', resource: role.Arn, keys };
  const saying = (who: 'caller' | 'account' | undefined) =>
    list(Statement).filter(one => who === undefined || trusted(one, context) === who);
  const decide = (statements: readonly Statement[]) =>
    evaluate([{ ...(Version === undefined ? {} : { Version }), Statement: statements }], request).decision;
  const denies = list(Statement).filter(one => one.Effect === 'Deny' && trusted(one, context) !== undefined);
  if (decide(denies) === 'explicit-deny') return false;
  const own = refusal(context, [request]);
  if (own?.evaluation.decision === 'explicit-deny') return false;
  return decide(saying('caller')) === 'allow' || (own === undefined && decide(saying('account')) === 'allow');
}

/** A device of the caller's own takes any six digits, but for `000000`. */
function checkedMfa({ SerialNumber, TokenCode }: AssumeRoleRequest, { principal }: CallContext): boolean {
  if (SerialNumber === undefined) return false;
  const fails = 'MultiFactorAuthentication failed';
  if (SerialNumber !== principal.arn.replace(':user/', ':mfa/'))
    throw denied(
      `${fails}, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.`,
    );
  if (!/^\d{6}$/.test(TokenCode ?? '') || TokenCode === '000000')
    throw denied(`${fails} with invalid MFA one time pass code. `);
  return true;
}

const denied = (message: string) => new AwsError('AccessDenied', message, 403);

export function assumeRole(input: AssumeRoleRequest, context: CallContext): AssumeRoleResponse {
  const { RoleArn = '', RoleSessionName = '', ExternalId } = input;
  const { account, principal } = context;
  checkPattern('roleSessionName', RoleSessionName, '[\\w+=,.@-]{2,64}', 'ValidationError');
  const role = rows(context, 'roles').find(row => row.Arn === RoleArn);
  const chained = principal.arn.includes(':assumed-role/');
  const keys: ContextKeys = {
    ...principalKeys(principal, account),
    'aws:multifactorauthpresent': [String(checkedMfa(input, context))],
    'sts:rolesessionname': [RoleSessionName],
    ...(ExternalId === undefined ? {} : { 'sts:externalid': [ExternalId] }),
  };
  if (!role || !mayAssume(role, keys, context))
    throw denied(`User: ${principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`);
  const longest = chained ? 3600 : role.MaxSessionDuration;
  const { DurationSeconds = 3600 } = input;
  checkRange('durationSeconds', DurationSeconds, 900, 43_200, 'ValidationError');
  if (DurationSeconds > longest)
    throw new AwsError(
      'ValidationError',
      chained
        ? 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining'
        : 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  const { credential, expiration } = roleSession(context, role, RoleSessionName, DurationSeconds);
  const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken } = credential;
  const { arn: Arn, userId: AssumedRoleId } = credential.principal;
  return {
    Credentials: { AccessKeyId, SecretAccessKey, SessionToken, Expiration: new Date(expiration) },
    AssumedRoleUser: { Arn, AssumedRoleId },
  };
}

/** Keys of a session of the role; `expiration` is real time in ms. */
export function roleSession({ account }: CallContext, role: RoleRow, name: string, seconds: number) {
  const expiration = Math.floor(account.realNow() / 1000 + seconds) * 1000;
  const principal = {
    accountId: account.accountId,
    arn: `arn:${account.partition}:sts::${account.accountId}:assumed-role/${role.RoleName}/${name}`,
    userId: `${role.RoleId}:${name}`,
  };
  return { credential: issueCredential(account, principal, { expiresAt: expiration }), expiration };
}
