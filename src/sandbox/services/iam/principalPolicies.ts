import type { Account, Principal } from '../../kernel/account.ts';
import { practiceCredential } from '../../kernel/credential.ts';
import type { ContextKeys, Policy } from './policy.ts';
import { rows, type RoleRow } from './rows.ts';

/** Texts of AWS's own policies that are known here; the others are ARNs alone. */
const managed: Readonly<Record<string, Policy>> = {
  'arn:aws:iam::aws:policy/AdministratorAccess': {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  },
  'arn:aws:iam::aws:policy/PowerUserAccess': {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: [
          'account:GetAccountInformation',
          'account:GetPrimaryEmail',
          'account:ListRegions',
          'iam:CreateServiceLinkedRole',
          'iam:DeleteServiceLinkedRole',
          'iam:ListRoles',
          'organizations:DescribeOrganization',
        ],
        Resource: '*',
      },
    ],
  },
};

export interface Granted {
  readonly policies: readonly Policy[];
  /** ARNs of attached policies whose text is not known here. */
  readonly unknown: readonly string[];
}

/** What an account's administrator, its root and AWS's services may. */
export const everything: Granted = {
  policies: [managed['arn:aws:iam::aws:policy/AdministratorAccess'] as Policy],
  unknown: [],
};

/** The role of an assumed-role session. */
export function roleOfSession(arn: string, account: Account): RoleRow | undefined {
  const name = /^arn:[^:]+:sts::\d+:assumed-role\/([^/]+)\//.exec(arn)?.[1];
  return rows({ account }, 'roles').get(name);
}

/** A service acts by leave of its own, the account's administrator and its root may do everything, a session what its role may. */
export function grantedTo({ arn }: Principal, account: Account): Granted {
  if (arn.endsWith('.amazonaws.com') || arn.endsWith(':root') || arn === practiceCredential(account).principal.arn)
    return everything;
  const role = roleOfSession(arn, account);
  if (!role) return { policies: [], unknown: [] };
  const attached = role.attached.map(policy => [policy, managed[policy]] as const);
  return {
    policies: [
      ...Object.values(role.inline).map(text => JSON.parse(text) as Policy),
      ...attached.flatMap(([, text]) => text ?? []),
    ],
    unknown: attached.flatMap(([policy, text]) => (text ? [] : [policy])),
  };
}

/** `aws:userid` of a principal of this account. */
export function userIdOf(arn: string, account: Account): string {
  const role = roleOfSession(arn, account);
  return role ? `${role.RoleId}:${arn.split('/').at(-1) ?? ''}` : practiceCredential(account).principal.userId;
}

/** What IAM knows of the caller in every request. */
export function principalKeys({ accountId, arn, userId }: Principal, account: Account): ContextKeys {
  const role = roleOfSession(arn, account);
  const user = /:user\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
  const tags = (role?.Tags ?? []).map(({ Key = '', Value = '' }) => [`aws:principaltag/${Key}`.toLowerCase(), [Value]]);
  return {
    'aws:principalarn': [role?.Arn ?? arn],
    'aws:principalaccount': [accountId],
    'aws:principaltype': [role ? 'AssumedRole' : user === undefined ? 'Account' : 'User'],
    'aws:userid': [userId],
    ...(user === undefined ? {} : { 'aws:username': [user] }),
    ...(Object.fromEntries(tags) as ContextKeys),
  };
}
