import type { StackEventSeen } from '../../core/run/runEvent.ts';
import { eventText, isFailure, type EventQuery } from '../../protocol/eventFilter.ts';
import { mostTelling, resourceStatus, type ResourceBar, type StepResources } from '../../protocol/resourceBars.ts';
import { recentEvents, type EventRow, type EventWindow } from '../../protocol/runPanel.ts';

/** Where the last search has got to: the places of what it found among the first `looked` events. */
interface Search extends EventQuery {
  readonly found: number[];
  looked: number;
}

/** A run's stack events as one panel reads them: the latest, windows of what a filter leaves, and a bar for each resource. */
export class EventLedger {
  readonly #events: StackEventSeen[] = [];
  readonly #bars = new Map<string, Map<string, ResourceBar>>();
  /** What is searched, by the event's place; made at the first search that comes to it. */
  readonly #texts: string[] = [];
  #search: Search = { filter: '', level: 'all', found: [], looked: 0 };

  constructor(events: readonly StackEventSeen[]) {
    this.add(events);
  }

  get count(): number {
    return this.#events.length;
  }

  /** @returns what the new events changed of their steps' resources. */
  add(events: readonly StackEventSeen[]): readonly StepResources[] {
    const changed = new Map<string, Set<string>>();
    for (const event of events) {
      this.#events.push(event);
      // A stack's own events are its step's bar.
      if (event.resourceType === 'AWS::CloudFormation::Stack') continue;
      const bars = this.#bars.get(event.step) ?? new Map<string, ResourceBar>();
      this.#bars.set(event.step, bars);
      const keys = changed.get(event.step) ?? new Set<string>();
      changed.set(event.step, keys);
      const bar = barAfter(bars, event);
      bars.set(bar.key, bar);
      keys.add(bar.key);
    }
    return [...changed].map(([step, keys]) => {
      const bars = this.#bars.get(step) ?? new Map<string, ResourceBar>();
      const told = [...keys].flatMap(key => bars.get(key) ?? []);
      return { step, total: bars.size, bars: mostTelling(told) };
    });
  }

  resources(): readonly StepResources[] {
    return [...this.#bars].map(([step, bars]) => ({
      step,
      total: bars.size,
      bars: mostTelling([...bars.values()]),
    }));
  }

  recent(): EventRow[] {
    return this.#events.slice(-recentEvents).map(eventRow);
  }

  /** At most `count` rows of those that match, from place `from` on, or the last ones where there are not so many. */
  window({ filter, level }: EventQuery, from: number, count: number): EventWindow {
    const { found } = this.#find({ filter, level });
    const first = Math.max(0, Math.min(from, found.length - count));
    const rows = found.slice(first, first + count).flatMap(place => this.#rowAt(place));
    return { filter, level, matches: found.length, from: first, rows };
  }

  matching(query: EventQuery): EventRow[] {
    return this.#find(query).found.flatMap(place => this.#rowAt(place));
  }

  failed(): EventRow[] {
    return this.#events.filter(({ status }) => status.includes('FAILED')).map(eventRow);
  }

  /** Each event is looked at once for as long as the filter stays, and a filter that grows looks only at what it had found. */
  #find(query: EventQuery): Search {
    const last = this.#search;
    const isSame = last.filter === query.filter && last.level === query.level;
    if (!isSame) {
      const isNarrower =
        query.filter.toLowerCase().includes(last.filter.toLowerCase()) &&
        (last.level === 'all' || last.level === query.level);
      const isMatch = this.#matcher(query);
      const found = isNarrower ? last.found.filter(isMatch) : [];
      this.#search = { ...query, found, looked: isNarrower ? last.looked : 0 };
    }
    const search = this.#search;
    const isMatch = this.#matcher(query);
    for (; search.looked < this.#events.length; search.looked++)
      if (isMatch(search.looked)) search.found.push(search.looked);
    return search;
  }

  /** As `eventMatches`, by place. */
  #matcher({ filter, level }: EventQuery): (place: number) => boolean {
    const words = filter.toLowerCase();
    return place => {
      const event = this.#events[place];
      if (!event || (level === 'failures' && !isFailure(event.status))) return false;
      return !words || (this.#texts[place] ??= eventText(event)).includes(words);
    };
  }

  #rowAt(place: number): EventRow[] {
    const event = this.#events[place];
    return event ? [eventRow(event)] : [];
  }
}

function barAfter(bars: ReadonlyMap<string, ResourceBar>, event: StackEventSeen): ResourceBar {
  const label = [...event.path, event.logicalId].join(' › ');
  const key = `${event.stackName}/${label}`;
  const status = resourceStatus(event.status);
  const before = bars.get(key);
  const isAgain = before?.end !== undefined && status === 'running';
  return {
    key,
    label,
    type: event.resourceType,
    status,
    start: before && !isAgain ? before.start : event.timestamp,
    end: status === 'running' ? undefined : event.timestamp,
  };
}

export function eventRow(event: StackEventSeen): EventRow {
  const { seq, step, timestamp, stackName, path, logicalId, physicalId, resourceType, status, reason } = event;
  return { seq, step, timestamp, stackName, path, logicalId, physicalId, resourceType, status, reason };
}
