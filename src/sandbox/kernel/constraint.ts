import { AwsError } from './awsError.ts';

/** The sentence in which AWS's front end refuses a value: `path` is lower camel case (`retentionInDays`). */
export function constraintError(path: string, value: unknown, rule: string, code = 'ValidationException'): AwsError {
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  return new AwsError(
    code,
    `1 validation error detected: Value '${shown}' at '${path}' failed to satisfy constraint: Member must ${rule}`,
  );
}

export function checkRange(path: string, value: number | undefined, least: number, most: number, code?: string): void {
  if (value === undefined) return;
  if (value < least) throw constraintError(path, value, `have value greater than or equal to ${least}`, code);
  if (value > most) throw constraintError(path, value, `have value less than or equal to ${most}`, code);
}

export function checkPattern(path: string, value: string | undefined, pattern: string, code?: string): void {
  if (value === undefined || new RegExp(`^(?:${pattern})$`).test(value)) return;
  throw constraintError(path, value, `satisfy regular expression pattern: ${pattern}`, code);
}

/** One page of rows and the token of the next; a token is opaque to callers and remembers only where to go on. */
export function page<T>(
  rows: readonly T[],
  size: number,
  token: string | undefined,
  invalid: () => AwsError,
): { items: T[]; next: string | undefined } {
  const start =
    token === undefined ? 0 : Number(/^page:(\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1] ?? NaN);
  if (Number.isNaN(start)) throw invalid();
  const end = start + size;
  return {
    items: rows.slice(start, end),
    next: end < rows.length ? Buffer.from(`page:${end}`).toString('base64') : undefined,
  };
}
