/** One session as the policy sees it. */
export interface SessionLoad {
  readonly id: string;
  /** Open and not known to be dead. */
  readonly isUsable: boolean;
  /** Connections of users, not probes. */
  readonly connections: number;
  /** One connection is all that it can carry at a time. */
  readonly carriesOne: boolean;
  /** In the busier direction, over the last seconds. */
  readonly bytesPerSecond: number;
  /** How long it has been busy without a break, and how long it has had no connection; ms. */
  readonly busyMs: number;
  readonly idleMs: number;
}

export type PoolStep = { readonly kind: 'add' } | { readonly kind: 'drop'; readonly id: string };

/**
 * The agent sends at most about 0.72 MB/s in one session, whatever the client. Half of it, for some seconds, is a session that shares badly with a
 * further connection.
 */
export const busyBytesPerSecond = 360_000;
const busyForMs = 2_000;
/** Many slow streams delay each other as well: the agent dials and sends for one after another. */
const manyConnections = 64;
const idleForMs = 3 * 60_000;
/** The rest has to be far from busy before one goes, or it would soon be added again. */
const calmBytesPerSecond = busyBytesPerSecond / 2;

export function isBusy({ bytesPerSecond, connections, carriesOne }: SessionLoad): boolean {
  return bytesPerSecond >= busyBytesPerSecond || connections >= (carriesOne ? 1 : manyConnections);
}

/** What to do about the number of sessions now: one step at a time, or nothing. `opening`: sessions that are on their way. */
export function nextPoolStep(
  loads: readonly SessionLoad[],
  opening: number,
  maxSessions: number,
): PoolStep | undefined {
  const usable = loads.filter(({ isUsable }) => isUsable);
  const allBusy = usable.length > 0 && usable.every(load => isBusy(load) && load.busyMs >= busyForMs);
  // One that carries nothing yet serves the next connection; before it does, no further one is of use.
  if (allBusy && opening === 0 && loads.length < maxSessions) return { kind: 'add' };
  if (usable.length < 2 || opening > 0) return undefined;
  const idle = usable.filter(({ connections, idleMs }) => connections === 0 && idleMs >= idleForMs);
  const last = idle.at(-1);
  const others = usable.filter(load => load !== last);
  const areCalm = others.every(
    ({ bytesPerSecond, connections }) => bytesPerSecond < calmBytesPerSecond && connections < manyConnections / 2,
  );
  return last && areCalm ? { kind: 'drop', id: last.id } : undefined;
}

/**
 * Where a new connection goes: to a session that has none, then to one that is not busy, then to that with the fewest. What a session carries is known
 * late: of connections that begin together all would go to the one that was calm before.
 */
export function leastLoaded(loads: readonly SessionLoad[]): SessionLoad | undefined {
  const usable = loads.filter(({ isUsable }) => isUsable);
  const candidates = usable.length > 0 ? usable : loads;
  return candidates.toSorted(
    (a, b) =>
      Number(a.connections > 0) - Number(b.connections > 0) ||
      Number(isBusy(a)) - Number(isBusy(b)) ||
      a.connections - b.connections ||
      a.bytesPerSecond - b.bytesPerSecond,
  )[0];
}
