import * as vscode from 'vscode';
import type { Clock } from '../../core/clock.ts';
import type { BastionDeps, BastionsOfVpc } from '../../core/tunnel/bastion/bastion.ts';
import type { Account } from '../accounts/account.ts';
import type { AccountList } from '../accounts/accountList.ts';

export interface SeenBastions {
  readonly found: BastionsOfVpc;
  /** The account's time when they were looked at, ms. */
  readonly at: number;
}

/** A task takes seconds to come or go: so long until it is looked at again, ms. */
const lookAgainMs = 5000;

/** What AWS said of each VPC's bastions, asked for when somebody looks, and again while one comes or goes. */
export class BastionStore implements vscode.Disposable {
  readonly #accounts: AccountList;
  readonly #seen = new Map<string, Promise<SeenBastions>>();
  readonly #known = new Map<string, SeenBastions>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #end = new AbortController();
  readonly #changed = new vscode.EventEmitter<string>();
  /** Tells the VPC. */
  readonly onDidChange = this.#changed.event;

  constructor(accounts: AccountList) {
    this.#accounts = accounts;
  }

  of(account: Account, vpcId: string): Promise<SeenBastions> {
    const key = `${account.id}/${vpcId}`;
    let seen = this.#seen.get(key);
    if (!seen) {
      seen = this.#look(account, vpcId, key);
      this.#seen.set(key, seen);
      seen.catch(() => this.#seen.delete(key));
    }
    return seen;
  }

  /** What was seen last, without asking. */
  known(account: Account, vpcId: string): SeenBastions | undefined {
    return this.#known.get(`${account.id}/${vpcId}`);
  }

  refresh(account: Account, vpcId: string): void {
    this.#seen.delete(`${account.id}/${vpcId}`);
    this.#changed.fire(vpcId);
  }

  async deps(account: Account): Promise<BastionDeps & { readonly clock: Clock }> {
    const [session, clock] = await Promise.all([this.#accounts.session(account), this.#accounts.clock(account)]);
    return { session, clock };
  }

  dispose(): void {
    this.#end.abort();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#changed.dispose();
  }

  async #look(account: Account, vpcId: string, key: string): Promise<SeenBastions> {
    const { listBastions } = await import('../../core/tunnel/bastion/listBastions.ts');
    const deps = await this.deps(account);
    const [found = { vpcId, stack: undefined, bastions: [], rules: [] }] = await listBastions(
      deps,
      { vpcId },
      this.#end.signal,
    );
    const seen = { found, at: deps.clock.now() };
    this.#known.set(key, seen);
    clearTimeout(this.#timers.get(key));
    if (found.bastions.some(({ state }) => state !== 'ready'))
      this.#timers.set(
        key,
        setTimeout(() => this.refresh(account, vpcId), lookAgainMs),
      );
    return seen;
  }
}
