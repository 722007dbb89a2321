import { evaluate, ruleHolds, type Scope } from './intrinsics.ts';
import { isObject, validationError } from './template.ts';

/** Checks the template's Rules: the first assertion that does not hold refuses the request. */
export function checkRules(scope: Scope): void {
  for (const rule of Object.values(scope.template.Rules)) {
    if (rule['RuleCondition'] !== undefined && !ruleHolds(rule['RuleCondition'], scope)) continue;
    for (const item of [rule['Assertions'] ?? []].flat()) {
      if (!isObject(item) || ruleHolds(item['Assert'], scope)) continue;
      const text = item['AssertDescription'];
      throw validationError(
        `Template constraint violation: ${text === undefined ? 'assertion failed' : String(evaluate(text, scope))}`,
      );
    }
  }
}
