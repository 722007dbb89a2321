import { watch, type FSWatcher } from 'node:fs';
import * as vscode from 'vscode';
import { codesFolder, giveCode, listRequests, type CodeRequest } from '../../core/aws/mfa/codeRequest.ts';
import { isCancellation } from '../../core/errors.ts';
import { ensureStateDir } from '../../core/state/stateFile.ts';
import { askForMfaCode } from './mfaCode.ts';

const noticeMs = 100;
/** A process that was killed takes its question with it; ms. */
const lookAgainMs = 5_000;

/**
 * The codes of MFA devices that runs and tunnels ask for. Each question is put once in each window, one at a time; whoever puts it away finds it
 * again in the status bar and at the account. Answered in one window, it closes in all.
 */
export class CodeRequests implements vscode.Disposable {
  readonly #home: string;
  readonly #log: (message: string) => void;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #asked = new Map<
    string,
    { readonly answer: Promise<boolean>; readonly close: vscode.CancellationTokenSource }
  >();
  readonly #seen = new Set<string>();
  #open: readonly CodeRequest[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isDisposed = false;

  constructor(home: string, log: (message: string) => void) {
    this.#home = home;
    this.#log = log;
  }

  /** Of one profile, or all. */
  list(profile?: string): readonly CodeRequest[] {
    return this.#open.filter(request => profile === undefined || request.profile === profile);
  }

  /** Reads the folder, and begins to watch it. */
  async load(): Promise<void> {
    const folder = codesFolder(this.#home);
    await ensureStateDir(folder);
    if (this.#isDisposed) return;
    this.#watcher ??= watch(folder, () => this.#lookIn(noticeMs));
    const before = this.#open.map(({ id }) => id).join();
    this.#open = await listRequests(this.#home);
    if (this.#isDisposed) return;
    const ids = new Set(this.#open.map(({ id }) => id));
    for (const [id, { close }] of this.#asked) if (!ids.has(id)) close.cancel();
    if ([...ids].join() !== before) this.#changed.fire();
    if (ids.size > 0) this.#lookIn(lookAgainMs);
    for (const request of this.#open) {
      if (this.#seen.has(request.id)) continue;
      this.#seen.add(request.id);
      void this.#ask(request).catch((error: unknown) => this.#log(`a code could not be handed over: ${String(error)}`));
    }
  }

  /** Asks for what is open, again for what was put away. False when somebody put one away. */
  async askAll(profile?: string): Promise<boolean> {
    await this.load();
    for (const request of this.list(profile)) if (!(await this.#ask(request))) return false;
    return true;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#watcher?.close();
    clearTimeout(this.#timer);
    for (const { close } of this.#asked.values()) close.cancel();
    this.#changed.dispose();
  }

  #lookIn(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.load().catch((error: unknown) => this.#log(`questions for codes cannot be read: ${String(error)}`));
    }, milliseconds);
  }

  #ask(request: CodeRequest): Promise<boolean> {
    const going = this.#asked.get(request.id);
    if (going) return going.answer;
    const close = new vscode.CancellationTokenSource();
    const answer = this.#turn.then(() => this.#put(request, close.token));
    this.#turn = answer.catch(() => undefined);
    this.#asked.set(request.id, { answer, close });
    return answer.finally(() => {
      this.#asked.delete(request.id);
      close.dispose();
    });
  }

  async #put(request: CodeRequest, token: vscode.CancellationToken): Promise<boolean> {
    const isOpen = () => this.#open.some(({ id }) => id === request.id);
    if (!isOpen()) return true;
    const { profile, purpose, serial, refusal } = request;
    try {
      const code = await askForMfaCode({ title: `MFA code of ${profile}: ${purpose}`, serial, refusal, token });
      return await giveCode(this.#home, request, code);
    } catch (error) {
      if (!isCancellation(error)) throw error;
      // Closed because it was answered elsewhere.
      return !isOpen();
    }
  }
}

/** While something waits for a code, one button says so. */
export function codeStatus(requests: CodeRequests): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('privateEks.mfaCode', vscode.StatusBarAlignment.Left, 11);
  item.name = 'Private EKS: MFA Code';
  item.command = 'privateEks.account.enterMfaCode';
  item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
  const show = () => {
    const [first, ...more] = requests.list();
    if (!first) return item.hide();
    item.text = `$(key) Enter MFA code: ${first.purpose}${more.length > 0 ? ` +${more.length}` : ''}`;
    item.tooltip = `Profile ${first.profile} wants a code of its device. What waits for it goes on then.`;
    item.accessibilityInformation = {
      label: `Private EKS: enter the MFA code of ${first.profile} for ${first.purpose}`,
    };
    item.show();
  };
  return vscode.Disposable.from(item, requests.onDidChange(show));
}
