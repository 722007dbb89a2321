import { stayingWords, type ChangeSetOptions } from '../../change/changeSet.ts';
import type { StepContext } from '../step.ts';

/** A change set that stays is a note of the run's. */
export function changeSetOptions({ journal, signal }: Pick<StepContext, 'journal' | 'signal'>): ChangeSetOptions {
  return {
    signal,
    onStays: stays => {
      for (const message of stayingWords([stays])) journal.append({ type: 'note', level: 'warning', message });
    },
  };
}
