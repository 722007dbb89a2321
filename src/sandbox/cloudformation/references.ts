import { isObject, validationError, type ResourceTemplate, type Template } from './template.ts';

export interface Reference {
  readonly name: string;
  readonly from: 'Ref' | 'Fn::GetAtt';
}

/** Every name that `value` refers to; of an `Fn::If` only the chosen branch where `holds` is given. */
export function* referencesIn(value: unknown, holds?: (condition: string) => boolean): Generator<Reference> {
  if (Array.isArray(value)) for (const item of value) yield* referencesIn(item, holds);
  if (!isObject(value)) return;
  for (const [key, argument] of Object.entries(value)) {
    if (key === 'Ref' && typeof argument === 'string') yield { name: argument, from: 'Ref' };
    else if (key === 'Fn::GetAtt') yield* attributeReference(argument, holds);
    else if (key === 'Fn::Sub') yield* substitutions(argument, holds);
    else if (key === 'Fn::If' && holds && Array.isArray(argument) && typeof argument[0] === 'string')
      yield* referencesIn(argument[holds(argument[0]) ? 1 : 2], holds);
    else yield* referencesIn(argument, holds);
  }
}

function* attributeReference(argument: unknown, holds?: (condition: string) => boolean): Generator<Reference> {
  const parts: unknown = typeof argument === 'string' ? argument.split('.') : argument;
  if (!Array.isArray(parts)) return;
  if (typeof parts[0] === 'string') yield { name: parts[0], from: 'Fn::GetAtt' };
  yield* referencesIn(parts.slice(1), holds);
}

function* substitutions(argument: unknown, holds?: (condition: string) => boolean): Generator<Reference> {
  const [pattern, given] = (Array.isArray(argument) ? argument : [argument, {}]) as [unknown, unknown];
  if (typeof pattern === 'string')
    for (const [, name = ''] of pattern.matchAll(/\$\{([^!}][^}]*)\}/g))
      if (!isObject(given) || !(name in given)) yield { name: name.split('.')[0] ?? '', from: 'Ref' };
  yield* referencesIn(given, holds);
}

export const dependsOn = (resource: ResourceTemplate): readonly string[] =>
  resource.DependsOn === undefined ? [] : [resource.DependsOn].flat();

/** For each resource that is to exist, the resources that must exist before it. */
export function dependencyGraph(
  template: Template,
  active: ReadonlySet<string>,
  holds?: (condition: string) => boolean,
): Map<string, string[]> {
  const graph = new Map<string, string[]>();
  for (const id of active) {
    const resource = template.Resources[id];
    if (!resource) continue;
    const names = [...referencesIn(resource.Properties, holds)].map(reference => reference.name);
    graph.set(
      id,
      [...new Set([...names, ...dependsOn(resource)])].filter(name => active.has(name)),
    );
  }
  refuseCycles(graph);
  return graph;
}

function refuseCycles(graph: ReadonlyMap<string, readonly string[]>): void {
  const reaches = (from: string): Set<string> => {
    const seen = new Set<string>();
    const visit = (id: string): void => {
      for (const next of graph.get(id) ?? [])
        if (!seen.has(next)) {
          seen.add(next);
          visit(next);
        }
    };
    visit(from);
    return seen;
  };
  const circular = [...graph.keys()].filter(id => reaches(id).has(id));
  if (circular.length > 0) throw validationError(`Circular dependency between resources: [${circular.join(', ')}]`);
}
