import { evaluate, fail, isScalar, listOf, type Scope } from './intrinsics.ts';
import { formatError, isObject } from './template.ts';

/** Conditions are evaluated on demand: `name`'s value, its definition being a condition function. */
export function conditionHolds(name: string, scope: Scope, path: readonly string[] = []): boolean {
  if (path.includes(name)) fail(`Found circular condition dependency between: [${[...path, name].join(', ')}]`);
  const definition = scope.template.Conditions[name];
  if (definition === undefined)
    throw formatError(`Unresolved condition dependency ${name} in the Conditions block of the template`);
  return evaluateCondition(definition, scope, [...path, name]);
}

const AND_OR = (name: string): string =>
  `every ${name} object requires a list of at least 2 and at most 10 boolean parameters.`;

function evaluateCondition(value: unknown, scope: Scope, path: readonly string[]): boolean {
  const [name, argument] = isObject(value) ? (Object.entries(value)[0] ?? []) : [];
  const all = (list: unknown): boolean[] => {
    if (!Array.isArray(list) || list.length < 2 || list.length > 10) return fail(AND_OR(String(name)));
    return list.map(item => evaluateCondition(item, scope, path));
  };
  switch (name) {
    case 'Condition':
      return conditionHolds(
        typeof argument === 'string' ? argument : fail('All Conditions must be of type string'),
        scope,
        path,
      );
    case 'Fn::And':
      return all(argument).every(Boolean);
    case 'Fn::Or':
      return all(argument).some(Boolean);
    case 'Fn::Not':
      return !evaluateCondition(
        listOf(argument, [1], 'Fn::Not requires a list argument with one element')[0],
        scope,
        path,
      );
    case 'Fn::Equals': {
      const [left, right] = listOf(argument, [2], 'Fn::Equals requires a list argument with two elements');
      const form = (side: unknown): string => {
        const result = evaluate(side, scope);
        return isScalar(result) ? String(result) : JSON.stringify(result);
      };
      return form(left) === form(right);
    }
    case undefined:
      return fail('Every Conditions member must be a condition function');
    default:
      return fail(`${name} is not a condition function`);
  }
}
