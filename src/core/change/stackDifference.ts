import { isMap, valueDifferences, type ValueDifference } from './valueDifferences.ts';

/** A template as it may come from the cloud: nothing of its form is sure. */
export interface TemplateLike {
  readonly Resources?: unknown;
  readonly Parameters?: unknown;
  readonly Outputs?: unknown;
}

export interface ResourceDifference {
  readonly logicalId: string;
  /** The new type where both have one; CloudFormation lets none change. */
  readonly type: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** For `changed`: paths from the resource on, `/Properties/CidrBlock`, `/DeletionPolicy`. */
  readonly properties: readonly ValueDifference[];
}

export interface StackDifference {
  readonly resources: readonly ResourceDifference[];
  /** Outside the resources: `/Parameters/KeyArn`, `/Outputs/VpcId/Value`, `/Description`. */
  readonly rest: readonly ValueDifference[];
}

/** What a stack's template says otherwise than before. Pure; says nothing of what CloudFormation would do about it. */
export function stackDifference(before: TemplateLike, after: TemplateLike): StackDifference {
  const { Resources: old, ...oldRest } = before;
  const { Resources: next, ...nextRest } = after;
  const [left, right] = [resourcesIn(old), resourcesIn(next)];
  const ids = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  const resources = ids.flatMap((logicalId): ResourceDifference[] => {
    const [was, is] = [left[logicalId], right[logicalId]];
    const declared = is?.Type ?? was?.Type;
    const type = typeof declared === 'string' ? declared : '';
    if (!was) return [{ logicalId, type, kind: 'added', properties: [] }];
    if (!is) return [{ logicalId, type, kind: 'removed', properties: [] }];
    const properties = valueDifferences(was, is);
    return properties.length > 0 ? [{ logicalId, type, kind: 'changed', properties }] : [];
  });
  return { resources, rest: valueDifferences(oldRest, nextRest) };
}

export function isSame({ resources, rest }: StackDifference): boolean {
  return resources.length === 0 && rest.length === 0;
}

type ResourceLike = Readonly<Record<string, unknown>>;

export function resourcesIn(resources: unknown): Record<string, ResourceLike> {
  return isMap(resources)
    ? Object.fromEntries(Object.entries(resources).filter((entry): entry is [string, ResourceLike] => isMap(entry[1])))
    : {};
}
