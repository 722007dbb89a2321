import type { RunEvent, RunNote, RunStarted, StackEventSeen } from './runEvent.ts';
import type { RunStepView, RunView } from './runView.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** `lookedAgainAt`: when a step that was done began to look again. */
type StepState = Mutable<RunStepView> & { lookedAgainAt?: number | undefined };
type FoldState = Mutable<Omit<RunView, 'steps' | 'stackEvents' | 'notes'>>;

/**
 * What a run's events say together, event by event: a view costs what is new, however long the journal is. A view stays as it was
 * given; what grows is cut to its length then only when somebody reads it.
 */
export class RunFold {
  readonly #state: FoldState;
  readonly #steps: StepState[];
  readonly #stackEvents: StackEventSeen[] = [];
  readonly #notes: RunNote[] = [];
  #lastSeq: number;
  /** As the last view showed them; nothing while one has changed since. */
  #shownSteps: readonly RunStepView[] | undefined;

  constructor(started: RunStarted) {
    const waiting = {
      status: 'waiting',
      attempt: 0,
      startedAt: undefined,
      endedAt: undefined,
      message: undefined,
    } as const;
    this.#steps = started.steps.map(step => ({ ...step, ...waiting }));
    this.#lastSeq = started.seq;
    this.#state = {
      runId: started.runId,
      kind: started.kind,
      cluster: started.cluster,
      status: 'running',
      started,
      startedAt: started.at,
      endedAt: undefined,
      lastAt: started.at,
      failure: undefined,
      summary: undefined,
      givenUp: undefined,
      remaining: [],
    };
  }

  /** `seq` of the last event. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  add(events: readonly RunEvent[]): this {
    for (const event of events) this.#fold(event);
    return this;
  }

  /** `live`: somebody holds the run's lease. */
  view(options: { readonly live: boolean }): RunView {
    const stackEvents = cut(this.#stackEvents);
    const notes = cut(this.#notes);
    this.#shownSteps ??= this.#steps.map(({ lookedAgainAt: _, ...step }) => step);
    const isInterrupted = this.#state.endedAt === undefined && !options.live;
    return {
      ...this.#state,
      ...(isInterrupted ? { status: 'interrupted' } : {}),
      steps: this.#shownSteps,
      get stackEvents() {
        return stackEvents();
      },
      get notes() {
        return notes();
      },
    };
  }

  #fold(event: RunEvent): void {
    const state = this.#state;
    state.lastAt = event.at;
    this.#lastSeq = event.seq;
    if (state.status === 'waiting-for-sign-in' && event.type !== 'waiting-for-sign-in') state.status = 'running';
    if (event.type === 'stack-event') return void this.#stackEvents.push(event);
    this.#shownSteps = undefined;
    const step = 'step' in event ? this.#steps.find(({ id }) => id === event.step) : undefined;
    switch (event.type) {
      case 'run-started':
        return;
      case 'run-resumed':
        Object.assign(state, {
          status: 'running',
          endedAt: undefined,
          failure: undefined,
          summary: undefined,
          givenUp: undefined,
          remaining: [],
        });
        for (const one of this.#steps) beginAgain(one);
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
        if (step) step.slow = event;
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
      case 'failure':
        state.failure ??= { step: event.step, cause: event.cause };
        return;
      case 'note':
        this.#notes.push(event);
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
          givenUp: event.givenUp && { at: event.givenUpAt },
          remaining: event.remaining ?? [],
        });
    }
  }
}

function beginAgain(step: StepState): void {
  delete step.lookedAgainAt;
  if (step.status === 'done') return;
  delete step.slow;
  Object.assign(step, { status: 'waiting', startedAt: undefined, endedAt: undefined, message: undefined });
}

/** The list as long as it is now, made when it is first asked for. */
function cut<T>(growing: readonly T[]): () => readonly T[] {
  const length = growing.length;
  let made: readonly T[] | undefined;
  return () => (made ??= growing.slice(0, length));
}
