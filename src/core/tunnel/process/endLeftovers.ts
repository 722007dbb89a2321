import { tunnelId, type TunnelKey } from './tunnelRecord.ts';
import { tunnelsWithSessions, type SessionLedger } from './sessionLedger.ts';

export interface LeftoverParts {
  readonly home: string;
  /** The tunnel whose control socket we hold. */
  readonly key: TunnelKey;
  readonly own: SessionLedger;
  /** The sessions that were in `own` before this process opened any. */
  readonly left: readonly { readonly sessionId: string; readonly at: number }[];
  /** Whether another tunnel's process lives. */
  readonly isLive: (key: TunnelKey) => Promise<boolean>;
  readonly terminate: (sessionId: string) => Promise<void>;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

export interface EndedLeftovers {
  readonly ended: readonly string[];
  /** Could not be ended, and are kept for the next start. */
  readonly kept: readonly { readonly sessionId: string; readonly reason: string }[];
}

/** The longest idle timeout that an account can set is an hour: without a client no session lives twice as long. */
const surelyOverMs = 2 * 3600_000;

/** Ends the sessions that killed tunnels of this account and region have left open. */
export async function endLeftovers(parts: LeftoverParts): Promise<EndedLeftovers> {
  const { home, key, own, isLive, terminate, now, signal } = parts;
  const left = [...parts.left];
  for (const other of await tunnelsWithSessions(home, key))
    if (tunnelId(other) !== tunnelId(key) && !(await isLive(other))) left.push(...(await own.takeOver(other)));
  const ended: string[] = [];
  const kept: { sessionId: string; reason: string }[] = [];
  for (const { sessionId, at } of left) {
    if (signal.aborted) break;
    try {
      await terminate(sessionId);
      ended.push(sessionId);
      await own.remove(sessionId);
    } catch (error) {
      if (now() - at > surelyOverMs) await own.remove(sessionId);
      else kept.push({ sessionId, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { ended, kept };
}
