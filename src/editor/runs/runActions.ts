import type { RunView } from '../../core/run/runView.ts';

/** What can be done with a run from wherever it is shown. */
export interface RunActions {
  /** Takes a failed, cancelled or interrupted run up again. */
  carryOn(view: RunView): Promise<void>;
  /** Takes the stacks of a failed update back to what they were. */
  rollBack(view: RunView): Promise<void>;
  deleteWhatWasMade(view: RunView): Promise<void>;
  /** Opens the run's file, at the field that the failure names. */
  openSpec(view: RunView): Promise<void>;
  connect(view: RunView): Promise<void>;
  signIn(view: RunView): Promise<void>;
  /** *Why is this slow?* */
  explain(view: RunView): Promise<void>;
}
