import type { Account } from '../../../src/sandbox/kernel/account.ts';

/** Structurally the product's `Clock`. */
export interface VirtualClock {
  now(): number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export interface VirtualTime {
  readonly clock: VirtualClock;
  /** Counts `work` as in flight: time stands still until it is done. */
  readonly during: <T>(work: Promise<T>) => Promise<T>;
  /** Drives account time from event to event until `promise` settles. */
  readonly run: <T>(promise: Promise<T>) => Promise<T>;
  /** Drives account time until `seconds` have passed. */
  readonly pass: (seconds: number) => Promise<void>;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Turns of the event loop without any work after which the product is taken to be waiting for time to pass. */
const quietTurns = 4;
/**
 * Time of in-process tests: it stands still while anybody works and jumps to the next event, a job of the account or a
 * sleeper of the product, when everybody waits. After `patienceMs` of real time without anything to jump to, and nothing
 * in flight, a wait is taken to be endless.
 */
export function virtualTime(account: Account, patienceMs = 3000): VirtualTime {
  const sleepers: Sleeper[] = [];
  let inFlight = 0;
  let idle = Promise.withResolvers<void>();
  let driving: Promise<void> | undefined;
  let runs = 0;

  const sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (signal?.aborted) return Promise.reject(reasonOf(signal));
    const sleeper: Sleeper = { at: account.now() + Math.max(0, milliseconds), wake: resolve };
    const index = sleepers.findIndex(other => other.at > sleeper.at);
    sleepers.splice(index === -1 ? sleepers.length : index, 0, sleeper);
    const abort = (): void => {
      const position = sleepers.indexOf(sleeper);
      if (position !== -1) sleepers.splice(position, 1);
      reject(reasonOf(signal));
    };
    signal?.addEventListener('abort', abort, { once: true });
    return promise.finally(() => signal?.removeEventListener('abort', abort));
  };

  const during = async <T>(work: Promise<T>): Promise<T> => {
    inFlight++;
    try {
      return await work;
    } finally {
      inFlight--;
      if (inFlight === 0) {
        idle.resolve();
        idle = Promise.withResolvers();
      }
    }
  };

  /** Resolves when nothing is in flight, no file is being read or written, and the event loop has turned without news. */
  const quiet = async (): Promise<void> => {
    for (let turns = 0; turns < quietTurns; turns++) {
      if (inFlight > 0) {
        await idle.promise;
        turns = -1;
      }
      await new Promise(resolve => setImmediate(resolve));
      if (process.getActiveResourcesInfo().some(name => /req/i.test(name))) turns = -1;
    }
  };

  const step = (): boolean => {
    const next = Math.min(account.nextJobAt() ?? Infinity, sleepers[0]?.at ?? Infinity);
    if (next === Infinity) return false;
    account.advanceTo(Math.max(next, account.now()));
    while (sleepers[0] && sleepers[0].at <= account.now()) sleepers.shift()?.wake();
    return true;
  };

  const drive = async (): Promise<void> => {
    let stuckSince: number | undefined;
    while (runs > 0) {
      await quiet();
      if (runs === 0) return;
      if (step()) stuckSince = undefined;
      else {
        // The product may still wait for real time: the SDK's backoff, a child process.
        stuckSince ??= Date.now();
        if (Date.now() - stuckSince > patienceMs)
          throw new Error('nothing is left to happen in the account, and the product waits for something else');
        await new Promise(resolve => setTimeout(resolve, 5));
      }
    }
  };

  const run = async <T>(promise: Promise<T>): Promise<T> => {
    runs++;
    driving ??= drive().finally(() => (driving = undefined));
    const stuck = driving.then(() => new Promise<never>(() => undefined));
    try {
      return await Promise.race([promise, stuck]);
    } finally {
      runs--;
    }
  };

  return { clock: { now: () => account.now(), sleep }, during, run, pass: seconds => run(sleep(seconds * 1000)) };
}

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new DOMException('This operation was aborted', 'AbortError');
}
