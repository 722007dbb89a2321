// CONTRACT: the run panel: steps as a graph, a timeline with a bar per resource, the event stream, the pinned failure.
import { isRecord, type Ready } from './envelope.ts';
import { eventLevels, type EventLevel } from './eventFilter.ts';

export type StepStatus = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
export interface StepView {
  readonly id: string;
  readonly title: string;
  readonly needs: readonly string[];
  readonly stackName: string | undefined;
  readonly status: StepStatus;
  readonly attempt: number;
  /** ms since the epoch on the run's clock. */
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly usualSeconds: { readonly low: number; readonly typical: number; readonly high: number };
  /** What it waits for, or how it ended. */
  readonly message: string | undefined;
}
/** One stack event; rows are only ever appended. */
export interface EventRow {
  readonly seq: number;
  readonly step: string;
  readonly timestamp: number;
  readonly stackName: string;
  readonly path: readonly string[];
  readonly logicalId: string;
  readonly physicalId: string;
  readonly resourceType: string;
  readonly status: string;
  readonly reason: string | undefined;
}
export interface FailureView {
  readonly step: string;
  readonly code: string;
  readonly what: string;
  readonly why: string;
  readonly fix: string;
  readonly awsMessage: string | undefined;
  readonly resource: string | undefined;
  readonly stackName: string | undefined;
  /** A spec field to jump to. */
  readonly specPath: string | undefined;
  readonly evidence: readonly string[];
  readonly retryable: boolean;
}
export type RunStatus =
  'running' | 'cancelling' | 'waiting-for-sign-in' | 'done' | 'failed' | 'cancelled' | 'interrupted';
export interface RunPanelState {
  readonly runId: string;
  readonly kind: 'create' | 'update' | 'upgrade' | 'delete';
  /** An update that takes a failed one back. */
  readonly rollsBack: boolean;
  /** It was begun from a file that can be opened. */
  readonly hasFile: boolean;
  readonly cluster: string;
  readonly account: string;
  readonly region: string;
  readonly status: RunStatus;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly expectedSeconds: number;
  /** Above 1 the account's time is simulated; the panel computes the run's now as `epoch + (Date.now() - realEpoch) * speed`. */
  readonly clock: { readonly realEpoch: number; readonly epoch: number; readonly speed: number };
  readonly steps: readonly StepView[];
  readonly events: readonly EventRow[];
  readonly failure: FailureView | undefined;
  readonly notes: readonly { readonly level: 'info' | 'warning'; readonly message: string; readonly at: number }[];
  readonly summary: string | undefined;
  readonly remaining: readonly string[];
}
/** What changed: scalars and steps whole where present, events and notes appended. */
export interface RunPanelChange {
  readonly status?: RunStatus;
  /** `null`: it goes on again. */
  readonly endedAt?: number | null;
  readonly steps?: readonly StepView[];
  readonly events?: readonly EventRow[];
  readonly notes?: RunPanelState['notes'];
  /** `null` clears the pinned failure (a retry began). */
  readonly failure?: FailureView | null;
  readonly summary?: string | null;
  readonly remaining?: readonly string[];
}

export type RunPanelRequest =
  | Ready
  | { readonly type: 'copy'; readonly what: 'support' }
  | { readonly type: 'copy'; readonly what: 'events'; readonly filter: string; readonly level: EventLevel }
  | {
      readonly type:
        'cancel' | 'retry' | 'resume' | 'delete' | 'open-spec' | 'connect' | 'sign-in' | 'explain' | 'roll-back';
    };

export function readRunPanelRequest(message: unknown): RunPanelRequest | undefined {
  if (!isRecord(message)) return undefined;
  switch (message.type) {
    case 'ready':
      return typeof message.version === 'number' ? { type: 'ready', version: message.version } : undefined;
    case 'copy': {
      const { what, filter } = message;
      if (what === 'support') return { type: 'copy', what };
      const level = eventLevels.find(known => known === message.level);
      const isFilter = typeof filter === 'string' && filter.length <= 500;
      return what === 'events' && isFilter && level ? { type: 'copy', what, filter, level } : undefined;
    }
    case 'cancel':
    case 'retry':
    case 'resume':
    case 'delete':
    case 'open-spec':
    case 'connect':
    case 'sign-in':
    case 'explain':
    case 'roll-back':
      return { type: message.type };
    default:
      return undefined;
  }
}
