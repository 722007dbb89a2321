import type { RunPanelChange, RunPanelState } from '../../src/protocol/runPanel.ts';

/** The state after a change: events and notes only ever grow. */
export function applyChange(state: RunPanelState, change: RunPanelChange): RunPanelState {
  return {
    ...state,
    status: change.status ?? state.status,
    endedAt: change.endedAt ?? state.endedAt,
    steps: change.steps ?? state.steps,
    events: change.events ? [...state.events, ...change.events] : state.events,
    notes: change.notes ? [...state.notes, ...change.notes] : state.notes,
    failure: change.failure === null ? undefined : (change.failure ?? state.failure),
    summary: change.summary ?? state.summary,
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
