import { connect } from 'node:net';
import { PrivateEksError } from '../../errors.ts';
import type { RouteChoice, RouteReport } from '../route/route.ts';
import type { TunnelEvent } from '../supervisor/tunnelEvent.ts';
import type { TunnelStatus } from '../supervisor/tunnelStatus.ts';
import { jsonLines } from './controlLines.ts';
import type { ControlNews, ControlOrder } from './controlMessage.ts';
import type { TunnelRecord } from './tunnelRecord.ts';

/** A window's or a command line's hold on a running tunnel. The tunnel counts holds: it lingers a while after the last. */
export interface TunnelHold {
  stop(): void;
  /** Leaves the route it is on for another; the port stays. */
  chooseRoute(choice: RouteChoice): void;
  /** A new session now. */
  reconnect(): void;
  /** Somebody has signed in: what waits for that looks at once. */
  signedIn(): void;
  release(): void;
}

/** All that is known comes first, then whatever is new. */
export interface TunnelHandlers {
  readonly onStatus: (status: TunnelStatus) => void;
  readonly onEvent?: (event: TunnelEvent) => void;
  readonly onRoutes?: (report: RouteReport) => void;
}

/** A process that lives says its state at once. */
const answerWithinMs = 5_000;
const longestNews = 1024 * 1024;

/**
 * Resolves with the tunnel's first status; `onGone` is called when the tunnel's process has gone, and not after `release`.
 * @throws PrivateEksError `tunnel-gone` when nobody answers at the record's socket
 */
export function holdTunnel(record: TunnelRecord, handlers: TunnelHandlers, onGone: () => void): Promise<TunnelHold> {
  return new Promise((resolve, reject) => {
    const socket = connect(record.control);
    let held = false;
    let released = false;
    const order = (what: ControlOrder) => socket.write(`${JSON.stringify(what)}\n`);
    const hold: TunnelHold = {
      stop: () => order({ type: 'stop' }),
      chooseRoute: choice => order({ type: 'choose-route', choice }),
      reconnect: () => order({ type: 'reconnect' }),
      signedIn: () => order({ type: 'signed-in' }),
      release: () => {
        released = true;
        // What was ordered just before is still to be said.
        socket.destroySoon();
      },
    };
    socket.setTimeout(answerWithinMs, () => socket.destroy());
    socket.on('connect', () => socket.write(`${JSON.stringify({ token: record.token })}\n`));
    socket.on('error', error =>
      reject(new PrivateEksError('tunnel-gone', `The tunnel to ${record.cluster} is gone.`, { cause: error })),
    );
    socket.on('close', () => {
      if (released) return;
      if (held) onGone();
      else reject(new PrivateEksError('tunnel-gone', `The tunnel to ${record.cluster} does not answer.`));
    });
    jsonLines(
      socket,
      longestNews,
      line => {
        const news = controlNews(line);
        if (!news || released) return;
        if (news.type === 'event') return handlers.onEvent?.(news.event);
        if (news.type === 'routes') return handlers.onRoutes?.(news.report);
        if (news.type === 'proxy' || news.type === 'token') return;
        if (!held) {
          held = true;
          socket.setTimeout(0);
          resolve(hold);
        }
        handlers.onStatus(news.status);
      },
      () => socket.destroy(),
    );
  });
}

/** What the tunnel's own process says is taken as it is, but for what is no news at all. */
function controlNews(line: Readonly<Record<string, unknown>>): ControlNews | undefined {
  const { type, status, event, report } = line;
  const isObject = (value: unknown) => typeof value === 'object' && value !== null;
  const isNews =
    (type === 'status' && isObject(status) && typeof (status as { state?: unknown }).state === 'string') ||
    (type === 'event' && isObject(event)) ||
    (type === 'routes' && isObject(report));
  return isNews ? (line as unknown as ControlNews) : undefined;
}
