import type { ResourceChange, StackChangePlan } from './changePlan.ts';
import { isTagPath, propertyWords } from './changeWords.ts';

const severity = { False: 0, Conditional: 1, True: 2 } as const;

/**
 * What a change set would do that the plan did not show, in words; empty: it may be executed. Less than was shown is fine, as after a
 * part of it was done.
 */
export function beyondPlan(
  { resources: shown, from }: Pick<StackChangePlan, 'resources' | 'from'>,
  made: readonly ResourceChange[],
): string[] {
  return made.flatMap(change => {
    // Tags of the stack are in no template, and reach all that takes tags.
    if (from === 'templates' && isOfTagsAlone(change)) return [];
    const known = shown.find(({ logicalId }) => logicalId === change.logicalId);
    const isMore =
      !known ||
      (known.action !== change.action && change.action === 'remove') ||
      (known.action === 'remove' && change.action !== 'remove') ||
      (known.action !== 'add' && severity[change.replacement] > severity[known.replacement]);
    if (isMore) return [change.words];
    if (known.action === 'add') return [];
    const others = change.properties.filter(property => {
      if (from === 'templates')
        return !isTagPath(property.path) && !known.properties.some(({ path }) => isForeseen(property.path, path));
      const same = known.properties.find(({ path }) => isWithin(path, property.path) || isWithin(property.path, path));
      return !same || (same.path === property.path && same.after !== property.after);
    });
    return others.map(property => `${change.logicalId}: ${propertyWords(property)}.`);
  });
}

const isOfTagsAlone = ({ action, replacement, properties }: ResourceChange) =>
  action === 'modify' && replacement === 'False' && properties.every(({ path }) => isTagPath(path));

/** CloudFormation names a list's items by number; what is foreseen names those that have a key by it: `EnabledTypes/2`, `EnabledTypes/audit`. */
function isForeseen(made: string, foreseen: string): boolean {
  const [left, right] = [made.split('/'), foreseen.split('/')];
  const at = left.findIndex((name, index) => name !== right[index]);
  if (at < 0 || right[at] === undefined) return true;
  return left[at] === undefined || (isNumber(left[at]) && !isNumber(right[at]));
}

const isNumber = (name: string) => /^\d+$/.test(name);

const isWithin = (path: string, outer: string) => path === outer || path.startsWith(`${outer}/`);
