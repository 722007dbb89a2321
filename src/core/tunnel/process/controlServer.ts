import { timingSafeEqual } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { jsonLines } from './controlLines.ts';
import type { ControlNews, ControlOrder } from './controlMessage.ts';
import { controlOrder } from './controlOrder.ts';
import { bindControl } from './bindControl.ts';

/** The tunnel's end of its control socket: news to everybody who holds it, orders from them. */
export interface ControlServer {
  publish(news: ControlNews): void;
  readonly attached: number;
  close(): Promise<void>;
}

export interface ControlOptions {
  readonly path: string;
  readonly token: string;
  /** Told to a client when it attaches: empty while there is nothing to tell yet. */
  readonly current: () => readonly ControlNews[];
  /** `answer` goes to the client that gave the order alone. */
  readonly onOrder: (order: ControlOrder, answer: (news: ControlNews) => void) => void;
  /** Called when a client comes or goes. */
  readonly onAttached: (count: number) => void;
}

/** Whoever connects says the token at once; who does not is no client of ours. */
const introduceWithinMs = 5_000;
const longestOrder = 8 * 1024;
/** A client that reads nothing is let go of before its news fill the memory; it finds everything again when it attaches anew. */
const mostUnread = 4 * 1024 * 1024;

/**
 * Binds the control socket, which is also what makes a cluster's tunnel the only one.
 * @throws PrivateEksError `tunnel-busy` when another process has it
 */
export async function serveControl(options: ControlOptions): Promise<ControlServer> {
  const clients = new Set<Socket>();
  const strangers = new Set<Socket>();
  const server = createServer(socket => {
    strangers.add(socket);
    socket.setTimeout(introduceWithinMs, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      strangers.delete(socket);
      if (clients.delete(socket)) options.onAttached(clients.size);
    });
    jsonLines(
      socket,
      longestOrder,
      line => {
        if (clients.has(socket)) {
          const order = controlOrder(line);
          if (order) options.onOrder(order, news => tell(socket, news));
          return;
        }
        if (!sameToken(line['token'], options.token)) return void socket.destroy();
        socket.setTimeout(0);
        strangers.delete(socket);
        clients.add(socket);
        options.onAttached(clients.size);
        for (const news of options.current()) tell(socket, news);
      },
      () => socket.destroy(),
    );
  });
  await bindControl(server, options.path);
  return {
    publish: news => {
      for (const client of clients) tell(client, news);
    },
    get attached() {
      return clients.size;
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        for (const stranger of strangers) stranger.destroy();
        for (const client of clients) {
          // One that never reads must not hold the tunnel's end.
          client.setTimeout(1_000, () => client.destroy());
          client.end();
        }
      }),
  };
}

function tell(client: Socket, news: ControlNews): void {
  if (client.destroyed || client.writableEnded) return;
  client.write(`${JSON.stringify(news)}\n`);
  if (client.writableLength > mostUnread) client.destroy();
}

function sameToken(given: unknown, expected: string): boolean {
  if (typeof given !== 'string') return false;
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
