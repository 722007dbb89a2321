import type { UpgradePlan } from '../../core/upgrade/upgradePlan.ts';
import { editorWords } from '../editorWords.ts';

/** What somebody agrees to who takes a cluster to another version: why it might not go first, then the steps in their order. */
export function upgradeConfirmation(plan: UpgradePlan, where: string, file?: string): string {
  const { refusals, steps, warnings, notes, to } = plan;
  return [
    ...refusals.map(({ message, fix }) => `${message} ${editorWords(fix)}`),
    where,
    ['In this order:', ...steps.map(({ words }, index) => `${index + 1}. ${words}`)].join('\n'),
    ...warnings.map(editorWords),
    ...notes.map(editorWords),
    ...(file === undefined ? [] : [`${file} gets version "${to}" when it is done.`]),
  ].join('\n\n');
}
