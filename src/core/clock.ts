/** Time as the product sees it, in milliseconds since the epoch. Injected everywhere, so that tests never sleep. */
export interface Clock {
  now(): number;
  /** Rejects with the signal's reason (an `AbortError`) when aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = scaledClock({ realEpoch: 0, epoch: 0, speed: 1 });

/** `realEpoch` (real ms) is the moment at which the scaled time was `epoch`; `speed` is scaled ms per real ms. */
export interface ClockScale {
  readonly realEpoch: number;
  readonly epoch: number;
  readonly speed: number;
}

/** A clock that runs faster than real time, for an account whose resources do: only a composition root makes one. */
export function scaledClock(scale: ClockScale): Clock {
  return {
    now: () => scale.epoch + (Date.now() - scale.realEpoch) * scale.speed,
    sleep: (milliseconds, signal) => realSleep(milliseconds / scale.speed, signal),
  };
}

function realSleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortReason(signal));
    const finish = () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    const abort = () => {
      clearTimeout(timer);
      reject(abortReason(signal));
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}

function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new DOMException('This operation was aborted', 'AbortError');
}
