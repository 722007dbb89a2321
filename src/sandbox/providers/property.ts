import { equal } from '../cloudformation/propertyChanges.ts';
import type { Properties } from '../cloudformation/resourceProvider.ts';
import { AwsError, notImplemented } from '../kernel/awsError.ts';

/** Names in one text, for long lists of properties. */
export const words = (text: string): string[] => text.split(' ');

/** CloudFormation passes scalars on as they were written: `true` and `"true"`, `7` and `"7"` are the same. */
export type CfnBoolean = boolean | string;
export type CfnNumber = number | string;
export interface CfnTag {
  readonly Key: string;
  readonly Value: string;
}

export const asBoolean = (value: CfnBoolean | undefined, usual: boolean): boolean =>
  value === undefined ? usual : String(value) === 'true';

/** A policy document may be given as an object or as its text. */
export const policyText = (policy: unknown): string => (typeof policy === 'string' ? policy : JSON.stringify(policy));

/** The stack's tags and the resource's own, which win. */
export function tagsOf(own: readonly CfnTag[] | undefined, stackTags: readonly CfnTag[]): CfnTag[] {
  const all = new Map([...stackTags, ...(own ?? [])].map(({ Key, Value }) => [Key, String(Value)]));
  return [...all].map(([Key, Value]) => ({ Key, Value }));
}

export const tagMap = (tags: readonly CfnTag[]): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));

/** Keys that `previous` had and `next` has no more. */
export const tagsGone = (previous: readonly CfnTag[] | undefined, next: readonly CfnTag[] | undefined): string[] =>
  (previous ?? []).map(({ Key }) => Key).filter(key => !next?.some(({ Key }) => Key === key));

/** Runs `act`; AWS errors with one of `codes` count as done: what is to be deleted may be gone already. */
export function ignoring(codes: readonly string[], act: () => unknown): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof AwsError && codes.includes(error.code))) throw error;
  }
}

/** The properties given of those named, in their order, for operations that take them under the same names. */
export function pick<T extends object, K extends keyof T>(properties: T, ...names: readonly K[]): Partial<Pick<T, K>> {
  return Object.fromEntries(
    names.filter(name => properties[name] !== undefined).map(name => [name, properties[name]]),
  ) as Partial<Pick<T, K>>;
}

/** For types that AWS changes in place and this sandbox does not. */
export const notUpdated = (type: string) => (): never => {
  throw notImplemented(`update of ${type}`);
};

/** Refuses a change in place of any property but those named. */
export function updatesOnly(type: string, names: string, next: Properties, previous: Properties): void {
  for (const name of Object.keys({ ...previous, ...next }))
    if (!words(names).includes(name) && !equal(next[name], previous[name]))
      throw notImplemented(`update of ${type} ${name}`);
}
