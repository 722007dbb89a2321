import type * as Sdk from '@aws-sdk/client-iam';
import type { Account, CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import type { Table } from '../../kernel/table.ts';

interface Entity {
  readonly Arn: string;
  readonly Path: string;
  readonly CreateDate: Date;
  Tags: Sdk.Tag[];
}
export interface RoleRow extends Entity {
  readonly RoleName: string;
  readonly RoleId: string;
  AssumeRolePolicyDocument: string;
  Description?: string;
  MaxSessionDuration: number;
  /** ARNs of managed policies. */
  attached: string[];
  inline: Record<string, string>;
  /** The service whose own role this is. */
  readonly linkedTo?: string;
}
export interface ProfileRow extends Entity {
  readonly InstanceProfileName: string;
  readonly InstanceProfileId: string;
  roleNames: string[];
}
export interface OidcRow extends Omit<Entity, 'Path'> {
  readonly Url: string;
  ClientIDList: string[];
  ThumbprintList: string[];
}

interface IamRows {
  roles: RoleRow;
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
export const invalid = (value: unknown, member: string, rule: string): AwsError => {
  const what = `Value '${String(value)}' at '${member}' failed to satisfy constraint: Member must ${rule}`;
  return new AwsError('ValidationError', `1 validation error detected: ${what}`);
};

/** What every new thing has: its ARN, when it was made, its path and tags. `kind` as in ARNs; `idPrefix` is `AROA` and the like. */
export function newEntity(
  context: CallContext,
  [kind, member, longest]: readonly [kind: string, member: string, longest: number],
  name: string,
  { Path = '/', Tags = [] }: { readonly Path?: string | undefined; readonly Tags?: Sdk.Tag[] | undefined },
): Entity {
  if (name.length > longest) throw invalid(name, member, `have length less than or equal to ${longest}`);
  if (!/^[\w+=,.@-]+$/.test(name))
    throw new AwsError(
      'ValidationError',
      `The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    );
  if (!/^(\/|\/[!-~]+\/)$/.test(Path))
    throw new AwsError(
      'ValidationError',
      'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    );
  checkTags(Tags, context);
  const { account } = context;
  return { Arn: account.arn('iam', '', `${kind}${Path}${name}`), Path, CreateDate: new Date(account.now()), Tags };
}

/** `AROA…` and the like: a prefix by kind and 17 capitals and digits. */
export const uniqueId = (account: Account, prefix: string): string => prefix + account.hex(17).toUpperCase();

/** Keys that begin with `aws:` are only for AWS's services. */
export function checkTags(tags: readonly Sdk.Tag[], { principal }: CallContext): void {
  const keys = tags.map(tag => tag.Key?.toLowerCase() ?? '');
  if (!principal.arn.endsWith('.amazonaws.com') && keys.some(key => key.startsWith('aws:')))
    throw new AwsError('InvalidInput', "Invalid tag key: reserved prefix 'aws:' is not allowed");
  if (new Set(keys).size < keys.length)
    throw new AwsError('InvalidInput', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  if (tags.length > 50) throw limitExceeded('Cannot exceed quota for TagsPerRole: 50');
}

interface PageInput {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

/** One page under `output`. */
export function page<T>(output: string, all: readonly T[], { Marker, MaxItems = 100 }: PageInput): object {
  if (MaxItems < 1) throw invalid(MaxItems, 'maxItems', 'have value greater than or equal to 1');
  if (MaxItems > 1000) throw invalid(MaxItems, 'maxItems', 'have value less than or equal to 1000');
  const start = Marker === undefined ? 0 : Number(/^page:(\d+)$/.exec(Buffer.from(Marker, 'base64').toString())?.[1]);
  if (Number.isNaN(start)) throw new AwsError('ValidationError', `Invalid Marker: ${Marker}`);
  const end = start + MaxItems;
  const IsTruncated = end < all.length;
  const next = IsTruncated ? { Marker: Buffer.from(`page:${end}`).toString('base64') } : {};
  return { [output]: structuredClone(all.slice(start, end)), IsTruncated, ...next };
}
