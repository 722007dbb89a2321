// CONTRACT: how the editor and a panel talk. The panel says `ready`; the editor answers with a whole snapshot, then with deltas numbered
// without gaps; a panel that sees a gap says `ready` again. A hidden panel gets nothing and is sent a snapshot when shown.

export const protocolVersion = 1;

export interface Ready {
  readonly type: 'ready';
  readonly version: number;
}
/** `seq` starts again at 1 with every snapshot. */
export interface Snapshot<State> {
  readonly type: 'snapshot';
  readonly seq: 1;
  readonly state: State;
}
export interface Delta<Change> {
  readonly type: 'delta';
  readonly seq: number;
  readonly change: Change;
}
/** Something went wrong with what the panel asked for; shown in the panel, once. */
export interface Refusal {
  readonly type: 'refusal';
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
}
export type ToPanel<State, Change> = Snapshot<State> | Delta<Change> | Refusal;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
