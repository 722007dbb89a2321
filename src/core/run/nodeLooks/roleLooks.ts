import type { AwsSession } from '../../aws/awsSession.ts';
import { isAwsError } from '../../aws/errors.ts';
import { signalOption } from '../../aws/identity.ts';
import type { MoreNodeFacts } from '../nodeFacts.ts';

/** Names of the managed policies on the role; undefined where they may not be read, or there is no role. */
export async function policiesOf(
  session: AwsSession,
  roleArn: string,
  signal?: AbortSignal,
): Promise<string[] | undefined> {
  const RoleName = roleArn.split('/').at(-1);
  if (!RoleName) return undefined;
  try {
    const { ListAttachedRolePoliciesCommand } = await import('@aws-sdk/client-iam');
    const iam = await session.client('iam');
    const { AttachedPolicies = [] } = await iam.send(
      new ListAttachedRolePoliciesCommand({ RoleName, MaxItems: 1000 }),
      signalOption(signal),
    );
    return AttachedPolicies.map(({ PolicyName = '' }) => PolicyName);
  } catch (error) {
    if (isAwsError(error, 'AccessDenied', 'AccessDeniedException', 'NoSuchEntity', 'NoSuchEntityException'))
      return undefined;
    throw error;
  }
}

export async function roleOf(
  session: AwsSession,
  roleArn: string,
  signal?: AbortSignal,
): Promise<NonNullable<MoreNodeFacts['role']>> {
  const { GetRoleCommand } = await import('@aws-sdk/client-iam');
  const iam = await session.client('iam');
  try {
    const RoleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }), signalOption(signal));
    const trust = Role?.AssumeRolePolicyDocument;
    return {
      exists: true,
      ...(Role?.RoleId === undefined ? {} : { roleId: Role.RoleId }),
      ...(trust === undefined ? {} : { trust: decodeURIComponent(trust) }),
    };
  } catch (error) {
    if (isAwsError(error, 'NoSuchEntity', 'NoSuchEntityException')) return { exists: false };
    throw error;
  }
}

/** Type of the role's access entry, or `missing`. */
export async function accessEntryOf(
  session: AwsSession,
  clusterName: string,
  principalArn: string,
  signal?: AbortSignal,
): Promise<string> {
  const { DescribeAccessEntryCommand } = await import('@aws-sdk/client-eks');
  const eks = await session.client('eks');
  try {
    const command = new DescribeAccessEntryCommand({ clusterName, principalArn });
    return (await eks.send(command, signalOption(signal))).accessEntry?.type ?? 'STANDARD';
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return 'missing';
    throw error;
  }
}
