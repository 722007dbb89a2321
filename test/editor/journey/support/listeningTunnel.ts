import { serveControl } from '../../../../src/core/tunnel/process/controlServer.ts';
import {
  controlPath,
  removeTunnelRecord,
  writeTunnelRecord,
  type TunnelKey,
} from '../../../../src/core/tunnel/process/tunnelRecord.ts';
import type { TunnelStatus } from '../../../../src/core/tunnel/supervisor/tunnelStatus.ts';

const elsewhere = { accountId: '111111111111', region: 'eu-west-1', cluster: 'elsewhere' };
const healthy: TunnelStatus = {
  ...{ state: 'healthy', detail: '7 ms', port: 50_443, route: undefined, latencyMs: 7, resumes: 0, sessionsBegun: 1 },
  ...{ sessions: [], bytesIn: 0, bytesOut: 0, openConnections: 0, since: 0, openedAt: 0 },
};

/** Stands for the process of a tunnel, which only listens to its orders. */
export interface ListeningTunnel {
  /** Resolves when somebody holds it. */
  held(): Promise<void>;
  /** Resolves when it was given this order so many times. */
  given(order: string, times?: number): Promise<void>;
  close(): Promise<void>;
}

export async function listeningTunnel(
  home: string,
  key: TunnelKey = elsewhere,
  more: Partial<TunnelStatus> = {},
): Promise<ListeningTunnel> {
  const status = { ...healthy, ...more };
  const orders: string[] = [];
  const control = controlPath(home, key, process.platform);
  const server = await serveControl({
    ...{ path: control, token: 'right', onAttached: () => undefined, onOrder: ({ type }) => orders.push(type) },
    current: () => [{ type: 'status', status }],
  });
  const own = { pid: process.pid, port: status.port, control, token: 'right', kubeconfig: '', startedAt: 0 };
  await writeTunnelRecord(home, { version: 1, ...key, ...own });
  const until = async (what: () => boolean) => {
    while (!what()) await new Promise(resolve => setTimeout(resolve, 50));
  };
  return {
    held: () => until(() => server.attached > 0),
    given: (order, times = 1) => until(() => orders.filter(given => given === order).length >= times),
    async close() {
      await removeTunnelRecord(home, key);
      await server.close();
    },
  };
}
