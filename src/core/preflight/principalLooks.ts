import { isAwsError } from '../aws/errors.ts';
import { signalOption } from '../aws/identity.ts';
import type { Plan } from '../plan/plan.ts';
import { formatSpecPath } from '../spec/specPath.ts';
import { look, type Look, type Looker } from './look.ts';

/** A role or user as IAM has it. */
export interface IamPrincipal {
  /** Its path included. */
  readonly arn: string;
  /** The trust policy of a role, JSON. */
  readonly trust?: string;
}

/** A role or user that the spec names. */
export interface NamedPrincipal {
  readonly arn: string;
  readonly specPath: string;
  /** EKS gives the role to pods (Pod Identity). */
  readonly forPods: boolean;
}

export interface PrincipalFacts extends NamedPrincipal {
  /** What IAM has under its name; `seen: undefined` where there is nothing. Absent for one of another account, which nobody here can ask. */
  readonly found?: Look<IamPrincipal | undefined>;
}

/** Every role and user that the spec names, in its order. */
export function namedPrincipals({ spec: { access, addons } }: Pick<Plan, 'spec'>): NamedPrincipal[] {
  return [
    ...access.administrators.map((arn, index) => ({
      arn,
      specPath: formatSpecPath(['access', 'administrators', index]),
      forPods: false,
    })),
    ...access.podIdentities.map(({ roleArn }, index) => ({
      arn: roleArn,
      specPath: formatSpecPath(['access', 'podIdentities', index, 'roleArn']),
      forPods: true,
    })),
    ...Object.entries(addons).flatMap(([name, { podIdentity }]) =>
      Object.entries(podIdentity).map(([account, arn]) => ({
        arn,
        specPath: formatSpecPath(['addons', name, 'podIdentity', account]),
        forPods: true,
      })),
    ),
  ];
}

/** Asks IAM for each of them once. */
export async function lookAtPrincipals(plan: Plan, looker: Looker): Promise<PrincipalFacts[]> {
  const named = namedPrincipals(plan);
  const own = new Set(named.map(({ arn }) => arn).filter(arn => arn.split(':')[4] === plan.account?.accountId));
  const found = new Map(
    await Promise.all([...own].map(async arn => [arn, await look(() => principalOf(arn, looker))] as const)),
  );
  return named.map(one => {
    const seen = found.get(one.arn);
    return seen ? { ...one, found: seen } : one;
  });
}

/** Names are unique in an account whatever the path, so IAM is asked by the name alone. */
async function principalOf(arn: string, { session, signal }: Looker): Promise<IamPrincipal | undefined> {
  const sdk = await import('@aws-sdk/client-iam');
  const iam = await session.client('iam');
  const name = principalName(arn);
  try {
    if (/:user\//.test(arn)) {
      const { User } = await iam.send(new sdk.GetUserCommand({ UserName: name }), signalOption(signal));
      return User?.Arn === undefined ? undefined : { arn: User.Arn };
    }
    const { Role } = await iam.send(new sdk.GetRoleCommand({ RoleName: name }), signalOption(signal));
    if (Role?.Arn === undefined) return undefined;
    // IAM gives policies in URLs' encoding.
    return { arn: Role.Arn, trust: decodeURIComponent(Role.AssumeRolePolicyDocument ?? '{}') };
  } catch (error) {
    if (isAwsError(error, 'NoSuchEntity', 'NoSuchEntityException')) return undefined;
    throw error;
  }
}

export const principalName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);
