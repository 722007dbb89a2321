import { PrivateEksError } from '../../errors.ts';
import type { TunnelStatus } from '../supervisor/tunnelStatus.ts';
import { holdTunnel, type TunnelHold } from './tunnelControl.ts';
import { listTunnelRecords, type TunnelKey, type TunnelRecord } from './tunnelRecord.ts';

/** How a tunnel is now, as its own process says, which may be given an order on this occasion; undefined where that is gone. */
export async function askTunnel(
  record: TunnelRecord,
  order?: (hold: TunnelHold) => void,
): Promise<TunnelStatus | undefined> {
  let now: TunnelStatus | undefined;
  try {
    const hold = await holdTunnel(record, { onStatus: status => (now ??= status) }, () => undefined);
    order?.(hold);
    hold.release();
    return now;
  } catch (error) {
    if (error instanceof PrivateEksError && error.code === 'tunnel-gone') return undefined;
    throw error;
  }
}

/** True when the process that wrote this record still serves its tunnel. */
export async function isTunnelLive(record: TunnelRecord): Promise<boolean> {
  return (await askTunnel(record)) !== undefined;
}

/**
 * Tells the tunnels of this machine that somebody has signed in, by whichever profile: several share one sign-in, and a tunnel that does
 * not wait for any has nothing to do. Gives those that waited.
 */
export async function tellSignedIn(home: string): Promise<TunnelKey[]> {
  const tunnels = await Promise.all(
    (await listTunnelRecords(home)).map(async record => ({
      record,
      status: await askTunnel(record, hold => hold.signedIn()).catch(() => undefined),
    })),
  );
  return tunnels.filter(({ status }) => status?.state === 'waiting-for-sign-in').map(({ record }) => record);
}
