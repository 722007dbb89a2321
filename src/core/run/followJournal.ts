import type { Clock } from '../clock.ts';
import { JournalReader } from './journalReader.ts';
import type { RunEvent } from './runEvent.ts';

export interface FollowOptions {
  /** Real time: how often the file is looked at does not depend on the account's clock. */
  readonly clock: Clock;
  /** Ends the stream without an error. */
  readonly signal: AbortSignal;
  /** Only events after this one. */
  readonly afterSeq?: number;
  readonly everyMs?: number;
}

/** The events of a journal, those to come included, until the signal. One that is written anew is told from its head again. */
export async function* followJournal(runDir: string, options: FollowOptions): AsyncGenerator<RunEvent, void> {
  const { clock, signal, everyMs = 200 } = options;
  let { afterSeq = 0 } = options;
  let hasBegun = false;
  const reader = new JournalReader(runDir);
  while (!signal.aborted) {
    const events = await reader.read();
    if (hasBegun && events[0]?.seq === 1) afterSeq = 0;
    hasBegun ||= events.length > 0;
    for (const event of events) {
      if (event.seq > afterSeq) yield event;
      if (signal.aborted) return;
    }
    await clock.sleep(everyMs, signal).catch(() => undefined);
  }
}
