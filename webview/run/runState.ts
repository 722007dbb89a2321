import type { RunPanelChange, RunPanelState } from '../../src/protocol/runPanel.ts';

/** The state after a change: events and notes only ever grow; `null` takes away what no longer holds. */
export function applyChange(state: RunPanelState, change: RunPanelChange): RunPanelState {
  const { endedAt, failure, summary } = change;
  return {
    ...state,
    status: change.status ?? state.status,
    endedAt: endedAt === undefined ? state.endedAt : (endedAt ?? undefined),
    steps: change.steps ?? state.steps,
    events: change.events ? [...state.events, ...change.events] : state.events,
    notes: change.notes ? [...state.notes, ...change.notes] : state.notes,
    failure: failure === undefined ? state.failure : (failure ?? undefined),
    summary: summary === undefined ? state.summary : (summary ?? undefined),
    remaining: change.remaining ?? state.remaining,
  };
}

/** The run's own time now, ms; an ended run stands still. */
export function runNow(state: RunPanelState, realNow: number): number {
  if (state.endedAt !== undefined) return state.endedAt;
  const { realEpoch, epoch, speed } = state.clock;
  return epoch + (realNow - realEpoch) * speed;
}

export function isOver(state: RunPanelState): boolean {
  return ['done', 'failed', 'cancelled', 'interrupted'].includes(state.status);
}
