import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import process from 'node:process';
import { PrivateEksError } from '../../errors.ts';
import { filesOf, hasCome, takeCode, writeRequest, type CodeRequest } from './codeRequest.ts';
import type { MfaCodes } from './mfaCodes.ts';

export interface CodeDeskOptions {
  readonly home: string;
  readonly profile: string;
  /** For people: "create payments". */
  readonly purpose: string;
  /** How often is looked whether a code has come, ms. */
  readonly everyMs?: number;
}

/**
 * The codes of a process that nobody sits at: it asks in the state folder, any window of the editor answers. A call for a code never waits; it
 * fails as a call without a sign-in does, and whoever waits for sign-ins tries again.
 */
export class CodeDesk implements MfaCodes {
  readonly #options: CodeDeskOptions;
  readonly #listeners = new Set<() => void>();
  #open: CodeRequest | undefined;
  #asking: Promise<void> | undefined;
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: CodeDeskOptions) {
    this.#options = options;
    process.once('exit', this.#tidy);
  }

  /** A code is asked for and has not been taken yet. */
  get isWaiting(): boolean {
    return this.#open !== undefined;
  }

  async code(serial: string): Promise<string> {
    const { home, profile } = this.#options;
    const code = this.#open && (await takeCode(home, this.#open.id));
    if (code !== undefined) {
      this.#settle();
      return code;
    }
    await this.#ask(serial);
    const why = this.#open?.refusal === undefined ? '' : ` AWS did not take the last one: ${this.#open.refusal}`;
    throw new PrivateEksError('signed-out', `Profile ${profile} needs a code of ${deviceName(serial)}.${why}`, {
      retryable: true,
      fix: 'Enter it in the editor; what was going on then goes on by itself.',
      actions: [{ id: 'sign-in', title: 'Enter MFA Code' }],
    });
  }

  async refused(serial: string, reason: string): Promise<void> {
    await this.#ask(serial, reason);
  }

  onArrived(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when a code has come. @throws the signal's reason */
  arrived(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (act: () => void) => {
        stop();
        signal.removeEventListener('abort', abort);
        act();
      };
      const abort = () => end(() => reject(signal.reason as Error));
      const stop = this.onArrived(() => end(resolve));
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** Asks no more. */
  close(): void {
    process.off('exit', this.#tidy);
    this.#tidy();
    this.#settle();
  }

  async #ask(serial: string, refusal?: string): Promise<void> {
    if (this.#asking) await this.#asking;
    if (this.#open) return;
    const { home, profile, purpose, everyMs = 250 } = this.#options;
    const id = `${process.pid}-${++this.#count}`;
    const common = { version: 1, id, pid: process.pid, host: hostname(), profile, serial, purpose } as const;
    this.#open = { ...common, ...(refusal === undefined ? {} : { refusal }) };
    this.#asking = writeRequest(home, this.#open).finally(() => (this.#asking = undefined));
    await this.#asking;
    this.#timer = setInterval(() => void this.#look(id), everyMs);
    // What waits for the code keeps the process; this look does not.
    this.#timer.unref();
  }

  async #look(id: string): Promise<void> {
    if (this.#open?.id === id && (await hasCome(this.#options.home, id)))
      for (const listener of [...this.#listeners]) listener();
  }

  #settle(): void {
    clearInterval(this.#timer);
    this.#open = undefined;
  }

  readonly #tidy = () => {
    if (this.#open) for (const file of filesOf(this.#options.home, this.#open.id)) rmSync(file, { force: true });
  };
}

/** Of an ARN the device's own name. */
export function deviceName(serial: string): string {
  return `the MFA device ${serial.split('/').at(-1) || serial}`;
}
