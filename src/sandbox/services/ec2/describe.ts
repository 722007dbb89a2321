import type { Filter } from '@aws-sdk/client-ec2';
import type { Operation } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { copyOf } from '../../kernel/copyOf.ts';
import { invalidValue, notFound } from './ec2Error.ts';
import { rows, type Ec2Rows, type Place } from './rows.ts';
import { tagsOf } from './tags.ts';

export interface DescribeInput {
  readonly Filters?: Filter[] | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** The row with this id, or EC2's error. */
export function find<K extends keyof Ec2Rows>(place: Place, kind: K, id: string | undefined): Ec2Rows[K] {
  const row = rows(place, kind).get(id);
  if (!row) throw notFound(kind, [id ?? '']);
  return row;
}

/**
 * A describe call: ids, filters and pages are the same for all kinds. `filters` names what can be filtered by: `vpc-id` looks at
 * `VpcId`, `a.b=C.D` at `D` of each `C`. `view` completes a row with what is reckoned from other rows.
 */
export function describer<K extends keyof Ec2Rows>(
  kind: K,
  output: string,
  idsMember: string,
  filters: string,
  view: (row: Ec2Rows[K], place: Place) => object = row => row,
): Operation<DescribeInput> {
  return (input, context) => {
    const ids = (input as Readonly<Record<string, unknown>>)[idsMember] as string[] | undefined;
    const table = rows(context, kind);
    const missing = (ids ?? []).filter(id => !table.get(id));
    if (missing.length > 0) throw notFound(kind, missing);
    const wanted = table.entries().filter(([id]) => !ids?.length || ids.includes(id));
    const seen = wanted.map(([, row]) => view(row, context));
    const { found, ...next } = page(filterRows(seen, input.Filters, filters), input);
    return { [output]: copyOf(found), ...next };
  };
}

const pascal = (name: string): string =>
  name.replace(
    /(^|[.-])([a-z])/g,
    (_, mark: string, letter: string) => (mark === '.' ? '.' : '') + letter.toUpperCase(),
  );

export function filterRows<Row extends object>(all: Row[], given: Filter[] | undefined, filters: string): Row[] {
  const pairs = filters.split(' ').map(item => item.split('='));
  const paths = new Map(pairs.map(([name = '', path]) => [name, (path ?? pascal(name)).split('.')]));
  const tests = (given ?? []).map(({ Name = '', Values = [] }) => {
    if (Values.length === 0) throw invalidValue(`The filter '${Name}' has no values`);
    const patterns = Values.map(wildcard);
    const hit = (values: unknown[]) => values.some(value => patterns.some(pattern => pattern.test(textOf(value))));
    if (Name === 'tag-key') return (row: Row) => hit(tagsOf(row).map(tag => tag.Key));
    if (Name.startsWith('tag:')) {
      const key = Name.slice('tag:'.length);
      return (row: Row) => hit(tagsOf(row).flatMap(tag => (tag.Key === key ? [tag.Value] : [])));
    }
    const path = paths.get(Name);
    if (!path) throw invalidValue(`The filter '${Name}' is invalid`);
    return (row: Row) => hit(valuesAt(row, path));
  });
  return all.filter(row => tests.every(test => test(row)));
}

const textOf = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value));

function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap(item => valuesAt(item, path));
  if (value === undefined || value === null) return [];
  const [step, ...rest] = path;
  return step === undefined ? [value] : valuesAt((value as Record<string, unknown>)[step], rest);
}

/** `*` for any text, `?` for one character, a backslash before either for itself. */
function wildcard(pattern: string): RegExp {
  const source = pattern.replace(/\\[*?\\]|[*?]|[.+^${}()|[\]\\]/g, found =>
    found === '*' ? '.*' : found === '?' ? '.' : `\\${found.at(-1)}`,
  );
  return new RegExp(`^${source}$`, 's');
}

export function page<Row>(found: Row[], { MaxResults: size, NextToken: token }: DescribeInput) {
  if (size !== undefined && (size < 5 || size > 1000)) {
    const rule = size < 5 ? 'greater than 5' : 'smaller than or equal to 1000';
    throw invalidValue(`Value ( ${size} ) for parameter maxResults is invalid. Expecting a value ${rule}.`);
  }
  const start = token === undefined ? 0 : Number(/^page:(\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1]);
  if (Number.isNaN(start)) throw new AwsError('InvalidNextToken', `The token '${token}' is invalid`);
  const end = start + (size ?? 1000);
  const next = end < found.length ? { NextToken: Buffer.from(`page:${end}`).toString('base64') } : {};
  return { found: found.slice(start, end), ...next };
}
