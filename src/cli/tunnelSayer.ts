import { eventLine } from '../core/tunnel/supervisor/eventLog.ts';
import type { TunnelRecord } from '../core/tunnel/process/tunnelRecord.ts';
import type { TunnelEvent } from '../core/tunnel/supervisor/tunnelEvent.ts';
import type { TunnelStatus } from '../core/tunnel/supervisor/tunnelStatus.ts';
import type { CommandInput } from './command.ts';

/** What a tunnel's command prints: for people, or one JSON object a line. */
export interface TunnelSayer {
  readonly ready: (record: TunnelRecord, status: TunnelStatus) => void;
  readonly status: (status: TunnelStatus) => void;
  readonly event: (event: TunnelEvent) => void;
}

export function tunnelSayer({ io, flag }: CommandInput): TunnelSayer {
  const json = flag('json');
  let last = '';
  let lastSeq = 0;
  // The first line on standard output says where the tunnel listens; what comes before that is for people.
  let isReady = false;
  const early: TunnelEvent[] = [];
  const line = (what: object) => io.out(`${JSON.stringify(what)}\n`);
  return {
    ready: ({ port, kubeconfig, cluster, region }, { state, route, latencyMs }) => {
      isReady = true;
      if (json) {
        line({ port, kubeconfig, cluster, region, route, latencyMs });
        for (const event of early.splice(0)) line({ event });
        return;
      }
      const isAnswering = state === 'healthy' && latencyMs !== undefined;
      io.out(
        `${cluster} ${isAnswering ? `answers at 127.0.0.1:${port} (${latencyMs} ms)` : `is at 127.0.0.1:${port}, ${state.replaceAll('-', ' ')}`}\n` +
          `${route ? `Route: ${route.kind}. ${route.reason}.\n` : ''}` +
          `\n  export KUBECONFIG=${kubeconfig}\n  kubectl get nodes\n\nCtrl-C ends the tunnel.\n`,
      );
    },
    status: ({ state, detail }) => {
      // While it is healthy only its latency changes: that is for views that show it live.
      const said = state === 'healthy' ? state : `${state} ${detail}`;
      if (said === last) return;
      last = said;
      if (json && isReady) line({ state, detail });
      else io.err(`${state.replaceAll('-', ' ')}: ${detail}\n`);
    },
    event: event => {
      // Told again to whoever attaches.
      if (event.seq <= lastSeq) return;
      lastSeq = event.seq;
      if (json && isReady) return line({ event });
      if (json) early.push(event);
      io.err(`${new Date(event.at).toISOString()} ${eventLine(event)}\n`);
    },
  };
}
