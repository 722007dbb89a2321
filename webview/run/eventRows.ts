import { eventMatches, type EventQuery } from '../../src/protocol/eventFilter.ts';
import type { EventRow, EventsRequest, EventWindow } from '../../src/protocol/runPanel.ts';

/** Rows come in windows of so many, which begin at a multiple of half of it. */
const windowRows = 300;
/** So far beside what is seen, rows are asked for before they are. */
const ahead = 60;

/**
 * The rows of the event list by their place under a filter, as far as the editor has sent them. It is asked for what is looked at; while
 * it finds what matches another filter, the rows of the last one stay. When every event is here, nothing need be asked.
 */
export class EventRows {
  /** Changes with every change. */
  version = 0;
  #total = 0;
  /** Of all events, by their place. */
  #all = new Map<number, EventRow>();
  /** Whose rows are shown. */
  #query: EventQuery = { filter: '', level: 'all' };
  /** What is looked for while its rows have not come. */
  #next: EventQuery | undefined;
  #matching = new Map<number, EventRow>();
  #matches = 0;
  #asked: EventsRequest | undefined;

  /** Of all events. */
  get total(): number {
    return this.#total;
  }

  /** Under the filter. */
  get count(): number {
    return isAll(this.#query) ? this.#total : this.#matches;
  }

  /** `undefined`: not here yet. */
  at(place: number): EventRow | undefined {
    return (isAll(this.#query) ? this.#all : this.#matching).get(place);
  }

  /** Begins with a run's latest events. What is looked for stays so. */
  begin(total: number, latest: readonly EventRow[]): void {
    const query = this.#next ?? this.#query;
    this.#total = total;
    this.#all = new Map(latest.map((row, index) => [total - latest.length + index, row]));
    this.#query = { filter: '', level: 'all' };
    this.#next = undefined;
    this.#asked = undefined;
    this.look(query);
    this.version++;
  }

  append(rows: readonly EventRow[]): void {
    const { filter, level } = this.#query;
    for (const row of rows) {
      this.#all.set(this.#total++, row);
      if (!isAll(this.#query) && eventMatches(row, filter, level)) this.#matching.set(this.#matches++, row);
    }
    this.version++;
  }

  look(query: EventQuery): void {
    const isShown = isSame(query, this.#query);
    this.#next = isShown ? undefined : query;
    if (isShown) return;
    this.version++;
    if (isAll(query)) this.#show(query, []);
    else if (this.#all.size === this.#total)
      this.#show(
        query,
        Array.from({ length: this.#total }, (_, place) => this.#all.get(place)).filter(
          row => row !== undefined && eventMatches(row, query.filter, query.level),
        ),
      );
  }

  take(window: EventWindow): void {
    if (this.#asked && isSame(this.#asked, window)) this.#asked = undefined;
    if (this.#next && isSame(this.#next, window)) this.#show(window, []);
    if (!isSame(this.#query, window)) return;
    this.#matches = window.matches;
    const rows = isAll(window) ? this.#all : this.#matching;
    for (const [index, row] of window.rows.entries()) rows.set(window.from + index, row);
    this.version++;
  }

  /** What to ask for, so that the places from `first` to before `last` can be drawn; one thing at a time. */
  wanted(first: number, last: number): EventsRequest | undefined {
    const query = this.#next ?? this.#query;
    if (this.#asked && isSame(this.#asked, query)) return undefined;
    const from = this.#next ? this.#whereNext(last) : this.#firstMissing(first - ahead, last + ahead);
    if (from === undefined) return undefined;
    const { filter, level } = query;
    return (this.#asked = { type: 'events', filter, level, from, count: windowRows });
  }

  /** Whoever looks at the end sees the end of what matches, too. */
  #whereNext(last: number): number {
    return last >= this.count ? this.#total : 0;
  }

  #firstMissing(first: number, last: number): number | undefined {
    const part = windowRows / 2;
    for (let place = Math.max(0, first); place < Math.min(last, this.count); place++)
      if (this.at(place) === undefined) return Math.max(0, Math.floor(place / part) * part);
    return undefined;
  }

  #show({ filter, level }: EventQuery, rows: readonly (EventRow | undefined)[]): void {
    this.#query = { filter, level };
    this.#next = undefined;
    this.#matches = rows.length;
    this.#matching = new Map();
    for (const [place, row] of rows.entries()) if (row) this.#matching.set(place, row);
  }
}

function isSame(one: EventQuery, other: EventQuery): boolean {
  return one.filter === other.filter && one.level === other.level;
}

function isAll({ filter, level }: EventQuery): boolean {
  return filter === '' && level === 'all';
}
