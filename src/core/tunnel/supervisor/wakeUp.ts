import type { Clock } from '../../clock.ts';
import type { EventLog } from './eventLog.ts';
import type { ProbeLoop } from './probeLoop.ts';
import type { SessionPool } from './sessionPool.ts';

export interface WakeUpParts {
  readonly pool: SessionPool;
  readonly probes: ProbeLoop;
  readonly clock: Clock;
  readonly log: EventLog;
}

/** An answer that takes longer than this is taken not to come. */
const answerWithinMs = 5_000;

/** The machine has slept: sockets may be dead without anybody having said so. Whoever does not answer soon is resumed on a new one. */
export async function wakeUp(
  { pool, probes, clock, log }: WakeUpParts,
  sleptMs: number,
  signal: AbortSignal,
): Promise<void> {
  const slept = { code: 'slept', severity: 'info', message: `The machine slept for ${duration(sleptMs)}.` } as const;
  const open = pool.staying.filter(({ session }) => session.state === 'open');
  const answers = await Promise.all(
    open.map(async member => {
      const over = new AbortController();
      const late = clock.sleep(answerWithinMs, AbortSignal.any([signal, over.signal])).then(
        () => false,
        () => false,
      );
      const answered = await Promise.race([probes.measure(member, signal), late]);
      over.abort();
      return answered;
    }),
  );
  if (signal.aborted) return;
  const silent = open.filter((member, index) => !answers[index] && member.session.state === 'open');
  const cure =
    silent.length > 0
      ? 'The tunnel did not answer: its sessions are resumed, or opened anew where they are gone.'
      : open.length > 0
        ? 'The tunnel was asked at once, and answers.'
        : 'What waited is tried at once.';
  log.add({ ...slept, cure });
  for (const { session } of silent) session.redial();
}

function duration(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  return minutes < 1 ? 'less than a minute' : minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
