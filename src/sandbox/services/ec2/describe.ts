import type { Filter } from '@aws-sdk/client-ec2';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { invalidValue, notFound } from './ec2Error.ts';
import { rows, type Ec2Rows, type Place } from './rows.ts';
import { tagsOf } from './tags.ts';

export interface DescribeInput {
  readonly Filters?: Filter[] | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** Filter name → where its values stand in a row; lists on the way are walked through. */
export type FilterPaths = Readonly<Record<string, string>>;

export interface Described<Row> {
  readonly found: Row[];
  readonly NextToken?: string;
}

/** The row with this id, or EC2's error. */
export function find<K extends keyof Ec2Rows>(place: Place, kind: K, id: string | undefined): Ec2Rows[K] {
  const row = rows(place, kind).get(id);
  if (!row) throw notFound(kind, [id ?? '']);
  return row;
}

/** Ids, filters and pages, the same for every describe call. `view` completes a row with what is reckoned from other rows. */
export function describe<K extends keyof Ec2Rows>(
  context: CallContext,
  kind: K,
  filters: FilterPaths,
  input: DescribeInput,
  ids?: readonly string[],
  view: (row: Ec2Rows[K]) => Ec2Rows[K] = row => row,
): Described<Ec2Rows[K]> {
  const table = rows(context, kind);
  const missing = (ids ?? []).filter(id => !table.get(id));
  if (missing.length > 0) throw notFound(kind, missing);
  const all = ids && ids.length > 0 ? table.entries().filter(([id]) => ids.includes(id)) : table.entries();
  const seen = all.map(([, row]) => structuredClone(view(row)));
  return page(filterRows(seen, input.Filters, filters), input);
}

export function filterRows<Row extends object>(all: Row[], given: Filter[] | undefined, paths: FilterPaths): Row[] {
  const tests = (given ?? []).map(({ Name = '', Values = [] }) => {
    if (Values.length === 0) throw invalidValue(`The filter '${Name}' has no values`);
    const patterns = Values.map(wildcard);
    const hit = (values: unknown[]) => values.some(value => patterns.some(pattern => pattern.test(scalarText(value))));
    if (Name === 'tag-key') return (row: Row) => hit(tagsOf(row).map(tag => tag.Key));
    if (Name.startsWith('tag:'))
      return (row: Row) =>
        hit(
          tagsOf(row)
            .filter(tag => tag.Key === Name.slice(4))
            .map(tag => tag.Value),
        );
    const path = paths[Name];
    if (path === undefined) throw invalidValue(`The filter '${Name}' is invalid`);
    return (row: Row) => hit(valuesAt(row, path.split('.')));
  });
  return all.filter(row => tests.every(test => test(row)));
}

function scalarText(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap(item => valuesAt(item, path));
  if (value === undefined || value === null) return [];
  const [step, ...rest] = path;
  return step === undefined ? [value] : valuesAt((value as Record<string, unknown>)[step], rest);
}

/** `*` for any text, `?` for one character, a backslash before either for itself. */
function wildcard(pattern: string): RegExp {
  const source = pattern.replace(/\\[*?\\]|[*?]|[.+^${}()|[\]\\]/g, found =>
    found === '*' ? '.*' : found === '?' ? '.' : found.length === 2 ? `\\${found.charAt(1)}` : `\\${found}`,
  );
  return new RegExp(`^${source}$`, 's');
}

const smallest = 5;
const largest = 1000;

export function page<Row>(found: Row[], { MaxResults: size, NextToken: token }: DescribeInput): Described<Row> {
  if (size !== undefined && size < smallest)
    throw invalidValue(
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value greater than ${smallest}.`,
    );
  if (size !== undefined && size > largest)
    throw invalidValue(
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value smaller than or equal to ${largest}.`,
    );
  const start = token === undefined ? 0 : Number(/^page:(\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1]);
  if (Number.isNaN(start)) throw new AwsError('InvalidNextToken', `The token '${token}' is invalid`);
  const end = start + (size ?? largest);
  const next = end < found.length ? { NextToken: Buffer.from(`page:${end}`).toString('base64') } : {};
  return { found: found.slice(start, end), ...next };
}
