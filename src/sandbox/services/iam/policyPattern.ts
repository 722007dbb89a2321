import type { ContextKeys } from './policy.ts';

/** A policy variable has no value in the request, and no default. */
export class Unresolved extends Error {
  override readonly name = 'Unresolved';
}

/** A policy's text with its variables filled in: literal characters, and the wildcards `many` and `one`. */
export type Pattern = readonly (string | typeof many | typeof one)[];

const many = Symbol('*');
const one = Symbol('?');

/**
 * Values of variables stand for themselves, even where they hold wildcards; `${*}`, `${?}` and `${$}` are the characters. `keys` undefined:
 * variables are not known. @throws Unresolved
 */
export function patternOf(text: string, keys: ContextKeys | undefined): Pattern {
  const parts = keys ? text.split(/(\$\{[^}]*\})/) : [text];
  return parts.flatMap(part => {
    const name = keys && /^\$\{([^}]*)\}$/.exec(part)?.[1];
    if (keys && name !== undefined) return [...valueOf(name, keys)];
    return [...part].map(character => (character === '*' ? many : character === '?' ? one : character));
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
  let colons = 0;
  const source = pattern.map((part, index) => {
    if (part === ':') colons++;
    const free = kind === 'text' || colons >= 5;
    if (part === one) return free ? '[^]' : '[^:]';
    if (part !== many) return part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    const next = pattern[index + 1];
    const ends = next === undefined || next === ':';
    return free || (kind === 'arn' && ends) ? '[^]*' : '[^:]*';
  });
  return new RegExp(`^${source.join('')}$`, 'u').test(text);
}

/** What the pattern says, for operators that know no wildcards. */
export const literalOf = (pattern: Pattern): string =>
  pattern.map(part => (part === many ? '*' : part === one ? '?' : part)).join('');
