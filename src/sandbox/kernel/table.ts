/**
 * Rows of one kind of thing, keyed by id, in insertion order. Rows are plain JSON values: the whole account is written to disk
 * from its tables. Change a row by mutating it or by `set`.
 */
export class Table<T extends object> {
  readonly #rows: Map<string, T>;

  constructor(rows: Iterable<readonly [string, T]> = []) {
    this.#rows = new Map(rows);
  }

  get(id: string | undefined): T | undefined {
    return id === undefined ? undefined : this.#rows.get(id);
  }

  set(id: string, row: T): T {
    this.#rows.set(id, row);
    return row;
  }

  delete(id: string): boolean {
    return this.#rows.delete(id);
  }

  values(): T[] {
    return [...this.#rows.values()];
  }

  entries(): [string, T][] {
    return [...this.#rows.entries()];
  }

  find(matches: (row: T) => boolean): T | undefined {
    for (const row of this.#rows.values()) if (matches(row)) return row;
    return undefined;
  }

  filter(matches: (row: T) => boolean): T[] {
    return this.values().filter(matches);
  }

  get size(): number {
    return this.#rows.size;
  }
}
