import type { Clock } from '../clock.ts';
import { PrivateEksError } from '../errors.ts';
import type { ClusterSummary } from './clusterDetails.ts';

/** Where a catalogue learns of one account and region. */
export interface ClusterSource {
  names(): Promise<readonly string[]>;
  /** Undefined: there is no such cluster any more. */
  describe(name: string): Promise<ClusterSummary | undefined>;
}

/** A cluster as far as it is known: its name first, the rest once somebody has described it. */
export interface KnownCluster {
  readonly name: string;
  readonly summary: ClusterSummary | undefined;
  /** Why it could not be described the last time. */
  readonly error: PrivateEksError | undefined;
}

export interface CatalogOptions {
  readonly source: ClusterSource;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** These clusters are known otherwise than before; `gone` when one is not there any more. */
  readonly told: (names: readonly string[], gone: boolean) => void;
}

/** Descriptions on their way at most, as long as AWS does not find them too many. */
export const mostAtOnce = 8;
/** What arrives within this is told together, ms. */
const tellEveryMs = 100;
const firstBackOffMs = 500;
const longestBackOffMs = 5000;

interface Entry {
  summary: ClusterSummary | undefined;
  error: PrivateEksError | undefined;
  /** When it was described, ms on the clock; undefined: not yet, or no longer true. */
  at: number | undefined;
}

/**
 * The clusters of one account and region: their names by one call per hundred, each one's description when it is wanted, a few at a time
 * and fewer when AWS throttles. What is known stays known while it is asked for anew.
 */
export class ClusterCatalog {
  readonly #options: CatalogOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #asked = new Map<string, PromiseWithResolvers<void>>();
  /** Waiting for their turn: those that somebody waits for, and those that are only good to know. */
  readonly #urgent = new Set<string>();
  readonly #idle = new Set<string>();
  readonly #untold = new Set<string>();
  #names: Promise<readonly string[]> | undefined;
  #limit = mostAtOnce;
  #running = 0;
  #backOffMs = firstBackOffMs;
  #backOff: Promise<void> | undefined;
  #telling = false;
  #gone = false;
  #paused = false;

  constructor(options: CatalogOptions) {
    this.#options = options;
  }

  /** Sorted. Asked once, until `forget`. Rejects with what AWS said. */
  names(): Promise<readonly string[]> {
    if (!this.#names) {
      const names = this.#options.source.names().then(found => this.#take(found));
      this.#names = names;
      names.catch(() => {
        if (this.#names === names) this.#names = undefined;
      });
    }
    return this.#names;
  }

  known(name: string): KnownCluster {
    const entry = this.#entries.get(name);
    return { name, summary: entry?.summary, error: entry?.error };
  }

  /** Has everything that is not known freshly described while nobody waits; `told` says when. Nothing while paused. */
  fill(names: Iterable<string>): void {
    for (const name of names) if (!this.#isFresh(name) && !this.#asked.has(name)) this.#idle.add(name);
    this.#work();
  }

  /** Described now, before those nobody waits for. Rejects with what AWS said of this one, until `forget`. */
  async described(name: string): Promise<ClusterSummary | undefined> {
    if (!this.#isFresh(name)) {
      if (!this.#asked.has(name)) this.#urgent.add(name);
      this.#idle.delete(name);
      const done = this.#ask(name).promise;
      this.#work();
      await done;
    }
    const { summary, error } = this.known(name);
    if (error) throw error;
    return summary;
  }

  /** The names count as unknown, and this cluster's description, or all that were given longer ago than so many ms. */
  forget(which: { readonly cluster: string } | { readonly olderThanMs: number }): void {
    this.#names = undefined;
    const now = this.#options.clock.now();
    for (const [name, entry] of this.#entries)
      if ('cluster' in which ? name === which.cluster : now - (entry.at ?? 0) >= which.olderThanMs)
        entry.at = undefined;
  }

  /** Has what was described longer ago than so many ms described anew; the names stay. */
  ageOut(olderThanMs: number): void {
    const names = this.#names;
    this.forget({ olderThanMs });
    this.#names = names;
    this.fill([...this.#entries.keys()]);
  }

  /** While nobody looks, only what somebody waits for is asked. */
  set paused(paused: boolean) {
    this.#paused = paused;
    this.#work();
  }

  #take(found: readonly string[]): readonly string[] {
    const names = [...found].sort((a, b) => a.localeCompare(b));
    const there = new Set(names);
    for (const name of this.#entries.keys()) if (!there.has(name)) this.#entries.delete(name);
    for (const name of this.#idle) if (!there.has(name)) this.#idle.delete(name);
    return names;
  }

  #isFresh(name: string): boolean {
    return this.#entries.get(name)?.at !== undefined;
  }

  #ask(name: string): PromiseWithResolvers<void> {
    let asked = this.#asked.get(name);
    if (!asked) this.#asked.set(name, (asked = Promise.withResolvers<void>()));
    return asked;
  }

  #work(): void {
    if (this.#options.signal.aborted) return this.#abandon();
    while (this.#running < this.#limit && !this.#backOff) {
      const name = first(this.#urgent) ?? (this.#paused ? undefined : first(this.#idle));
      if (name === undefined) return;
      this.#urgent.delete(name);
      this.#idle.delete(name);
      this.#ask(name);
      this.#running++;
      void this.#describe(name).finally(() => {
        this.#running--;
        this.#work();
      });
    }
  }

  async #describe(name: string): Promise<void> {
    try {
      const summary = await this.#options.source.describe(name);
      if (summary) this.#entries.set(name, { summary, error: undefined, at: this.#options.clock.now() });
      else this.#remove(name);
      // One more at a time for every answer, until it is as many as at first.
      if (this.#limit < mostAtOnce) this.#limit++;
      this.#backOffMs = firstBackOffMs;
    } catch (error) {
      const known = error instanceof PrivateEksError ? error : new PrivateEksError('unexpected', String(error));
      if (known.code === 'throttled') return this.#again(name);
      const summary = this.#entries.get(name)?.summary;
      this.#entries.set(name, { summary, error: known, at: this.#options.clock.now() });
    }
    this.#asked.get(name)?.resolve();
    this.#asked.delete(name);
    this.#tell(name);
  }

  /** AWS finds it too much: half as many at a time after a rest, and this one again. */
  #again(name: string): void {
    this.#urgent.add(name);
    if (this.#backOff) return;
    this.#limit = Math.max(2, Math.floor(this.#limit / 2));
    const { clock, signal } = this.#options;
    const rest = clock.sleep(this.#backOffMs, signal).catch(() => undefined);
    this.#backOffMs = Math.min(this.#backOffMs * 2, longestBackOffMs);
    this.#backOff = rest.then(() => {
      this.#backOff = undefined;
      this.#work();
    });
  }

  #remove(name: string): void {
    this.#entries.delete(name);
    this.#names = this.#names?.then(names => names.filter(other => other !== name));
    this.#gone = true;
  }

  #tell(name: string): void {
    this.#untold.add(name);
    if (this.#telling) return;
    this.#telling = true;
    const { clock, signal, told } = this.#options;
    void clock.sleep(tellEveryMs, signal).then(
      () => {
        this.#telling = false;
        const [names, gone] = [[...this.#untold], this.#gone];
        this.#untold.clear();
        this.#gone = false;
        told(names, gone);
      },
      () => undefined,
    );
  }

  #abandon(): void {
    for (const asked of this.#asked.values()) asked.resolve();
    this.#asked.clear();
    this.#urgent.clear();
    this.#idle.clear();
  }
}

function first<T>(set: ReadonlySet<T>): T | undefined {
  return set.values().next().value;
}
