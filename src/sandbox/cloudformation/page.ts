import { validationError } from './template.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly NextToken?: string;
}

/** A page of `items`; the token says how many are left, so that what is added in front later does not shift the rest. */
export function page<T>(items: readonly T[], token: string | undefined, size = 100): Page<T> {
  const left = token === undefined ? items.length : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(left) || left < 0 || left > items.length) throw validationError('NextToken is invalid');
  const start = items.length - left;
  const rest = left - size;
  return {
    items: items.slice(start, start + size),
    ...(rest > 0 ? { NextToken: Buffer.from(String(rest)).toString('base64url') } : {}),
  };
}
