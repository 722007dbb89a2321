import type { PrivateEksError } from '../../errors.ts';
import type { TunnelEventBody } from './eventLog.ts';

export function signedOutEvent({ message }: PrivateEksError): TunnelEventBody {
  return {
    code: 'signed-out',
    severity: 'warning',
    message,
    cure: 'Sign in again: what waits goes on by itself, on the same port. Open streams last until their socket is closed.',
  };
}

export function signedInEvent(afterMs: number): TunnelEventBody {
  const minutes = Math.round(afterMs / 60_000);
  const after = minutes < 1 ? 'less than a minute' : minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
  return {
    code: 'signed-in',
    severity: 'info',
    message: `The sign-in is there again, after ${after}.`,
    cure: 'What waited for it goes on.',
  };
}
