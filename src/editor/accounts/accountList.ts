import * as vscode from 'vscode';
import type { AwsSession } from '../../core/aws/awsSession.ts';
import { scaledClock, systemClock, type Clock } from '../../core/clock.ts';
import { isCancellation, PrivateEksError } from '../../core/errors.ts';
import type { CliPlace } from '../cliProcess.ts';
import { profileAccount, type Account, type StoredAccount } from './account.ts';
import { CodeRequests } from './codeRequests.ts';
import { askForMfaCode } from './mfaCode.ts';
import { ensureSandbox, findSandbox, sandboxAccount, type SandboxRecord } from './practiceSandbox.ts';

export interface SignedIn {
  readonly state: 'signed-in';
  readonly accountId: string;
  readonly principalArn: string;
}
export type SignInState = SignedIn | { readonly state: 'signed-out' | 'failed'; readonly error: PrivateEksError };

const profilesKey = 'accounts';
const sandboxKey = 'sandbox-chosen';
const openKey = 'accounts-open';
/** More accounts than this are shown closed until somebody opens them: each open one is asked for its clusters. */
const openAtMost = 3;

/** The accounts that this person works with, their sessions, and whether their sign-in works. Nothing is asked of AWS before it is needed. */
export class AccountList implements vscode.Disposable {
  readonly #memento: vscode.Memento;
  readonly #place: CliPlace;
  readonly #changed = new vscode.EventEmitter<Account | undefined>();
  readonly #sessions = new Map<string, Promise<AwsSession>>();
  readonly #signIns = new Map<string, Promise<SignInState>>();
  /** Accounts whose sign-in somebody is at: only they may ask questions. */
  readonly #asking = new Set<string>();
  readonly onDidChange = this.#changed.event;
  readonly #signedIn = new vscode.EventEmitter<Account>();
  /** A person has signed in, in whatever way: what waits for that may go on. */
  readonly onDidSignIn = this.#signedIn.event;
  /** What runs and tunnels want to know of whoever sits here. */
  readonly codes: CodeRequests;

  constructor(memento: vscode.Memento, place: CliPlace, log: (message: string) => void) {
    this.#memento = memento;
    this.#place = place;
    this.codes = new CodeRequests(place.home, log);
    // Their rows say that a code is wanted.
    this.codes.onDidChange(() => this.#changed.fire(undefined));
  }

  /** The sandbox first, then the profiles in the order in which they were added. */
  list(): Account[] {
    const sandbox = this.#memento.get<boolean>(sandboxKey, false) ? [sandboxAccount(this.#place.home)] : [];
    return [...sandbox, ...this.#stored().map(profileAccount)];
  }

  get(id: string): Account | undefined {
    return this.list().find(account => account.id === id);
  }

  /** Whether its rows are shown: as somebody left it, else open while there are few. */
  isOpen(account: Account): boolean {
    const said = this.#memento.get<Record<string, boolean>>(openKey, {})[account.id];
    return this.get(account.id) !== undefined && (said ?? this.list().length <= openAtMost);
  }

  async setOpen(account: Account, isOpen: boolean): Promise<void> {
    if (this.isOpen(account) === isOpen) return;
    await this.#memento.update(openKey, { ...this.#memento.get(openKey, {}), [account.id]: isOpen });
  }

  async addProfile(stored: StoredAccount): Promise<Account> {
    const account = profileAccount(stored);
    await this.#memento.update(openKey, { ...this.#memento.get(openKey, {}), [account.id]: true });
    const others = this.#stored().filter(other => profileAccount(other).id !== account.id);
    await this.#memento.update(profilesKey, [...others, stored]);
    this.#changed.fire(undefined);
    return account;
  }

  /** Starts the sandbox if need be and shows it. */
  async addSandbox(): Promise<Account> {
    await ensureSandbox(this.#place);
    await this.#memento.update(sandboxKey, true);
    this.forget('sandbox');
    this.#changed.fire(undefined);
    return sandboxAccount(this.#place.home);
  }

  async remove(account: Account): Promise<void> {
    if (account.isSandbox) await this.#memento.update(sandboxKey, false);
    else
      await this.#memento.update(
        profilesKey,
        this.#stored().filter(other => profileAccount(other).id !== account.id),
      );
    this.forget(account.id);
    this.#changed.fire(undefined);
  }

  /** The running sandbox, which says how fast its time goes. */
  sandboxRecord(): Promise<SandboxRecord | undefined> {
    return findSandbox(this.#place.home);
  }

  /** An account's own time: what it says of its tasks is in this. */
  async clock(account: Account): Promise<Clock> {
    const record = account.isSandbox ? await this.sandboxRecord() : undefined;
    return record ? scaledClock(record) : systemClock;
  }

  session(account: Account): Promise<AwsSession> {
    let session = this.#sessions.get(account.id);
    if (!session) {
      session = this.#open(account);
      this.#sessions.set(account.id, session);
      session.catch(() => this.#sessions.delete(account.id));
    }
    return session;
  }

  /** Whether the account's credentials work, asked once until `forget`. */
  signIn(account: Account): Promise<SignInState> {
    let state = this.#signIns.get(account.id);
    if (!state) this.#signIns.set(account.id, (state = this.#identify(account)));
    return state;
  }

  /** Makes the session anew and asks AWS, and the person, too, where their profile wants a code. */
  async signInAnew(account: Account): Promise<SignInState> {
    this.forget(account.id);
    this.#asking.add(account.id);
    try {
      return await this.signIn(account);
    } catch (error) {
      this.forget(account.id);
      throw error;
    } finally {
      this.#asking.delete(account.id);
    }
  }

  /** Told by whoever has helped the person, once the credentials work. */
  tellSignedIn(account: Account): void {
    this.#signedIn.fire(account);
  }

  /** What AWS said just now, wherever it was asked: the account's row shows it. */
  report(account: Account, error: PrivateEksError): void {
    if (this.learn(account, error)) this.#changed.fire(account);
  }

  /**
   * The same while the account's rows are being made: they show it without being asked for again. (A row that VS Code is
   * making anew brings nothing with it when its button is pressed.)
   */
  learn(account: Account, error: PrivateEksError): boolean {
    if (error.code !== 'signed-out') return false;
    this.#signIns.set(account.id, Promise.resolve({ state: 'signed-out', error }));
    return true;
  }

  /** Forgets session and sign-in, so that both are made anew: after a sign-in, or when files changed. */
  forget(id: string): void {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    this.#signIns.delete(id);
    void session?.then(
      old => old.dispose(),
      () => undefined,
    );
  }

  dispose(): void {
    for (const id of [...this.#sessions.keys()]) this.forget(id);
    this.codes.dispose();
    this.#changed.dispose();
    this.#signedIn.dispose();
  }

  #stored(): StoredAccount[] {
    return this.#memento.get<StoredAccount[]>(profilesKey, []);
  }

  async #open(account: Account): Promise<AwsSession> {
    if (account.isSandbox) await ensureSandbox(this.#place);
    const { openSession } = await import('../../core/aws/openSession.ts');
    const proxy = vscode.workspace.getConfiguration('http').get<string>('proxy');
    return openSession({
      profile: account.profile,
      region: account.region,
      ...account.place,
      ...(proxy ? { proxy } : {}),
      codes: { code: serial => this.#mfaCode(account, serial) },
    });
  }

  /** A code is asked for when somebody signs in, never because a row was drawn. */
  async #mfaCode(account: Account, serial: string): Promise<string> {
    if (this.#asking.has(account.id)) return askForMfaCode({ title: `Sign in ${account.label}`, serial });
    throw new PrivateEksError('signed-out', `${account.label} needs a code of its MFA device.`, {
      actions: [{ id: 'sign-in', title: 'Sign In' }],
    });
  }

  async #identify(account: Account): Promise<SignInState> {
    try {
      const { callerIdentity } = await import('../../core/aws/identity.ts');
      const { accountId, arn } = await callerIdentity(await this.session(account));
      return { state: 'signed-in', accountId, principalArn: arn };
    } catch (error) {
      if (isCancellation(error)) throw error;
      const known =
        error instanceof PrivateEksError ? error : new PrivateEksError('unexpected', String(error), { cause: error });
      return { state: known.code === 'signed-out' ? 'signed-out' : 'failed', error: known };
    }
  }
}
