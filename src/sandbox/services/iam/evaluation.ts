import { conditionsHold } from './conditions.ts';
import { list, type AccessRequest, type Policy, type Statement } from './policy.ts';
import { matchesPattern, patternOf, Unresolved, type Pattern } from './policyPattern.ts';

export interface Evaluation {
  readonly decision: 'allow' | 'explicit-deny' | 'implicit-deny';
  /** The statement that decided. */
  readonly by?: Statement;
}

/** What the policies of one principal say of a request: a Deny wins, then an Allow, and nothing said is a denial (IAM guide, policy evaluation logic). */
export function evaluate(policies: readonly Policy[], request: AccessRequest): Evaluation {
  let allowing: Statement | undefined;
  for (const policy of policies)
    for (const statement of list(policy.Statement)) {
      if (!applies(statement, policy, request)) continue;
      if (statement.Effect === 'Deny') return { decision: 'explicit-deny', by: statement };
      allowing ??= statement;
    }
  return allowing ? { decision: 'allow', by: allowing } : { decision: 'implicit-deny' };
}

/** Whether a statement speaks of the request; its principal is not looked at. */
function applies(statement: Statement, { Version }: Policy, { action, resource, keys }: AccessRequest): boolean {
  const { Action, NotAction, Resource, NotResource, Condition } = statement;
  // Policies of 2008 know no variables: their text stands for itself.
  const pattern = (text: string): Pattern => patternOf(text, Version === '2012-10-17' ? keys : undefined);
  const asked = action.toLowerCase();
  const isAction = (text: string) => matchesPattern(patternOf(text.toLowerCase(), undefined), asked);
  const isResource = (text: string) => text === '*' || matchesPattern(pattern(text), resource, 'arn');
  try {
    const named = Action === undefined ? !list(NotAction).some(isAction) : list(Action).some(isAction);
    if (!named) return false;
    const meant =
      Resource === undefined
        ? NotResource === undefined || !list(NotResource).some(isResource)
        : list(Resource).some(text => ifResolved(() => isResource(text)));
    return meant && conditionsHold(Condition ?? {}, keys, pattern);
  } catch (error) {
    if (error instanceof Unresolved) return false;
    throw error;
  }
}

/** A variable without a value makes its element match nothing. */
function ifResolved(matches: () => boolean): boolean {
  try {
    return matches();
  } catch (error) {
    if (error instanceof Unresolved) return false;
    throw error;
  }
}
