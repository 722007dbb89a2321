import { randomBytes } from 'node:crypto';
import type { Account, Principal } from './account.ts';

/** A key pair and whom it stands for. `expiresAt` is real time in ms: signatures and tokens never run on the account's clock. */
export interface Credential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiresAt?: number;
  readonly principal: Principal;
}

const table = 'sts.credentials';
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Random and not from the account's counter: keys must not be guessable from its history. */
export function issueCredential(
  account: Account,
  principal: Principal,
  session?: { readonly token?: string; readonly expiresAt: number },
): Credential {
  const suffix = [...randomBytes(16)].map(byte => base32.charAt(byte % 32)).join('');
  const accessKeyId = (session ? 'ASIA' : 'AKIA') + suffix;
  const secretAccessKey = randomBytes(30).toString('base64');
  const credential: Credential = session
    ? {
        accessKeyId,
        secretAccessKey,
        principal,
        sessionToken: session.token ?? randomBytes(180).toString('base64'),
        expiresAt: session.expiresAt,
      }
    : { accessKeyId, secretAccessKey, principal };
  return account.table<Credential>(table).set(accessKeyId, credential);
}

export function findCredential(account: Account, accessKeyId: string): Credential | undefined {
  return account.table<Credential>(table).get(accessKeyId);
}

/** The standing administrator: made once, then the same for the account's whole life. */
export function practiceCredential(account: Account): Credential {
  const arn = `arn:${account.partition}:iam::${account.accountId}:user/practice`;
  const known = account.table<Credential>(table).find(row => row.principal.arn === arn && row.expiresAt === undefined);
  if (known) return known;
  return issueCredential(account, { accountId: account.accountId, arn, userId: 'AIDAPRACTICE000000000' });
}
