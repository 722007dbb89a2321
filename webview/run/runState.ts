import { mergeResources } from '../../src/protocol/resourceBars.ts';
import type { RunPanelChange, RunPanelState } from '../../src/protocol/runPanel.ts';

/** The state after a change: notes only ever grow; `null` takes away what no longer holds. The rows of the events are kept elsewhere. */
export function applyChange(state: RunPanelState, change: RunPanelChange): RunPanelState {
  const { endedAt, failure, summary, past } = change;
  return {
    ...state,
    status: change.status ?? state.status,
    endedAt: endedAt === undefined ? state.endedAt : (endedAt ?? undefined),
    steps: change.steps ?? state.steps,
    eventCount: state.eventCount + (change.events?.length ?? 0),
    resources: change.resources ? mergeResources(state.resources, change.resources) : state.resources,
    notes: change.notes ? [...state.notes, ...change.notes] : state.notes,
    failure: failure === undefined ? state.failure : (failure ?? undefined),
    summary: summary === undefined ? state.summary : (summary ?? undefined),
    remaining: change.remaining ?? state.remaining,
    offers: change.offers ?? state.offers,
    past: past === undefined ? state.past : (past ?? undefined),
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
