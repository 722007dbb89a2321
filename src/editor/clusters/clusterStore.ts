import * as vscode from 'vscode';
import { systemClock } from '../../core/clock.ts';
import { ClusterCatalog, type KnownCluster } from '../../core/cluster/clusterCatalog.ts';
import { listAddons, type AddonSummary } from '../../core/cluster/addonDetails.ts';
import { listFargateProfiles, type FargateSummary } from '../../core/cluster/fargateDetails.ts';
import type {
  ClusterSummary,
  EndpointSummary,
  NodeGroupSummary,
  StackSummary,
} from '../../core/cluster/clusterDetails.ts';
import { isCancellation, PrivateEksError } from '../../core/errors.ts';
import type { Account } from '../accounts/account.ts';
import type { AccountList } from '../accounts/accountList.ts';

/** Undefined: whoever looks may not see them. What hides one part hides no other. */
export interface ClusterParts {
  readonly nodeGroups: readonly NodeGroupSummary[] | undefined;
  readonly principals: readonly string[] | undefined;
  readonly endpoints: readonly EndpointSummary[] | undefined;
  readonly stacks: readonly StackSummary[] | undefined;
  readonly fargate: readonly FargateSummary[] | undefined;
  readonly addons: readonly AddonSummary[] | undefined;
}

export type Listing<T> =
  | { readonly state: 'ready'; readonly clusters: readonly T[] }
  | { readonly state: 'failed'; readonly error: PrivateEksError };

/** What is known otherwise than before: everything, an account's list, or some of its clusters. */
export interface ClustersChange {
  readonly account?: Account;
  readonly clusters?: readonly string[];
}

/** Rows that were hidden for a while may show what was true longer ago than this, ms, and are asked for anew. */
const staleAfterMs = 5 * 60_000;

type Stacks = Promise<ReadonlyMap<string, readonly StackSummary[]>>;

/** What AWS said of each account's clusters, kept until somebody asks anew. An account that nobody has opened is not asked about. */
export class ClusterStore implements vscode.Disposable {
  readonly #accounts: AccountList;
  readonly #catalogs = new Map<string, ClusterCatalog>();
  readonly #names = new Map<string, Promise<Listing<string>>>();
  /** The last answer, and when it was asked for, on `performance`'s clock. */
  readonly #listed = new Map<string, { readonly names: readonly string[]; readonly askedAt: number }>();
  readonly #parts = new Map<string, Promise<ClusterParts>>();
  readonly #stacks = new Map<string, Stacks>();
  readonly #end = new AbortController();
  readonly #changed = new vscode.EventEmitter<ClustersChange>();
  readonly onDidChange = this.#changed.event;
  readonly #didList = new vscode.EventEmitter<void>();
  /** AWS has named an account's clusters. */
  readonly onDidList = this.#didList.event;
  #isShown = true;

  constructor(accounts: AccountList) {
    this.#accounts = accounts;
  }

  /** The names alone: one call per hundred. */
  names(account: Account): Promise<Listing<string>> {
    let names = this.#names.get(account.id);
    if (!names) this.#names.set(account.id, (names = this.#list(account)));
    return names;
  }

  /** AWS was asked for the account's clusters later than `since`, on `performance`'s clock, and did not name this one. Asks nothing. */
  isGone(account: Account, name: string, since: number): boolean {
    const listed = this.#listed.get(account.id);
    return listed !== undefined && listed.askedAt > since && !listed.names.includes(name);
  }

  /** A cluster as far as it is known. */
  known(account: Account, name: string): KnownCluster {
    return this.#catalog(account).known(name);
  }

  /** Has these described in the background, as long as they are shown. */
  fill(account: Account, names: readonly string[]): void {
    this.#catalog(account).fill(names);
  }

  /** @throws PrivateEksError what AWS said; undefined when there is no such cluster */
  async cluster(account: Account, name: string): Promise<ClusterSummary | undefined> {
    const names = await this.names(account);
    if (names.state === 'failed') throw names.error;
    return names.clusters.includes(name) ? this.#catalog(account).described(name) : undefined;
  }

  /** Every cluster with its description, for who chooses among them: one call for each. */
  async listing(account: Account): Promise<Listing<ClusterSummary>> {
    const names = await this.names(account);
    if (names.state === 'failed') return names;
    try {
      const clusters = await Promise.all(names.clusters.map(name => this.#catalog(account).described(name)));
      return { state: 'ready', clusters: clusters.filter(cluster => cluster !== undefined) };
    } catch (error) {
      return { state: 'failed', error: this.#known(account, error) };
    }
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

  /** Asks anew for one account, or for all that are open, and lets the views ask again. What is known stays until then. */
  refresh(account?: Account): void {
    for (const [id, catalog] of this.#catalogs) if (!account || id === account.id) catalog.forget({ olderThanMs: 0 });
    this.#forgetLists(account);
    const isMeant = (key: string) => !account || key.startsWith(`${account.id}/`);
    for (const key of this.#parts.keys()) if (isMeant(key)) this.#parts.delete(key);
    this.#changed.fire(account ? { account } : {});
  }

  /** One cluster has come, changed or gone: the list of its account is asked for anew, and of its clusters this one. */
  refreshCluster(account: Account, name: string): void {
    this.#catalogs.get(account.id)?.forget({ cluster: name });
    this.#forgetLists(account);
    this.#parts.delete(`${account.id}/${name}`);
    this.#changed.fire({ account });
  }

  /** While the view is hidden nothing is asked that nobody waits for. */
  setShown(isShown: boolean): void {
    if (isShown === this.#isShown) return;
    this.#isShown = isShown;
    for (const catalog of this.#catalogs.values()) {
      if (isShown) catalog.ageOut(staleAfterMs);
      catalog.paused = !isShown;
    }
  }

  /** Somebody has signed in: several profiles may share what was renewed, so that the others' listings are asked for again. */
  async retrySignedOut(): Promise<void> {
    for (const account of this.#accounts.list()) {
      const listing = await this.#names.get(account.id);
      if (listing?.state !== 'failed' || listing.error.code !== 'signed-out') continue;
      this.#accounts.forget(account.id);
      this.refresh(account);
    }
  }

  dispose(): void {
    this.#end.abort();
    this.#changed.dispose();
    this.#didList.dispose();
  }

  #forgetLists(account: Account | undefined): void {
    for (const store of [this.#names, this.#stacks])
      for (const id of store.keys()) if (!account || id === account.id) store.delete(id);
  }

  #catalog(account: Account): ClusterCatalog {
    let catalog = this.#catalogs.get(account.id);
    if (!catalog) {
      const { signal } = this.#end;
      const details = () => import('../../core/cluster/clusterDetails.ts');
      catalog = new ClusterCatalog({
        source: {
          names: async () => {
            const { listClusterNames } = await details();
            const askedAt = performance.now();
            const names = await listClusterNames(await this.#accounts.session(account), signal);
            this.#listed.set(account.id, { names, askedAt });
            this.#didList.fire();
            return names;
          },
          describe: async name =>
            (await details()).describeCluster(await this.#accounts.session(account), name, signal),
        },
        clock: systemClock,
        signal,
        told: (names, gone) => this.#told(account, names, gone),
      });
      catalog.paused = !this.#isShown;
      this.#catalogs.set(account.id, catalog);
    }
    return catalog;
  }

  #told(account: Account, names: readonly string[], gone: boolean): void {
    const isSignedOut = names.some(name => this.known(account, name).error?.code === 'signed-out');
    // The account's own row says so, once for all of its clusters.
    if (isSignedOut || gone) this.#names.delete(account.id);
    this.#changed.fire(isSignedOut || gone ? { account } : { account, clusters: names });
  }

  async #list(account: Account): Promise<Listing<string>> {
    try {
      return { state: 'ready', clusters: await this.#catalog(account).names() };
    } catch (error) {
      if (isCancellation(error)) return { state: 'ready', clusters: [] };
      return { state: 'failed', error: this.#known(account, error) };
    }
  }

  #known(account: Account, error: unknown): PrivateEksError {
    const known =
      error instanceof PrivateEksError ? error : new PrivateEksError('unexpected', String(error), { cause: error });
    this.#accounts.learn(account, known);
    return known;
  }

  async #describe(account: Account, { name, version, vpcId }: ClusterSummary): Promise<ClusterParts> {
    const session = await this.#accounts.session(account);
    const details = await import('../../core/cluster/clusterDetails.ts');
    const { signal } = this.#end;
    const [nodeGroups, principals, endpoints, stacks, fargate, addons] = await Promise.all([
      details.listNodeGroups(session, name, signal).catch(unlessDenied),
      details.listAccessPrincipals(session, name, signal).catch(unlessDenied),
      details.listEndpoints(session, vpcId, signal).catch(unlessDenied),
      this.#stacksOf(account).catch(unlessDenied),
      listFargateProfiles(session, name, signal),
      listAddons(session, { name, version }, signal),
    ]);
    return { nodeGroups, principals, endpoints, stacks: stacks && (stacks.get(name) ?? []), fargate, addons };
  }

  /** Asked once for all clusters of the account. */
  #stacksOf(account: Account): Stacks {
    let stacks = this.#stacks.get(account.id);
    if (!stacks) {
      const list = async () => {
        const { listStacks } = await import('../../core/cluster/clusterDetails.ts');
        return listStacks(await this.#accounts.session(account), this.#end.signal);
      };
      stacks = list();
      this.#stacks.set(account.id, stacks);
      stacks.catch(() => this.#stacks.delete(account.id));
    }
    return stacks;
  }
}

/** @throws whatever else it is */
function unlessDenied(error: unknown): undefined {
  if (!(error instanceof PrivateEksError) || error.code !== 'access-denied') throw error;
}
