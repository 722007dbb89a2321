import type { Properties, ResourceProvider } from './resourceProvider.ts';
import { isObject } from './template.ts';

export interface PropertyChanges {
  /** Whether a property differs, or the stack's own tags do, where the type takes tags. */
  readonly changed: boolean;
  readonly replacement: boolean;
}

export function propertyChanges(
  provider: ResourceProvider,
  previous: Properties,
  next: Properties,
  stackTagsChanged: boolean,
): PropertyChanges {
  const keys = [...new Set([...Object.keys(previous), ...Object.keys(next)])];
  const createOnly = provider.createOnly.filter(path => !equal(at(previous, path), at(next, path)));
  const takesTags = provider.update && provider.properties.includes('Tags') && !provider.createOnly.includes('Tags');
  const changed = keys.some(key => !equal(previous[key], next[key])) || (stackTagsChanged && Boolean(takesTags));
  return { changed, replacement: changed && (createOnly.length > 0 || !provider.update) };
}

/** The value at a dotted path, for properties of properties. */
const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);

/** Equal as CloudFormation sees it: scalars by their text, objects whatever their order. */
export function equal(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return value === undefined ? '' : JSON.stringify(`${value as string}`);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}

/** AWS's words about properties a type does not have or cannot do without; undefined when all is well. */
export function propertyProblems(
  logicalId: string,
  provider: ResourceProvider,
  properties: Properties,
): string | undefined {
  const extraneous = Object.keys(properties).filter(
    key => !provider.properties.includes(key) && !provider.unsupported?.includes(key),
  );
  const missing = provider.required.filter(key => properties[key] === undefined);
  const problems = [
    ...missing.map(key => `#: required key [${key}] not found`),
    ...extraneous.map(key => `#: extraneous key [${key}] is not permitted`),
  ];
  if (problems.length === 0) return undefined;
  return `Properties validation failed for resource ${logicalId} with message: [${problems.join(', ')}]`;
}
