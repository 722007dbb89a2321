import assert from 'node:assert/strict';

type Check = (value: unknown) => boolean;
/** What an answer must hold: values as they are, a pattern for a string, a check, and the same for members and items. */
export type Likeness =
  string | number | boolean | RegExp | Check | readonly Likeness[] | { readonly [key: string]: Likeness };

/** Further members are the service's own business; missing ones, other types and other lengths are not. */
export function assertLike(value: unknown, wanted: Likeness, at = 'answer'): void {
  if (typeof wanted === 'function')
    return assert.ok(wanted(value), `${at}: ${JSON.stringify(value)} is not ${wanted.name}`);
  if (wanted instanceof RegExp) {
    assert.equal(typeof value, 'string', `${at} is no string: ${JSON.stringify(value)}`);
    return assert.match(value as string, wanted, at);
  }
  if (Array.isArray(wanted)) {
    assert.ok(Array.isArray(value), `${at} is no list: ${JSON.stringify(value)}`);
    assert.equal(value.length, wanted.length, `${at} has other items: ${JSON.stringify(value)}`);
    return (wanted as Likeness[]).forEach((item, index) => assertLike(value[index], item, `${at}[${index}]`));
  }
  if (typeof wanted !== 'object') return assert.equal(value, wanted, at);
  assert.ok(typeof value === 'object' && value !== null, `${at} is no object: ${JSON.stringify(value)}`);
  for (const [key, member] of Object.entries(wanted as Record<string, Likeness>))
    assertLike((value as Record<string, unknown>)[key], member, `${at}.${key}`);
}

/** A moment as the SDK and both versions of the `aws` command tell it. */
export const aTime = named('a time', value => {
  if (typeof value === 'number') return value > 1.7e9;
  return value instanceof Date || (typeof value === 'string' && !Number.isNaN(Date.parse(value)));
});

export const aNumber = named('a number', value => typeof value === 'number');

/** A list of at least one, each of them so. */
export function each(wanted: Likeness): Check {
  return named('a list of such items', value => {
    if (!Array.isArray(value) || value.length === 0) return false;
    value.forEach((item, index) => assertLike(item, wanted, `[${index}]`));
    return true;
  });
}

/** A list in which at least one is so. */
export function some(wanted: Likeness): Check {
  return named('a list with such an item', value => Array.isArray(value) && value.some(item => isLike(item, wanted)));
}

function isLike(value: unknown, wanted: Likeness): boolean {
  try {
    assertLike(value, wanted);
    return true;
  } catch {
    return false;
  }
}

function named(name: string, check: Check): Check {
  return Object.defineProperty(check, 'name', { value: name });
}
