import { PrivateEksError } from '../errors.ts';
import type { AwsSession } from './awsSession.ts';
import { isAwsError, toPrivateEksError } from './errors.ts';

export interface CallerIdentity {
  readonly accountId: string;
  readonly partition: string;
  /** As STS tells it; a session's ARN for an assumed role. */
  readonly arn: string;
}

/** Who the session's credentials are. Needs no permission. */
export async function callerIdentity(session: AwsSession, signal?: AbortSignal): Promise<CallerIdentity> {
  try {
    const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
    const sts = await session.client('sts');
    const { Account = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand({}), signalOption(signal));
    return { accountId: Account, arn: Arn, partition: Arn.split(':')[1] ?? 'aws' };
  } catch (error) {
    throw toPrivateEksError(error);
  }
}

/**
 * The caller as an IAM principal that an access entry takes. STS tells an assumed role without its path, and EKS wants the path,
 * which roles of IAM Identity Center always have: so the role itself is asked for.
 * @throws PrivateEksError `administrator-unknown`
 */
export async function principalArn(session: AwsSession, caller: CallerIdentity, signal?: AbortSignal): Promise<string> {
  const assumed = /:assumed-role\/([^/]+)\//.exec(caller.arn)?.[1];
  if (assumed === undefined) {
    if (/:(user|role)\//.test(caller.arn)) return caller.arn;
    throw unknownAdministrator(`${caller.arn} is not a user or role, and an access entry takes nothing else`);
  }
  try {
    const { GetRoleCommand } = await import('@aws-sdk/client-iam');
    const iam = await session.client('iam');
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: assumed }), signalOption(signal));
    if (Role?.Arn) return Role.Arn;
  } catch (error) {
    if (isAwsError(error, 'AccessDenied', 'AccessDeniedException'))
      throw unknownAdministrator(
        `the ARN of role ${assumed} with its path cannot be read: iam:GetRole is denied`,
        error,
      );
    throw toPrivateEksError(error);
  }
  throw unknownAdministrator(`role ${assumed} has no ARN`);
}

function unknownAdministrator(why: string, cause?: unknown): PrivateEksError {
  return new PrivateEksError('administrator-unknown', `Who is to administer the cluster is not known: ${why}.`, {
    cause,
    fix: 'Name the IAM role or user, path included, under access.administrators in the spec.',
    actions: [{ id: 'open-spec', title: 'Open Spec' }],
  });
}

export function signalOption(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal ? { abortSignal: signal } : {};
}
