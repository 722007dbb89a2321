import { handWork } from './stackAction.ts';
import type { RunKind } from './runEvent.ts';

/** It is told already: by a retry, or by a way on which a retry is no part of. */
const saysHowToGoOn = /\bretr(?:y|ies)\b|\banew\b|\bcreate again\b/i;

/** A remedy with what comes after it, said once. */
export function thenRetry(remedy: string): string {
  return saysHowToGoOn.test(remedy) ? remedy : `${remedy} Then retry.`;
}

/** Of a stack whose update failed: the other way on. */
export function orTakeBack(fix: string, stack: string): string {
  return `${fix} To take ${stack} back to what it was instead: private-eks update --rollback -f FILE.`;
}

/** Of resources that AWS does not delete: they may be given up. `names`: their logical ids. */
export function orRetain(fix: string, cluster: string, names: readonly string[]): string {
  return `${fix} To let ${names.length === 1 ? 'it' : 'them'} stay instead, outside of every stack: private-eks delete ${cluster} --retain ${names.join(',')}`;
}

/** Of a stack that has not moved for hours: what a retry does with it, as `stackAction` says; else what is left to people. */
export function stuckFix(status: string, kind: RunKind): string {
  const retry =
    status === 'UPDATE_IN_PROGRESS'
      ? 'Retry: an update that does not end is cancelled.'
      : status === 'CREATE_IN_PROGRESS' || status === 'ROLLBACK_IN_PROGRESS'
        ? `Retry: a stack that does not get ready is deleted${kind === 'delete' ? '' : ' and made anew'}.`
        : undefined;
  const byHand = handWork(status);
  return retry === undefined ? thenRetry(byHand) : `${retry} If that does not help: ${lowerFirst(byHand)}`;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
