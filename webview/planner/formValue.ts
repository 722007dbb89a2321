import type { FieldProblem, PlannerState } from '../../src/protocol/planner.ts';

/** The value at a dotted path: what the file says, else its default. */
export function valueAt(state: PlannerState, path: string): unknown {
  return dig(state.values, path) ?? dig(state.defaults, path);
}

export function isDefault(state: PlannerState, path: string): boolean {
  return dig(state.values, path) === undefined;
}

export function textAt(state: PlannerState, path: string): string {
  const value = valueAt(state, path);
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** Problems of a field and of what lies below it. */
export function problemsAt(state: PlannerState, path: string): readonly FieldProblem[] {
  return state.problems.filter(({ path: at }) => at === path || at.startsWith(`${path}.`) || at.startsWith(`${path}[`));
}

function dig(value: unknown, path: string): unknown {
  let at = value;
  for (const key of path.split('.')) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}
