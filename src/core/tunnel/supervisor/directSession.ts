import type { Duplex } from 'node:stream';
import type { DirectRoute } from '../route/route.ts';
import { directDial } from './directDial.ts';
import type { SessionOver, SessionWatch, TunnelSession } from './tunnelSession.ts';

export const directId = 'direct';

/** The way without Session Manager, in a session's clothes: it is probed and replaced like one. */
export function directSession(route: DirectRoute, port: number, watch: SessionWatch): TunnelSession {
  const over = Promise.withResolvers<SessionOver>();
  const streams = new Set<Duplex>();
  return {
    sessionId: directId,
    target: route.addresses.join(', '),
    state: 'open',
    bytesIn: 0,
    bytesOut: 0,
    roundTripMs: 0,
    resumes: 0,
    carriesOne: false,
    over: over.promise,
    async connect(signal) {
      const stream = await directDial(route.addresses, port, signal).catch((error: unknown) => {
        watch.onConnectError();
        throw error;
      });
      streams.add(stream);
      stream.once('close', () => streams.delete(stream));
      return stream;
    },
    redial: () => undefined,
    async end() {
      over.resolve({ kind: 'closed-here', reason: 'left', connections: streams.size });
      for (const stream of streams) stream.destroy();
    },
  };
}
