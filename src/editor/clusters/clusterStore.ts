import * as vscode from 'vscode';
import type {
  ClusterSummary,
  EndpointSummary,
  NodeGroupSummary,
  StackSummary,
} from '../../core/cluster/clusterDetails.ts';
import { isCancellation, PrivateEksError } from '../../core/errors.ts';
import type { Account } from '../accounts/account.ts';
import type { AccountList } from '../accounts/accountList.ts';

export interface ClusterParts {
  readonly nodeGroups: readonly NodeGroupSummary[];
  readonly principals: readonly string[];
  readonly endpoints: readonly EndpointSummary[];
  readonly stacks: readonly StackSummary[];
}

export type Listing =
  | { readonly state: 'ready'; readonly clusters: readonly ClusterSummary[] }
  | { readonly state: 'failed'; readonly error: PrivateEksError };

/** What AWS said of each account's clusters, kept until somebody asks anew. Rows never ask by themselves. */
export class ClusterStore implements vscode.Disposable {
  readonly #accounts: AccountList;
  readonly #listings = new Map<string, Promise<Listing>>();
  readonly #parts = new Map<string, Promise<ClusterParts>>();
  readonly #end = new AbortController();
  readonly #changed = new vscode.EventEmitter<Account | undefined>();
  readonly onDidChange = this.#changed.event;

  constructor(accounts: AccountList) {
    this.#accounts = accounts;
  }

  listing(account: Account): Promise<Listing> {
    let listing = this.#listings.get(account.id);
    if (!listing) this.#listings.set(account.id, (listing = this.#list(account)));
    return listing;
  }

  parts(account: Account, cluster: ClusterSummary): Promise<ClusterParts> {
    const key = `${account.id}/${cluster.name}`;
    let parts = this.#parts.get(key);
    if (!parts) {
      parts = this.#describe(account, cluster);
      this.#parts.set(key, parts);
      parts.catch(() => this.#parts.delete(key));
    }
    return parts;
  }

  /** Forgets what is known of one account, or of all, and lets the views ask again. */
  refresh(account?: Account): void {
    const isMeant = (key: string) => !account || key === account.id || key.startsWith(`${account.id}/`);
    for (const store of [this.#listings, this.#parts])
      for (const key of store.keys()) if (isMeant(key)) store.delete(key);
    this.#changed.fire(account);
  }

  /** Somebody has signed in: several profiles may share what was renewed, so that the others' listings are asked for again. */
  async retrySignedOut(): Promise<void> {
    for (const account of this.#accounts.list()) {
      const listing = await this.#listings.get(account.id);
      if (listing?.state !== 'failed' || listing.error.code !== 'signed-out') continue;
      this.#accounts.forget(account.id);
      this.refresh(account);
    }
  }

  dispose(): void {
    this.#end.abort();
    this.#changed.dispose();
  }

  async #list(account: Account): Promise<Listing> {
    try {
      const session = await this.#accounts.session(account);
      const { listClusters } = await import('../../core/cluster/clusterDetails.ts');
      return { state: 'ready', clusters: await listClusters(session, this.#end.signal) };
    } catch (error) {
      if (isCancellation(error)) return { state: 'ready', clusters: [] };
      const known =
        error instanceof PrivateEksError ? error : new PrivateEksError('unexpected', String(error), { cause: error });
      this.#accounts.learn(account, known);
      return { state: 'failed', error: known };
    }
  }

  async #describe(account: Account, { name, vpcId }: ClusterSummary): Promise<ClusterParts> {
    const session = await this.#accounts.session(account);
    const details = await import('../../core/cluster/clusterDetails.ts');
    const { signal } = this.#end;
    const [nodeGroups, principals, endpoints, stacks] = await Promise.all([
      details.listNodeGroups(session, name, signal),
      details.listAccessPrincipals(session, name, signal),
      details.listEndpoints(session, vpcId, signal),
      details.listStacks(session, name, signal),
    ]);
    return { nodeGroups, principals, endpoints, stacks };
  }
}
