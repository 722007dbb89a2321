import type { Account } from '../kernel/account.ts';

export interface TimeScale {
  /** Real ms at which account time was `epoch`. */
  readonly realEpoch: number;
  readonly epoch: number;
  /** Account ms per real ms. */
  readonly speed: number;
}

export interface RealTimeDriver {
  readonly scale: TimeScale;
  /** Brings the account up to now; to be called before each request. */
  catchUp(): void;
  stop(): void;
}

/** A timer's longest delay: also after a suspended machine wakes, the account is brought up to date within it. */
const longestWaitMs = 30_000;

/** Moves the account's clock at `speed` times real time and runs its jobs when they fall due. */
export function driveInRealTime(account: Account, speed: number, onJob: () => void): RealTimeDriver {
  const scale: TimeScale = { realEpoch: Date.now(), epoch: account.now(), speed };
  const now = () => scale.epoch + (Date.now() - scale.realEpoch) * speed;
  let timer: NodeJS.Timeout | undefined;
  let running = false;

  const catchUp = (): void => {
    const due = (account.nextJobAt() ?? Infinity) <= now();
    running = true;
    try {
      account.advanceTo(now());
    } finally {
      running = false;
      arm();
      if (due) onJob();
    }
  };
  const arm = (): void => {
    clearTimeout(timer);
    const next = account.nextJobAt();
    if (next === undefined || running) return;
    const wait = Math.min(Math.max((next - now()) / speed, 0), longestWaitMs);
    timer = setTimeout(() => {
      try {
        catchUp();
      } catch (error) {
        // One job's defect must not stop the account's time; the job is gone and its resource stays as it is.
        process.emitWarning(error instanceof Error ? error : String(error), 'SandboxDefect');
      }
    }, Math.ceil(wait));
  };

  account.onScheduled = arm;
  arm();
  return {
    scale,
    catchUp,
    stop: () => {
      clearTimeout(timer);
      account.onScheduled = undefined;
    },
  };
}
