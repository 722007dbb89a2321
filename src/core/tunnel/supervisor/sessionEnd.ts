import type { ClosedKind } from '../channel/closedReason.ts';
import type { TunnelEventBody } from './eventLog.ts';

export interface SessionEnd {
  readonly kind: ClosedKind;
  /** In words, where there are any; a clause. */
  readonly reason: string;
  /** For how long no user's byte went through; ms. */
  readonly quietMs: number;
  /** Connections of users that went with it. */
  readonly connections: number;
  /** Whether another session carries the tunnel on. */
  readonly hasOthers: boolean;
  /** A new one is opened by the next connection, not at once. */
  readonly waitsForConnection: boolean;
}

/** The shortest idle timeout that an account can set is a minute; nobody sets that. */
const plausibleIdleMs = 5 * 60_000;

/** Where the service says nothing, a session that was quiet for long was most likely ended for that. */
export function endCode(
  end: Pick<SessionEnd, 'kind' | 'reason' | 'quietMs'>,
): 'idle-timeout' | 'maximum-duration' | 'session-lost' {
  const { kind } = end;
  if (kind === 'idle-timeout' || kind === 'maximum-duration') return kind;
  return isSilent(end) && end.quietMs >= plausibleIdleMs ? 'idle-timeout' : 'session-lost';
}

export function endEvent(end: SessionEnd): TunnelEventBody {
  const code = endCode(end);
  const { hasOthers, waitsForConnection, connections } = end;
  const lost = connections === 0 ? 'No connection was open.' : `${count(connections, 'connection')} went with it.`;
  const next = hasOthers
    ? 'The other sessions go on.'
    : waitsForConnection
      ? 'The tunnel rests: the next connection opens a new one, on the same port.'
      : 'A new one is opened at once, on the same port.';
  return {
    code,
    severity: code === 'session-lost' ? 'warning' : 'info',
    message: endMessage(code, end),
    cure: `${next} ${lost}`,
  };
}

function endMessage(code: ReturnType<typeof endCode>, end: SessionEnd): string {
  const { reason, quietMs } = end;
  const quiet = `${Math.round(quietMs / 60_000)} min`;
  switch (code) {
    case 'idle-timeout':
      return isSilent(end)
        ? `Session Manager ended the session after ${quiet} without traffic, probably by the account’s idle timeout.`
        : `Session Manager ended the session by the account’s idle timeout, after ${quiet} without traffic.`;
    case 'maximum-duration':
      return 'Session Manager ended the session: the account’s maximum session duration is over.';
    case 'session-lost':
      return `The session is over: ${reason.replace(/\.+$/, '')}.`;
  }
}

function isSilent({ kind, reason }: Pick<SessionEnd, 'kind' | 'reason'>): boolean {
  return kind === 'gone' || (kind === 'unknown' && (reason === '' || /gave no reason/.test(reason)));
}

/** The socket of a session is lost: what happened, and that it is being mended. */
export function socketLostEvent(reason: string): TunnelEventBody {
  const isHourly = /\b1000\b/.test(reason);
  return {
    code: 'socket-lost',
    severity: isHourly ? 'info' : 'warning',
    message: isHourly
      ? 'Session Manager closed the socket, as it does about every hour.'
      : `The socket to Session Manager was lost: ${reason}.`,
    cure: 'The session is resumed with its streams.',
  };
}

export function resumedEvent(afterMs: number): TunnelEventBody {
  return {
    code: 'resumed',
    severity: 'info',
    message: 'The session goes on, on a new socket.',
    cure: `Resumed in ${(afterMs / 1000).toFixed(1)} s; no stream was lost.`,
  };
}

export function count(number: number, one: string): string {
  return `${number} ${number === 1 ? one : `${one}s`}`;
}
