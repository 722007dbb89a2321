import type { Account } from '../../kernel/account.ts';
import { list, type Policy } from './policy.ts';

/** What the organization of this account forbids: policies beside AWS's own FullAWSAccess, by name. */
const policies = (account: Account) => account.table<{ text: string }>('organizations.serviceControlPolicies');

export function setServiceControlPolicy(account: Account, name: string, policy: Policy | undefined): void {
  if (policy === undefined) policies(account).delete(name);
  else policies(account).set(name, { text: JSON.stringify(policy) });
}

const fullAccess: Policy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

/** Undefined for an account that is in no organization, or in one that forbids nothing. */
export function serviceControlPolicies(account: Account): readonly Policy[] | undefined {
  const texts = policies(account).values();
  return texts.length === 0 ? undefined : [fullAccess, ...texts.map(({ text }) => JSON.parse(text) as Policy)];
}

/** The policy simulator leaves out service control policies that have conditions (IAM guide, testing policies). */
export function simulatedControlPolicies(account: Account): readonly Policy[] | undefined {
  return serviceControlPolicies(account)?.filter(
    ({ Statement }) => !list(Statement).some(({ Condition }) => Condition !== undefined),
  );
}
