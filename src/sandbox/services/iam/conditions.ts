import { notImplemented } from '../../kernel/awsError.ts';
import { list, type Conditions, type ContextKeys } from './policy.ts';
import { literalOf, matchesPattern, type Pattern } from './policyPattern.ts';

type Test = (wanted: Pattern, value: string) => boolean;

const text =
  (holds: (wanted: string, value: string) => boolean): Test =>
  (wanted, value) =>
    holds(literalOf(wanted), value);
const like: Test = (wanted, value) => matchesPattern(wanted, value);
const arn: Test = (wanted, value) => matchesPattern(wanted, value, 'arn-condition');
const same = text((wanted, value) => wanted === value);
const sameWord = text((wanted, value) => wanted.toLowerCase() === value.toLowerCase());
/** Those that ask for likeness; a `Not` form asks that none of the values is like it. */
const positive: Readonly<Record<string, Test>> = {
  StringEquals: same,
  StringEqualsIgnoreCase: sameWord,
  StringLike: like,
  ArnEquals: arn,
  ArnLike: arn,
  Bool: sameWord,
};

const negative: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

/** All operators and all their keys must hold; of several values one is enough, or for a `Not` none may be met. */
export function conditionsHold(conditions: Conditions, keys: ContextKeys, pattern: (text: string) => Pattern): boolean {
  return Object.entries(conditions).every(([operator, wants]) =>
    Object.entries(wants).every(([key, values]) =>
      holds(operator, keys[key.toLowerCase()], list(values).map(String), pattern),
    ),
  );
}

function holds(
  operator: string,
  given: readonly string[] | undefined,
  wanted: readonly string[],
  pattern: (text: string) => Pattern,
): boolean {
  const [, set, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  if (name === 'Null') return wanted.some(value => (value.toLowerCase() === 'true') === (given === undefined));
  const inverse = negative[name];
  const test = positive[inverse ?? name];
  if (!test) throw notImplemented(`condition operator ${operator}`);
  const met = (value: string) => wanted.some(one => test(pattern(one), value)) !== (inverse !== undefined);
  if (given === undefined || given.length === 0)
    return set === 'ForAllValues' || ifExists !== undefined || (inverse !== undefined && set === undefined);
  if (set === 'ForAllValues') return given.every(met);
  return set === undefined && inverse !== undefined ? given.every(met) : given.some(met);
}
