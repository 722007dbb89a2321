import { requireFound, type CallContext } from '../kernel/account.ts';
import { AwsError } from '../kernel/awsError.ts';
import { checkRange, page } from '../kernel/constraint.ts';

export interface Key {
  readonly keyId: string;
  readonly arn: string;
  readonly created: number;
  description: string;
  readonly usage: string;
  readonly spec: string;
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
  deletionAt?: number;
  policy: string;
  rotationDays?: number;
  tags: Record<string, string>;
}

export interface Alias {
  readonly name: string;
  readonly arn: string;
  readonly created: number;
  keyId: string;
}

export interface PageInput {
  readonly Limit?: number;
  readonly Marker?: string;
}

export const keys = (context: CallContext) => context.account.regional<Key>(context.region, 'kms.keys');
export const aliases = (context: CallContext) => context.account.regional<Alias>(context.region, 'kms.aliases');

export function findKey(context: CallContext, reference: string, acceptAlias = false): Key {
  const { account, region } = context;
  const aliasName = /(?:^|:)(alias\/.+)$/.exec(reference)?.[1];
  if (aliasName !== undefined && acceptAlias) {
    const alias = aliases(context).get(aliasName);
    const key = keys(context).get(alias?.keyId);
    if (key) return key;
    throw new AwsError('NotFoundException', `Alias ${account.arn('kms', region, aliasName)} is not found.`);
  }
  const id = /^(?:arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/)?((?:mrk-)?[0-9a-f-]{32,36})$/.exec(reference)?.[1];
  if (id === undefined) throw new AwsError('NotFoundException', `Invalid keyId '${reference}'`);
  const key = keys(context).get(id);
  if (key) return key;
  throw new AwsError('NotFoundException', `Key '${account.arn('kms', region, `key/${id}`)}' does not exist`);
}

export function usableKey(context: CallContext, reference: string): Key {
  const key = findKey(context, reference);
  if (key.state === 'PendingDeletion')
    throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
  return key;
}

export function findAlias(context: CallContext, name: string): Alias {
  const arn = context.account.arn('kms', context.region, name);
  return requireFound(aliases(context).get(name), 'NotFoundException', `Alias ${arn} is not found.`);
}

export function listed<T>(
  rows: readonly T[],
  { Limit = 100, Marker }: PageInput,
): { items: T[]; Truncated: boolean; NextMarker?: string } {
  checkRange('limit', Limit, 1, 1000);
  const { items, next } = page(rows, Limit, Marker, () => new AwsError('InvalidMarkerException', 'Marker is invalid'));
  return { items, Truncated: next !== undefined, ...(next === undefined ? {} : { NextMarker: next }) };
}
