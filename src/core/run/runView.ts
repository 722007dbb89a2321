import type {
  FailureCause,
  RunEvent,
  RunKind,
  RunNote,
  RunStarted,
  RunStep,
  StackEventSeen,
  StepSlow,
} from './runEvent.ts';
import { RunFold } from './runFold.ts';

export type RunStatus =
  'running' | 'cancelling' | 'waiting-for-sign-in' | 'done' | 'failed' | 'cancelled' | 'interrupted';
export type RunStepStatus = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

export interface RunStepView extends RunStep {
  readonly status: RunStepStatus;
  readonly attempt: number;
  /** ms on the run's clock, of the attempt that counts: a later look that found all done does not move them. */
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** What it waits for, or how it ended. */
  readonly message: string | undefined;
  /** The last time it was found to take longer than usual, in the attempt that runs. */
  readonly slow?: StepSlow | undefined;
}

/** A run at one moment: what its events say together. */
export interface RunView {
  readonly runId: string;
  readonly kind: RunKind;
  readonly cluster: string;
  readonly status: RunStatus;
  readonly started: RunStarted;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  /** `at` of the last event. */
  readonly lastAt: number;
  readonly steps: readonly RunStepView[];
  readonly stackEvents: readonly StackEventSeen[];
  /** The first cause since the run was last taken up. */
  readonly failure: { readonly step: string; readonly cause: FailureCause } | undefined;
  readonly notes: readonly RunNote[];
  readonly summary: string | undefined;
  /** Nobody carries it on any more; `at`, ms on the run's clock, where somebody said so. */
  readonly givenUp: { readonly at: number | undefined } | undefined;
  readonly remaining: readonly string[];
}

/** The view that all events give. @throws Error when there is no `run-started` at the head. */
export function runView(events: readonly RunEvent[], options: { readonly live: boolean }): RunView {
  const [started, ...rest] = events;
  if (started?.type !== 'run-started') throw new Error('a journal begins with run-started');
  return new RunFold(started).add(rest).view(options);
}
