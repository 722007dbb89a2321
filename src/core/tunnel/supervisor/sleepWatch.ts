import type { Clock } from '../../clock.ts';

const tickMs = 15_000;
/** A busy machine is late, too, but not by this much. */
const lateMs = 30_000;

/**
 * Calls back when time has passed that nobody noticed: the machine slept, or was suspended. Timers do not run then, and sockets die
 * without a word. Resolves at the signal.
 */
export async function watchSleep(
  clock: Clock,
  onSlept: (milliseconds: number) => void,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const before = clock.now();
    const goesOn = await clock.sleep(tickMs, signal).then(
      () => true,
      () => false,
    );
    if (!goesOn) return;
    const slept = clock.now() - before - tickMs;
    if (slept > lateMs) onSlept(slept);
  }
}
