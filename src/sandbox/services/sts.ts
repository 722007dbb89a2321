import type { Operation, Service } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import { issueCredential, type Credential } from '../kernel/credential.ts';

interface Role {
  readonly Arn: string;
  readonly RoleId: string;
  readonly AssumeRolePolicyDocument?: string;
  readonly MaxSessionDuration?: number;
}

const getCallerIdentity: Operation = (_input, { principal }) => ({
  Account: principal.accountId,
  Arn: principal.arn,
  UserId: principal.userId,
});

const getSessionToken: Operation<{ DurationSeconds?: number }> = (
  { DurationSeconds = 43_200 },
  { account, principal },
) => {
  if (principal.arn.includes(':assumed-role/'))
    throw new AwsError('AccessDenied', 'Cannot call GetSessionToken with session credentials', 403);
  checkDuration(DurationSeconds, 129_600);
  return {
    Credentials: shown(issueCredential(account, principal, { expiresAt: Date.now() + DurationSeconds * 1000 })),
  };
};

const assumeRole: Operation<{ RoleArn: string; RoleSessionName: string; DurationSeconds?: number }> = (
  input,
  context,
) => {
  const { RoleArn, RoleSessionName, DurationSeconds = 3600 } = input;
  const { account, principal } = context;
  if (!/^[\w+=,.@-]{2,64}$/.test(RoleSessionName)) {
    const rule = 'Member must satisfy regular expression pattern: [\\w+=,.@-]*';
    throw invalid(`Value '${RoleSessionName}' at 'roleSessionName' failed to satisfy constraint: ${rule}`);
  }
  const [, roleAccount, path] = /^arn:aws[\w-]*:iam::(\d{12}):role\/(.+)$/.exec(RoleArn) ?? [];
  if (!path) throw new AwsError('ValidationError', `${RoleArn} is invalid`);
  const name = path.slice(path.lastIndexOf('/') + 1);
  const role = roleAccount === account.accountId ? findRole() : undefined;
  if (role?.Arn !== RoleArn || !trusts(role.AssumeRolePolicyDocument, principal.arn, account.accountId)) {
    const message = `User: ${principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`;
    throw new AwsError('AccessDenied', message, 403);
  }
  checkDuration(DurationSeconds, 43_200);
  if (DurationSeconds > (role.MaxSessionDuration ?? 3600))
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  const arn = `arn:${account.partition}:sts::${account.accountId}:assumed-role/${name}/${RoleSessionName}`;
  const userId = `${role.RoleId}:${RoleSessionName}`;
  const session = { accountId: account.accountId, arn, userId };
  const credential = issueCredential(account, session, { expiresAt: Date.now() + DurationSeconds * 1000 });
  return { Credentials: shown(credential), AssumedRoleUser: { AssumedRoleId: userId, Arn: arn }, PackedPolicySize: 0 };

  function findRole(): Role | undefined {
    try {
      return account.call<{ Role: Role }>(context, 'iam', 'GetRole', { RoleName: name }).Role;
    } catch (error) {
      if (error instanceof AwsError && error.code === 'NoSuchEntity') return undefined;
      throw error;
    }
  }
};

interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly Principal?: string | { readonly AWS?: string | readonly string[] };
}

/** Conditions of a trust policy are not evaluated. */
function trusts(document: string | undefined, callerArn: string, accountId: string): boolean {
  if (document === undefined) return false;
  const { Statement = [] } = JSON.parse(decodeURIComponent(document)) as { Statement?: Statement | Statement[] };
  return [Statement].flat().some(({ Effect, Action, Principal }) => {
    const trusted = typeof Principal === 'string' ? [Principal] : [Principal?.AWS ?? []].flat();
    const allowed = [Action ?? []].flat().some(action => ['*', 'sts:*', 'sts:AssumeRole'].includes(action));
    const root = `arn:aws:iam::${accountId}:root`;
    return Effect === 'Allow' && allowed && trusted.some(who => ['*', accountId, root, callerArn].includes(who));
  });
}

function checkDuration(seconds: number, most: number): void {
  const rule = seconds < 900 ? 'greater than or equal to 900' : `less than or equal to ${most}`;
  if (seconds < 900 || seconds > most)
    throw invalid(
      `Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value ${rule}`,
    );
}

const invalid = (what: string) => new AwsError('ValidationError', `1 validation error detected: ${what}`);

function shown({ accessKeyId, secretAccessKey, sessionToken, expiresAt }: Credential): object {
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: new Date(expiresAt ?? 0),
  };
}

export const sts: Service = {
  name: 'sts',
  operations: { GetCallerIdentity: getCallerIdentity, GetSessionToken: getSessionToken, AssumeRole: assumeRole },
};
