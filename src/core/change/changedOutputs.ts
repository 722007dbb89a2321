import type { ResourceChange } from './changePlan.ts';
import { isReplaced } from './recreation.ts';
import type { TemplateLike } from './stackDifference.ts';
import { isMap, valueDifferences } from './valueDifferences.ts';

/** Outputs of a stack that may have another value after its update: said otherwise, or told by a resource that is made or replaced. */
export function changedOutputs(
  before: TemplateLike | undefined,
  after: TemplateLike,
  changes: readonly ResourceChange[],
): Set<string> {
  const moved = new Set(
    changes.filter(change => change.action === 'add' || isReplaced(change)).map(({ logicalId }) => logicalId),
  );
  const old = isMap(before?.Outputs) ? before.Outputs : {};
  const next = isMap(after.Outputs) ? after.Outputs : {};
  return new Set(
    Object.entries(next)
      .filter(([name, output]) => {
        const value = isMap(output) ? output.Value : undefined;
        const was = isMap(old[name]) ? old[name].Value : undefined;
        return valueDifferences(was, value).length > 0 || [...namesIn(value)].some(id => moved.has(id));
      })
      .map(([name]) => name),
  );
}

function* namesIn(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* namesIn(item);
  if (!isMap(value)) return;
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Sub': sub } = value;
  if (typeof ref === 'string') yield ref;
  if (Array.isArray(attribute) && typeof attribute[0] === 'string') yield attribute[0];
  if (typeof attribute === 'string') yield attribute.split('.')[0] ?? '';
  const text = Array.isArray(sub) ? (sub as unknown[])[0] : sub;
  if (typeof text === 'string') for (const [, name = ''] of text.matchAll(/\$\{(\w+)[.}]/g)) yield name;
  for (const item of Object.values(value)) yield* namesIn(item);
}
