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
import { slowText } from './slowText.ts';

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
  readonly remaining: readonly string[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** `lookedAgainAt`: when a step that was done began to look again. */
type StepState = Mutable<RunStepView> & { lookedAgainAt?: number };
interface ViewState extends Mutable<Omit<RunView, 'steps' | 'stackEvents' | 'notes'>> {
  steps: StepState[];
  stackEvents: StackEventSeen[];
  notes: RunNote[];
}

/** The view that all events give. @throws Error when there is no `run-started` at the head. */
export function runView(events: readonly RunEvent[], options: { readonly live: boolean }): RunView {
  const [started, ...rest] = events;
  if (started?.type !== 'run-started') throw new Error('a journal begins with run-started');
  const state = beginView(started);
  for (const event of rest) fold(state, event);
  const ended = state.endedAt !== undefined;
  return !ended && !options.live ? { ...state, status: 'interrupted' } : state;
}

/** A slow step as a note, for views that have notes and nothing of its own. */
export function slowNote(event: StepSlow, title: string): RunNote {
  const message = [`${title} ${slowText(event)}`, ...event.evidence].join('\n');
  return { type: 'note', level: 'warning', message, seq: event.seq, at: event.at };
}

function beginView(started: RunStarted): ViewState {
  const waiting = {
    status: 'waiting',
    attempt: 0,
    startedAt: undefined,
    endedAt: undefined,
    message: undefined,
  } as const;
  return {
    runId: started.runId,
    kind: started.kind,
    cluster: started.cluster,
    status: 'running',
    started,
    startedAt: started.at,
    endedAt: undefined,
    lastAt: started.at,
    steps: started.steps.map(step => ({ ...step, ...waiting })),
    stackEvents: [],
    failure: undefined,
    notes: [],
    summary: undefined,
    remaining: [],
  };
}

function fold(state: ViewState, event: RunEvent): void {
  state.lastAt = event.at;
  if (state.status === 'waiting-for-sign-in' && event.type !== 'waiting-for-sign-in') state.status = 'running';
  const step = 'step' in event ? state.steps.find(({ id }) => id === event.step) : undefined;
  switch (event.type) {
    case 'run-started':
      return;
    case 'run-resumed':
      Object.assign(state, {
        status: 'running',
        endedAt: undefined,
        failure: undefined,
        summary: undefined,
        remaining: [],
      });
      for (const step of state.steps) delete step.lookedAgainAt;
      for (const unfinished of state.steps.filter(({ status }) => status !== 'done'))
        Object.assign(unfinished, { status: 'waiting', startedAt: undefined, endedAt: undefined, message: undefined });
      return;
    case 'step-started':
      if (!step) return;
      if (step.status === 'done') step.lookedAgainAt = event.at;
      else Object.assign(step, { startedAt: event.at, endedAt: undefined, message: undefined });
      Object.assign(step, { status: 'running', attempt: event.attempt });
      delete step.slow;
      return;
    case 'step-progress':
      if (step) step.message = event.message;
      return;
    case 'slow':
      if (!step) return;
      step.slow = event;
      state.notes.push(slowNote(event, step.title));
      return;
    case 'step-finished': {
      if (!step) return;
      delete step.slow;
      const foundDone = event.outcome === 'already' && step.endedAt !== undefined;
      step.status = event.outcome === 'already' ? 'done' : event.outcome;
      if (foundDone) return;
      Object.assign(step, {
        startedAt: step.lookedAgainAt ?? step.startedAt,
        endedAt: event.at,
        message: event.summary,
      });
      return;
    }
    case 'stack-event':
      state.stackEvents.push(event);
      return;
    case 'failure':
      state.failure ??= { step: event.step, cause: event.cause };
      return;
    case 'note':
      state.notes.push(event);
      return;
    case 'waiting-for-sign-in':
      state.status = 'waiting-for-sign-in';
      return;
    case 'cancel-requested':
      state.status = 'cancelling';
      return;
    case 'run-finished':
      Object.assign(state, {
        status: event.outcome,
        endedAt: event.at,
        summary: event.summary,
        remaining: event.remaining ?? [],
      });
  }
}
