import type * as vscode from 'vscode';

type Provider<T> = Pick<vscode.TreeDataProvider<T>, 'getTreeItem' | 'getChildren' | 'onDidChangeTreeData'>;

interface Row<T> {
  readonly node: T;
  readonly item: vscode.TreeItem;
  isOpen: boolean;
  children: readonly Row<T>[];
}

/** `TreeItemCollapsibleState`, whose values this process has no module for. */
const [none, expanded]: readonly number[] = [0, 2];
/** As VS Code gathers what changes before it asks again, ms. */
const gatherMs = 200;

/**
 * Asks a tree's provider as VS Code does: all the rows of a level at once, children only of open rows, and after a change the changed row
 * alone, with its children where it is open.
 */
export class TreeHost<T> {
  readonly #provider: Provider<T>;
  readonly #subscription: vscode.Disposable | undefined;
  readonly #changed = new Set<T | undefined>();
  #timer: NodeJS.Timeout | undefined;
  #roots: readonly Row<T>[] = [];
  #open = new Map<string, boolean>();
  /** How many times a row was asked for. */
  itemsAsked = 0;
  /** Changes that were told one by one, before they were gathered. */
  changesTold = 0;
  painted: Promise<void> = Promise.resolve();

  constructor(provider: Provider<T>) {
    this.#provider = provider;
    this.#subscription = provider.onDidChangeTreeData?.(change => {
      this.changesTold++;
      for (const node of Array.isArray(change) ? change : [change]) this.#changed.add(node ?? undefined);
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        const changes = [...this.#changed];
        this.#changed.clear();
        this.painted = this.painted.then(() => this.#refresh(changes));
      }, gatherMs);
    });
  }

  async paint(): Promise<void> {
    this.#roots = await this.#level(undefined);
  }

  /** Opens or closes the row of this id. */
  async toggleId(id: string, open = true): Promise<void> {
    const row = this.rows().find(({ item }) => item.id === id);
    if (!row) throw new Error(`there is no row ${id}`);
    await this.#toggle(row, open);
  }

  /** Every row that is in the tree now, in its order. */
  rows(): Row<T>[] {
    const below = (rows: readonly Row<T>[]): Row<T>[] =>
      rows.flatMap(row => [row, ...below(row.isOpen ? row.children : [])]);
    return below(this.#roots);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscription?.dispose();
  }

  async #toggle(row: Row<T>, open: boolean): Promise<void> {
    this.#open.set(row.item.id ?? '', open);
    row.isOpen = open;
    if (open) row.children = await this.#level(row.node);
  }

  async #level(parent: T | undefined): Promise<Row<T>[]> {
    const nodes = (await this.#provider.getChildren(parent)) ?? [];
    const rows = await Promise.all(nodes.map(node => this.#row(node)));
    await Promise.all(
      rows.map(async row => {
        if (row.isOpen) row.children = await this.#level(row.node);
      }),
    );
    return rows;
  }

  async #row(node: T): Promise<Row<T>> {
    this.itemsAsked++;
    const item = await this.#provider.getTreeItem(node);
    const state: number = item.collapsibleState ?? 0;
    const wanted = state === expanded;
    const isOpen = this.#open.get(item.id ?? '') ?? wanted;
    return { node, item, isOpen: isOpen && state !== none, children: [] };
  }

  async #refresh(changes: readonly (T | undefined)[]): Promise<void> {
    if (changes.includes(undefined)) return this.paint();
    const wanted = new Set<T | undefined>(changes);
    for (const row of this.rows().filter(({ node }) => wanted.has(node))) {
      const anew = await this.#row(row.node);
      Object.assign(row, { item: anew.item });
      if (row.isOpen) row.children = await this.#level(row.node);
    }
  }
}
