type Scalar = string | number | boolean;

/** Operator → key → values. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, Scalar | readonly Scalar[]>>>>;

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Principal?: string | Readonly<Record<string, string | readonly string[]>>;
  readonly Condition?: Conditions;
}

/** A policy document as it was stored; the grammar has been checked then (`policyDocument.ts`). */
export interface Policy {
  readonly Version?: string;
  readonly Statement: Statement | readonly Statement[];
}

/** Context keys of a request, lower-case; a key that is absent is not in the context. */
export type ContextKeys = Readonly<Record<string, readonly string[]>>;

/** An action on one resource. */
export interface AccessRequest {
  /** `ssm:StartSession`. */
  readonly action: string;
  /** An ARN, or `*` where the action knows no resources. */
  readonly resource: string;
  readonly keys: ContextKeys;
}

export function list<T>(value: T | readonly T[] | undefined): readonly T[] {
  return value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
