import type { ResourceChange, StackChangePlan } from './changePlan.ts';
import { propertyWords } from './changeWords.ts';

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
    const known = shown.find(({ logicalId }) => logicalId === change.logicalId);
    const isMore =
      !known ||
      (known.action !== change.action && change.action === 'remove') ||
      (known.action === 'remove' && change.action !== 'remove') ||
      (known.action !== 'add' && severity[change.replacement] > severity[known.replacement]);
    if (isMore) return [change.words];
    if (known.action === 'add') return [];
    const others = change.properties.filter(property => {
      const same = known.properties.find(({ path }) => isWithin(path, property.path) || isWithin(property.path, path));
      if (!same) return true;
      return from === 'change-set' && same.path === property.path && same.after !== property.after;
    });
    return others.map(property => `${change.logicalId}: ${propertyWords(property)}.`);
  });
}

const isWithin = (path: string, outer: string) => path === outer || path.startsWith(`${outer}/`);
