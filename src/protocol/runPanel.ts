// CONTRACT: the run panel: steps as a graph, a timeline with a bar per resource, the event stream, the pinned failure. A run may have many
// thousand events: the page is sent the latest and asks for windows of the others, by their place among all or among what a filter leaves.
import { isRecord, type Ready } from './envelope.ts';
import { eventLevels, type EventQuery } from './eventFilter.ts';
import type { StepResources } from './resourceBars.ts';

/** As many events come with the snapshot: those of an ordinary run all do. */
export const recentEvents = 300;
/** The most rows that a page may ask for at once. */
export const mostRows = 500;

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
  /** Where it takes longer than usual: what the account showed of it; `message` says the rest. */
  readonly slow: { readonly evidence: readonly string[] } | undefined;
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
/** A part of the rows that a filter leaves. `from`: the place of the first of them among those, which are `matches` in all. */
export interface EventWindow extends EventQuery {
  readonly matches: number;
  readonly from: number;
  readonly rows: readonly EventRow[];
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
/** `retry` and `resume` both carry it on; `delete` takes away what a create has made. */
export type RunOffer = 'retry' | 'resume' | 'roll-back' | 'delete' | 'connect';
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
  /** The latest, at most `recentEvents`. */
  readonly events: readonly EventRow[];
  /** Of all. */
  readonly eventCount: number;
  readonly resources: readonly StepResources[];
  readonly failure: FailureView | undefined;
  readonly notes: readonly { readonly level: 'info' | 'warning'; readonly message: string; readonly at: number }[];
  readonly summary: string | undefined;
  readonly remaining: readonly string[];
  /** What can be done with it now that it is over. */
  readonly offers: readonly RunOffer[];
  /** Why it cannot be carried on, although it ended before its time. */
  readonly past: string | undefined;
}
/** What changed: scalars and steps whole where present, events and notes appended, of the resources those that have changed. */
export interface RunPanelChange {
  readonly status?: RunStatus;
  /** `null`: it goes on again. */
  readonly endedAt?: number | null;
  readonly steps?: readonly StepView[];
  readonly events?: readonly EventRow[];
  readonly resources?: readonly StepResources[];
  /** What the page has asked for; comes alone. It counts the events of all changes before it, and of none after it. */
  readonly window?: EventWindow;
  readonly notes?: RunPanelState['notes'];
  /** `null` clears the pinned failure (a retry began). */
  readonly failure?: FailureView | null;
  readonly summary?: string | null;
  readonly remaining?: readonly string[];
  readonly offers?: readonly RunOffer[];
  /** `null`: it can be carried on again. */
  readonly past?: string | null;
}

/** `count` rows from place `from` on; the last ones where there are not so many. */
export interface EventsRequest extends EventQuery {
  readonly type: 'events';
  readonly from: number;
  readonly count: number;
}
export type RunPanelRequest =
  | Ready
  | { readonly type: 'copy'; readonly what: 'support' }
  | ({ readonly type: 'copy'; readonly what: 'events' } & EventQuery)
  | EventsRequest
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
      const { what } = message;
      if (what === 'support') return { type: 'copy', what };
      const query = readQuery(message);
      return what === 'events' && query ? { type: 'copy', what, ...query } : undefined;
    }
    case 'events': {
      const query = readQuery(message);
      const { from, count } = message;
      if (!query || !isCount(from, Number.MAX_SAFE_INTEGER) || !isCount(count, mostRows)) return undefined;
      return { type: 'events', ...query, from, count };
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

function readQuery({ filter, level }: Record<string, unknown>): EventQuery | undefined {
  const known = eventLevels.find(one => one === level);
  return typeof filter === 'string' && filter.length <= 500 && known ? { filter, level: known } : undefined;
}

function isCount(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
}
