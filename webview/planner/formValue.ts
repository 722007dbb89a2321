import type { FieldProblem, PlannerState } from '../../src/protocol/planner.ts';
import { pathParts } from './formPath.ts';

/** The value at a path: what the file says, else its default. Every node group has the defaults of the one that there is by itself. */
export function valueAt(state: PlannerState, path: string): unknown {
  const parts = pathParts(path);
  const [top, , ...rest] = parts;
  const shared = top === 'nodes' && rest.length > 0 ? [top, 'default', ...rest] : parts;
  return dig(state.values, parts) ?? dig(state.defaults, shared);
}

/** Whether the file itself says something at a path. */
export function isSaid(state: PlannerState, path: string): boolean {
  return dig(state.values, pathParts(path)) !== undefined;
}

export function textAt(state: PlannerState, path: string): string {
  const value = valueAt(state, path);
  if (Array.isArray(value)) return value.map(String).join(', ');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** Keys of a map with names of the user's own. */
export function namesAt(state: PlannerState, path: string): string[] {
  const value = dig(state.values, pathParts(path));
  // What is no map under such a name is a mistake that the file's check tells.
  return isMap(value) ? Object.keys(value).filter(name => isMap(value[name])) : [];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Groups of the file, or the one that there is when nothing is said of what pods run on. */
export function nodeGroupNames(state: PlannerState): string[] {
  const others = isSaid(state, 'autoMode') || namesAt(state, 'fargate').length > 0;
  return isSaid(state, 'nodes') || others ? namesAt(state, 'nodes') : ['default'];
}

/** Problems of a field and of what lies below it. */
export function problemsAt(state: PlannerState, path: string): readonly FieldProblem[] {
  return state.problems.filter(({ path: at }) => at === path || at.startsWith(`${path}.`) || at.startsWith(`${path}[`));
}

function dig(value: unknown, parts: readonly string[]): unknown {
  return parts.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    value,
  );
}
