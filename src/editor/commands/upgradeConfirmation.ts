import type { UpgradePlan } from '../../core/upgrade/upgradePlan.ts';
import type { UsualSeconds } from '../../core/run/usualTime.ts';
import { editorWords } from '../editorWords.ts';
import { timeLine } from './updateConfirmation.ts';

/** An upgrade's plan as the command line gives it. */
export interface TimedUpgrade extends UpgradePlan {
  readonly usualSeconds?: UsualSeconds;
}

/** What somebody agrees to who takes a cluster to another version: why it might not go first, then the steps in their order. */
export function upgradeConfirmation(plan: TimedUpgrade, where: string, file?: string): string {
  const { refusals, steps, warnings, notes, to, usualSeconds } = plan;
  return [
    ...refusals.map(({ message, fix }) => `${message} ${editorWords(fix)}`),
    where,
    ['In this order:', ...steps.map(({ words }, index) => `${index + 1}. ${words}`)].join('\n'),
    ...(usualSeconds ? [timeLine(usualSeconds)] : []),
    ...warnings.map(editorWords),
    ...notes.map(editorWords),
    ...(file === undefined ? [] : [`${file} gets version "${to}" when it is done.`]),
  ].join('\n\n');
}
