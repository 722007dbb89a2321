/** An IAM policy as AWS reads it. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: PolicyCondition;
}

/** Operator → condition key → accepted values. */
export type PolicyCondition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

type Of = (
  Sid: string,
  Action: readonly string[],
  Resource: string | readonly string[],
  Condition?: PolicyCondition,
) => PolicyStatement;

const statement =
  (Effect: PolicyStatement['Effect']): Of =>
  (Sid, Action, Resource, Condition) => ({
    Sid,
    Effect,
    Action,
    Resource: typeof Resource === 'string' ? [Resource] : Resource,
    ...(Condition ? { Condition } : {}),
  });

export const allow = statement('Allow');
export const deny = statement('Deny');

export function policyDocument(Statement: readonly PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement };
}
