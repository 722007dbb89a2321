import { randomBytes } from 'node:crypto';
import type { Account } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import type { Table } from '../../kernel/table.ts';

/** Where people of this account sign in. */
export const startUrl = 'https://sandbox.awsapps.com/start';
export const permissionSets = ['AdministratorAccess', 'PowerUserAccess'] as const;
export const personName = 'practice';

/** Times are real ones, in ms: sign-ins run on no account's clock. */
export interface ClientRow {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly expiresAt: number;
  /** May go on without the person: only with the scope for it. */
  readonly refreshes: boolean;
}

export interface DeviceRow {
  readonly clientId: string;
  readonly userCode: string;
  readonly expiresAt: number;
  /** Seconds between two polls. */
  interval: number;
  polledAt: number;
  state: 'pending' | 'approved' | 'denied' | 'used';
}

export interface TokenRow {
  readonly clientId: string;
  expiresAt: number;
}

interface SsoRows {
  clients: ClientRow;
  /** By device code. */
  devices: DeviceRow;
  /** By access token. */
  tokens: TokenRow;
  refreshTokens: TokenRow;
}

export function rows<K extends keyof SsoRows>({ account }: { readonly account: Account }, kind: K): Table<SsoRows[K]> {
  return account.table<SsoRows[K]>(`sso.${kind}`);
}

export const secret = (bytes = 48): string => randomBytes(bytes).toString('base64url');

/** An error as OAuth has it: `code` is its name there. */
export function oauthError(name: string, code: string, description: string, status = 400): AwsError {
  return new AwsError(name, description, status, { error: code, error_description: description });
}
