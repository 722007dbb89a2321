import type { AwsSession } from '../aws/awsSession.ts';
import type { StackWatcher } from '../aws/stackWatcher.ts';
import type { Clock } from '../clock.ts';
import type { Journal } from './journal.ts';
import type { FailureCause, RunStep } from './runEvent.ts';

/** What all steps of a run share. */
export interface RunContext {
  readonly session: AwsSession;
  readonly clock: Clock;
  readonly watcher: StackWatcher;
  readonly journal: Journal;
  readonly runId: string;
  readonly cluster: string;
  /** Leave at once: what AWS has begun goes on without being watched. */
  readonly signal: AbortSignal;
  /** Start nothing more: what has begun is followed to its end. Aborted by `signal` too. */
  readonly cancel: AbortSignal;
}

export interface StepContext extends RunContext {
  readonly step: string;
  /** Counts over the whole journal, from 1. */
  readonly attempt: number;
  /** One line about what the step waits for; told once until it changes. */
  progress(message: string): void;
}

export interface StepResult {
  readonly outcome: 'done' | 'already';
  readonly summary?: string;
}

/** A step looks at what is there, then acts: running it twice is harmless. It fails by throwing. */
export interface Step extends RunStep {
  readonly run: (context: StepContext) => Promise<StepResult>;
}

/** A failure whose cause is known; everything else that a step throws is turned into one. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';
  readonly failure: FailureCause;

  constructor(failure: FailureCause) {
    super(failure.what);
    this.failure = failure;
  }
}

/** Throws the cancellation before something new is begun. */
export function throwIfCancelled(context: Pick<RunContext, 'cancel'>): void {
  context.cancel.throwIfAborted();
}
