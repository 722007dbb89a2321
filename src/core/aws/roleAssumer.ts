import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import type { HttpHandler } from '@smithy/protocol-http';
import type { AwsCredentialIdentity } from '@smithy/types';
import { isAwsError } from './errors.ts';

export interface AssumerOptions {
  readonly region: string;
  readonly requestHandler: HttpHandler;
  readonly endpoint: string;
}

/** Whether AWS still takes a role's keys: asked before a person is asked for another code. True where it cannot be asked. */
export async function areGood(
  keys: AwsCredentialIdentity,
  { endpoint, ...options }: Omit<AssumerOptions, 'endpoint'> & { readonly endpoint: string | undefined },
): Promise<boolean> {
  const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const client = new STSClient({ ...options, credentials: keys, ...(endpoint === undefined ? {} : { endpoint }) });
  try {
    await client.send(new GetCallerIdentityCommand({}));
    return true;
  } catch (error) {
    return !isAwsError(error, 'ExpiredToken', 'ExpiredTokenException', 'InvalidClientTokenId');
  }
}

/** Takes a profile's role at another STS than AWS's: the chain's own client reads no endpoint of the profile. */
export function roleAssumer(options: AssumerOptions) {
  return async (source: AwsCredentialIdentity, input: AssumeRoleCommandInput): Promise<AwsCredentialIdentity> => {
    const { STSClient, AssumeRoleCommand } = await import('@aws-sdk/client-sts');
    const client = new STSClient({ ...options, credentials: source });
    const { Credentials } = await client.send(new AssumeRoleCommand(input));
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration)
      throw new Error(`STS gave no keys of ${input.RoleArn}`);
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    };
  };
}
