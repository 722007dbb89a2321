import type { CallContext } from '../../../kernel/account.ts';
import { list, type ContextKeys } from '../policy.ts';

/** One of the leaves that a call needs; all of them must be given. */
export interface Asked {
  readonly action: string;
  readonly resource: string;
  readonly keys?: ContextKeys;
}

/** What one operation asks for. */
export type Asks = (input: object, context: CallContext) => readonly Asked[];
/** By operation. */
export type AccessTable = Readonly<Record<string, Asks>>;

export const asks =
  <Input>(ask: (input: Input, context: CallContext) => Asked | readonly Asked[]): Asks =>
  (input, context) =>
    list(ask(input as Input, context));

/** The same row for several operations. */
export const rowsFor = (operations: string, row: (operation: string) => Asks): AccessTable =>
  Object.fromEntries(operations.split(' ').map(name => [name, row(name)]));

export const arnOf = (service: string, resource: string, { account, region }: CallContext): string =>
  account.arn(service, region, resource);

/** Both spellings: EC2, IAM and most others; ECS. */
export interface AnyTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
  readonly key?: string | undefined;
  readonly value?: string | undefined;
}

const pair = ({ Key, Value, key = '', value = '' }: AnyTag) => [Key ?? key, Value ?? value] as const;
const tagKeys = (prefix: string, tags: readonly AnyTag[]): ContextKeys =>
  Object.fromEntries(tags.map(pair).map(([key, value]) => [`${prefix}/${key}`.toLowerCase(), [value]]));

export const requestTags = (tags: readonly AnyTag[] = []): ContextKeys => ({
  ...tagKeys('aws:requesttag', tags),
  ...(tags.length > 0 ? { 'aws:tagkeys': tags.map(tag => pair(tag)[0]) } : {}),
});

export const resourceTags = (service: string, tags: readonly AnyTag[] = []): ContextKeys => ({
  ...tagKeys('aws:resourcetag', tags),
  ...tagKeys(`${service}:resourcetag`, tags),
});

/** To give a service a role. */
export const passRole = (arn: string | undefined, service: string): Asked[] =>
  arn === undefined
    ? []
    : [{ action: 'iam:PassRole', resource: arn, keys: { 'iam:passedtoservice': [`${service}.amazonaws.com`] } }];
