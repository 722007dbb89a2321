import type { StackStatus } from '@aws-sdk/client-cloudformation';

/**
 * What a run wants of a stack: `repair` makes it, or brings it to the plan by an update; `remake` makes it, and makes it anew when it
 * failed before it was ever whole (resources with a fixed name); `change` only ever changes what is there; `remove` wants it gone.
 */
export type StackWish = 'repair' | 'remake' | 'change' | 'remove';

export type StackAction =
  /** Nothing of that name lives: make it; for `remove`: nothing to do. */
  | 'make'
  | 'gone'
  /** Whole as it stood before: compare with the plan, update what differs. */
  | 'compare'
  /** Failed half way: UpdateStack carries it on. */
  | 'update'
  /** Moves: follow it to its end, and ask again. */
  | 'wait'
  /** RollbackStack to what it was when it was last whole, and ask again. */
  | 'roll-back'
  /** ContinueUpdateRollback, passing over what cannot be brought back, and ask again. */
  | 'continue-rollback'
  /** CancelUpdateStack of an update that does not end, and ask again. */
  | 'cancel-update'
  /** Nothing in it was ever whole: delete it, then make it. */
  | 'replace'
  | 'delete'
  /** Nothing that a run may do: say what to do by hand. */
  | 'explain';

type Row = Readonly<Record<StackWish, StackAction>>;
const row = (repair: StackAction, remake: StackAction, change: StackAction, remove: StackAction): Row => ({
  repair,
  remake,
  change,
  remove,
});
const moving = row('wait', 'wait', 'wait', 'wait');
const whole = row('compare', 'compare', 'compare', 'delete');

/** By CloudFormation's rules: what may be updated, deleted, rolled back or cancelled from where. */
const table: Readonly<Record<StackStatus, Row>> = {
  CREATE_IN_PROGRESS: moving,
  CREATE_COMPLETE: whole,
  // Made with rollback off, so an update may carry it on; a resource with a fixed name is in its own way.
  CREATE_FAILED: row('update', 'replace', 'replace', 'delete'),
  ROLLBACK_IN_PROGRESS: moving,
  // What is left of a creation that was rolled back can only be deleted.
  ROLLBACK_COMPLETE: row('replace', 'replace', 'replace', 'delete'),
  ROLLBACK_FAILED: row('replace', 'replace', 'replace', 'delete'),
  DELETE_IN_PROGRESS: moving,
  DELETE_COMPLETE: row('make', 'make', 'make', 'gone'),
  // Something of it is gone already: there is no way but on.
  DELETE_FAILED: row('replace', 'replace', 'replace', 'delete'),
  UPDATE_IN_PROGRESS: moving,
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: moving,
  UPDATE_COMPLETE: whole,
  // It was whole once, and things depend on it: never deleted to be made anew.
  UPDATE_FAILED: row('update', 'roll-back', 'update', 'delete'),
  UPDATE_ROLLBACK_IN_PROGRESS: moving,
  UPDATE_ROLLBACK_FAILED: row('continue-rollback', 'continue-rollback', 'continue-rollback', 'delete'),
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: moving,
  UPDATE_ROLLBACK_COMPLETE: whole,
  // A change set of type CREATE that nobody executed: the stack is a name and nothing more.
  REVIEW_IN_PROGRESS: row('replace', 'replace', 'replace', 'delete'),
  IMPORT_IN_PROGRESS: moving,
  IMPORT_COMPLETE: whole,
  IMPORT_ROLLBACK_IN_PROGRESS: moving,
  IMPORT_ROLLBACK_COMPLETE: whole,
  // CloudFormation takes no update here, and a deletion would delete what was imported.
  IMPORT_ROLLBACK_FAILED: row('explain', 'explain', 'explain', 'delete'),
};

/** The same for what has moved for hours without an event. */
const stuck: Readonly<Partial<Record<StackStatus, Row>>> = {
  CREATE_IN_PROGRESS: row('replace', 'replace', 'explain', 'delete'),
  UPDATE_IN_PROGRESS: row('cancel-update', 'cancel-update', 'cancel-update', 'cancel-update'),
  ROLLBACK_IN_PROGRESS: row('replace', 'replace', 'explain', 'delete'),
  DELETE_IN_PROGRESS: row('explain', 'explain', 'explain', 'explain'),
  UPDATE_ROLLBACK_IN_PROGRESS: row('explain', 'explain', 'explain', 'explain'),
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: row('explain', 'explain', 'explain', 'explain'),
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: row('explain', 'explain', 'explain', 'explain'),
  IMPORT_IN_PROGRESS: row('explain', 'explain', 'explain', 'explain'),
  IMPORT_ROLLBACK_IN_PROGRESS: row('explain', 'explain', 'explain', 'explain'),
};

/** `quietMs`: since the stack's last event. No stack and a deleted one are the same. */
export function stackAction(
  stack: { readonly status: string; readonly quietMs?: number } | undefined,
  wish: StackWish,
): StackAction {
  const status = (stack?.status ?? 'DELETE_COMPLETE') as StackStatus;
  const isStuck = (stack?.quietMs ?? 0) >= stuckAfterMs;
  // A status that is newer than this table is left alone.
  return ((isStuck ? stuck[status] : undefined) ?? table[status])?.[wish] ?? 'explain';
}

/** No resource of ours moves for so long without an event: EKS gives up on nodes after 35 minutes, on a control plane after 60. */
export const stuckAfterMs = 3 * 60 * 60_000;

const byHand: Readonly<Partial<Record<StackStatus, string>>> = {
  DELETE_IN_PROGRESS:
    'CloudFormation goes on trying and cannot be stopped: remove what holds the resource that is named, or ask AWS Support.',
  IMPORT_ROLLBACK_FAILED: 'Put right what AWS’s words name and roll the import back in the CloudFormation console.',
};

/** What a person can do about a stack for which there is only `explain`. */
export function handWork(status: string): string {
  return (
    byHand[status as StackStatus] ?? 'Look at the stack’s events in the CloudFormation console, and ask AWS Support.'
  );
}
