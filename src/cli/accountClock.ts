import path from 'node:path';
import { isLoopback } from '../core/aws/endpointOverride.ts';
import { scaledClock, systemClock, type Clock } from '../core/clock.ts';
import { readStateJson } from '../core/state/stateFile.ts';

/** The account's time: real, unless the endpoint in force is a sandbox of this user, which says how fast its own runs. */
export async function accountClock(
  endpoint: string | undefined,
  stateHome: string,
): Promise<{ readonly clock: Clock; readonly speed: number }> {
  const real = { clock: systemClock, speed: 1 };
  if (endpoint === undefined || !isLoopback(endpoint)) return real;
  const record = await readStateJson(path.join(stateHome, 'sandbox', 'sandbox.json'));
  if (typeof record !== 'object' || record === null) return real;
  const { endpoint: recorded, speed, realEpoch, epoch } = record as Record<string, unknown>;
  if (typeof recorded !== 'string' || new URL(recorded).origin !== new URL(endpoint).origin) return real;
  if (typeof speed !== 'number' || typeof realEpoch !== 'number' || typeof epoch !== 'number') return real;
  return speed > 0 ? { clock: scaledClock({ speed, realEpoch, epoch }), speed } : real;
}
