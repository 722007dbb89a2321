import type { ContextKeys } from './policy.ts';

/** A policy variable has no value in the request, and no default. */
export class Unresolved extends Error {
  override readonly name = 'Unresolved';
}

/** A policy's text with its variables filled in: literal runs, and the wildcards `many` and `one`. */
export type Pattern = readonly (string | typeof many | typeof one)[];

const many = Symbol('*');
const one = Symbol('?');
const isWildcard = (part: Pattern[number]): part is typeof many | typeof one => typeof part === 'symbol';

/**
 * Values of variables stand for themselves, even where they hold wildcards; `${*}`, `${?}` and `${$}` are the characters. `keys` undefined:
 * variables are not known. @throws Unresolved
 */
export function patternOf(text: string, keys: ContextKeys | undefined): Pattern {
  // Most of what policies say, and is asked of every call, has neither.
  if (!/[*?$]/.test(text)) return [text];
  const parts = keys ? text.split(/(\$\{[^}]*\})/) : [text];
  return parts.flatMap(part => {
    const name = keys && /^\$\{([^}]*)\}$/.exec(part)?.[1];
    if (keys && name !== undefined) return [valueOf(name, keys)];
    return part.split(/([*?])/).map(run => (run === '*' ? many : run === '?' ? one : run));
  });
}

function valueOf(variable: string, keys: ContextKeys): string {
  if (/^[*?$]$/.test(variable)) return variable;
  const [, name = '', fallback] = /^([^,]*?)\s*(?:,\s*'([^']*)')?$/.exec(variable.trim()) ?? [];
  const values = keys[name.toLowerCase()];
  // A variable has one value or none.
  const value = values?.length === 1 ? values[0] : fallback;
  if (value === undefined) throw new Unresolved(variable);
  return value;
}

/**
 * In an ARN a wildcard stays within its segment, but that the star at a segment's end may reach beyond it (IAM guide, element Resource); in
 * the operators for ARNs it may not.
 */
export function matchesPattern(
  pattern: Pattern,
  text: string,
  kind: 'text' | 'arn' | 'arn-condition' = 'text',
): boolean {
  if (!pattern.some(isWildcard)) return pattern.join('') === text;
  let colons = 0;
  const source = pattern.map((part, index) => {
    const free = kind === 'text' || colons >= 5;
    if (part === one) return free ? '[^]' : '[^:]';
    if (part !== many) {
      colons += part.split(':').length - 1;
      return part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    }
    const next = pattern.slice(index + 1).find(later => later !== '');
    const ends = next === undefined || (!isWildcard(next) && next.startsWith(':'));
    return free || (kind === 'arn' && ends) ? '[^]*' : '[^:]*';
  });
  return new RegExp(`^${source.join('')}$`, 'u').test(text);
}

/** What the pattern says, for operators that know no wildcards. */
export const literalOf = (pattern: Pattern): string =>
  pattern.map(part => (part === many ? '*' : part === one ? '?' : part)).join('');
