import type { PropertyChange, ResourceChange } from './changePlan.ts';
import { changeWords } from './changeWords.ts';
import { recreates } from './recreation.ts';
import { resourcesIn, stackDifference, type TemplateLike } from './stackDifference.ts';
import { isMap } from './valueDifferences.ts';

/**
 * What an update from one template to the other will do, where CloudFormation cannot be asked yet: a parameter in `changing` gets its
 * value from a stack that changes first. Says the worst that may come of it.
 */
export function foreseenChanges(
  before: TemplateLike | undefined,
  after: TemplateLike,
  changing: ReadonlySet<string> = new Set(),
): ResourceChange[] {
  const { resources } = stackDifference(before ?? {}, after);
  const found = new Map<string, Omit<ResourceChange, 'words'>>();
  for (const { logicalId, type, kind, properties } of resources) {
    const action = kind === 'added' ? 'add' : kind === 'removed' ? 'remove' : 'modify';
    const changes = properties.map(({ path, before: was, after: is }) => ({
      path,
      before: asText(was),
      after: asText(is),
      recreation: recreation(type, path),
    }));
    found.set(logicalId, resource(logicalId, type, action, changes));
  }
  const touch = (of: (properties: unknown) => Iterable<string>) => {
    for (const [logicalId, declared] of Object.entries(resourcesIn(after.Resources))) {
      const type = String(declared.Type);
      const known = found.get(logicalId);
      const told = (known?.properties ?? []).map(({ path }) => path);
      const touched = [...of(declared.Properties)]
        .filter(path => !told.includes(path))
        .map(path => ({
          path,
          before: undefined,
          after: undefined,
          recreation: recreation(type, path, 'Conditionally'),
        }));
      if (touched.length === 0 || known?.action === 'add') continue;
      found.set(logicalId, resource(logicalId, type, 'modify', [...(known?.properties ?? []), ...touched]));
    }
  };
  touch(properties => usesOf(properties, changing, '/Properties'));
  const anew = new Set([...found.values()].flatMap(changedAttributes));
  touch(properties => attributeUsesOf(properties, anew, '/Properties'));
  return [...found.values()].map(change => ({ ...change, words: changeWords(change) }));
}

function resource(
  logicalId: string,
  type: string,
  action: ResourceChange['action'],
  properties: readonly PropertyChange[],
): Omit<ResourceChange, 'words'> {
  const replacement = properties.some(change => change.recreation === 'Always')
    ? 'True'
    : properties.some(change => change.recreation === 'Conditionally')
      ? 'Conditional'
      : 'False';
  return { logicalId, physicalId: undefined, type, action, replacement, properties };
}

function recreation(type: string, path: string, otherwise: PropertyChange['recreation'] = 'Always') {
  return recreates(type, path) ? otherwise : 'Never';
}

/** What a change in place gives another value, and what refers to it takes over: `LaunchTemplate.LatestVersionNumber`. */
const attributesThatChange: Readonly<Record<string, readonly string[]>> = {
  'AWS::EC2::LaunchTemplate': ['LatestVersionNumber', 'DefaultVersionNumber'],
};

function changedAttributes({ logicalId, type, action }: Omit<ResourceChange, 'words'>): string[] {
  return action === 'modify' ? (attributesThatChange[type] ?? []).map(attribute => `${logicalId}.${attribute}`) : [];
}

/** Paths below `value` that get one of the attributes, `Resource.Attribute`. */
function* attributeUsesOf(value: unknown, attributes: ReadonlySet<string>, path: string): Generator<string> {
  if (Array.isArray(value)) {
    for (const item of value) yield* attributeUsesOf(item, attributes, path);
    return;
  }
  if (!isMap(value)) return;
  const { 'Fn::GetAtt': got } = value;
  if (got !== undefined) {
    const attribute = Array.isArray(got) ? got.join('.') : got;
    if (typeof attribute === 'string' && attributes.has(attribute)) yield path;
    return;
  }
  for (const [key, item] of Object.entries(value))
    yield* attributeUsesOf(item, attributes, key.startsWith('Fn::') ? path : `${path}/${key}`);
}

/** Paths below `value` that refer to one of the names. */
function* usesOf(value: unknown, names: ReadonlySet<string>, path: string): Generator<string> {
  if (Array.isArray(value)) {
    for (const item of value) yield* usesOf(item, names, path);
    return;
  }
  if (typeof value === 'string') return;
  if (!isMap(value)) return;
  const { Ref: ref, 'Fn::Sub': sub } = value;
  if (typeof ref === 'string') {
    if (names.has(ref)) yield path;
    return;
  }
  const text: unknown = Array.isArray(sub) ? sub[0] : sub;
  if (typeof text === 'string' && [...names].some(name => text.includes(`\${${name}}`))) yield path;
  for (const [key, item] of Object.entries(value))
    yield* usesOf(item, names, /^(Fn::|Ref$)/.test(key) ? path : `${path}/${key}`);
}

export function asText(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
