import type { InstanceProfile, OpenIDConnectProviderListEntry, Policy, Role, Tag } from '@aws-sdk/client-iam';
import type { Account, CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import type { Table } from '../../kernel/table.ts';

export type RoleRow = Role & {
  RoleName: string;
  Arn: string;
  Path: string;
  Tags: Tag[];
  AssumeRolePolicyDocument: string;
  /** ARNs of managed policies. */
  attached: string[];
  inline: Record<string, string>;
  /** The service whose own role this is. */
  linkedTo?: string;
};
export type PolicyRow = Policy & {
  PolicyName: string;
  Arn: string;
  Path: string;
  Tags: Tag[];
  versions: PolicyVersionRow[];
};
export type PolicyVersionRow = { VersionId: string; Document: string; IsDefaultVersion: boolean; CreateDate: Date };
export type ProfileRow = InstanceProfile & {
  InstanceProfileName: string;
  Arn: string;
  Path: string;
  Tags: Tag[];
  roleNames: string[];
};
export type OidcRow = OpenIDConnectProviderListEntry & {
  Arn: string;
  Url: string;
  ClientIDList: string[];
  ThumbprintList: string[];
  Tags: Tag[];
  CreateDate: Date;
};

interface IamRows {
  roles: RoleRow;
  policies: PolicyRow;
  profiles: ProfileRow;
  oidcProviders: OidcRow;
}

/** IAM is one for all regions. */
export function rows<K extends keyof IamRows>({ account }: { readonly account: Account }, kind: K): Table<IamRows[K]> {
  return account.table<IamRows[K]>(`iam.${kind}`);
}

export const noSuchEntity = (message: string): AwsError => new AwsError('NoSuchEntity', message, 404);
export const alreadyExists = (message: string): AwsError => new AwsError('EntityAlreadyExists', message, 409);
export const deleteConflict = (must: string): AwsError =>
  new AwsError('DeleteConflict', `Cannot delete entity, must ${must} first.`, 409);
export const limitExceeded = (message: string): AwsError => new AwsError('LimitExceeded', message, 409);
export const validation = (message: string): AwsError =>
  new AwsError('ValidationError', `1 validation error detected: ${message}`);

/** `AROA…` and the like: a prefix by kind and 17 capitals and digits. */
export const uniqueId = (account: Account, prefix: string): string => prefix + account.hex(17).toUpperCase();

export const iamArn = ({ account }: CallContext, resource: string): string => account.arn('iam', '', resource);

export function checkName(value: string, member: string, longest: number): void {
  if (value.length > longest)
    throw validation(
      `Value '${value}' at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${longest}`,
    );
  if (!/^[\w+=,.@-]+$/.test(value))
    throw new AwsError(
      'ValidationError',
      `The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    );
}

export function checkPath(path: string): void {
  if (!/^(\/|\/[!-~]+\/)$/.test(path))
    throw new AwsError(
      'ValidationError',
      'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    );
}

export interface PageInput {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export function page<T>(
  all: readonly T[],
  { Marker, MaxItems = 100 }: PageInput,
): { items: T[]; rest: { IsTruncated: boolean; Marker?: string } } {
  if (MaxItems < 1 || MaxItems > 1000) {
    const rule = MaxItems < 1 ? 'greater than or equal to 1' : 'less than or equal to 1000';
    throw validation(`Value '${MaxItems}' at 'maxItems' failed to satisfy constraint: Member must have value ${rule}`);
  }
  const start = Marker === undefined ? 0 : Number(/^page:(\d+)$/.exec(Buffer.from(Marker, 'base64').toString())?.[1]);
  if (Number.isNaN(start)) throw new AwsError('ValidationError', `Invalid Marker: ${Marker}`);
  const end = start + MaxItems;
  const more = end < all.length;
  const rest = more
    ? { IsTruncated: true, Marker: Buffer.from(`page:${end}`).toString('base64') }
    : { IsTruncated: false };
  return { items: all.slice(start, end), rest };
}
