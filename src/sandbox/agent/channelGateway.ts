import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Account } from '../kernel/account.ts';
import { writeChannelClosed } from './agentMessage.ts';
import { AgentSession } from './agentSession.ts';
import type { DialFromNode } from './agentStreams.ts';
import { portSessions, type PortSession } from './portSession.ts';

export interface GatewayOptions {
  readonly account: Account;
  readonly dial: (session: PortSession) => DialFromNode;
  readonly paceMs?: number;
  /** The service closes every socket after about an hour, with code 1000; the session goes on. */
  readonly socketLifetimeMs?: number;
}

interface Live {
  readonly agent: AgentSession;
  socket: WebSocket | undefined;
}

const agentVersion = '3.3.3050.0';
const hour = 60 * 60_000;

/** The message gateway between a client's WebSocket and the agent of its session. Runs on real time. */
export class ChannelGateway {
  readonly #options: GatewayOptions;
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 1 << 20 });
  readonly #live = new Map<string, Live>();

  constructor(options: GatewayOptions) {
    this.#options = options;
    gateways.set(options.account, this);
    // What an agent knew of a session is gone with its process.
    for (const session of portSessions(options.account).values()) session.status = 'terminated';
  }

  /** Takes an upgrade request of `/v1/data-channel/<session id>`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const id = decodeURIComponent(url.pathname.replace(/^\/v1\/data-channel\//, ''));
    const session = portSessions(this.#options.account).get(id);
    // The raw query is compared: a client that re-encodes the cell number's "+" and "/" reaches no cell on AWS either.
    const cell = /[?&]cell-number=([^&]*)/.exec(request.url ?? '')?.[1];
    if (
      !session ||
      session.status !== 'connected' ||
      url.searchParams.get('role') !== 'publish_subscribe' ||
      cell !== session.cell
    )
      return void socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    this.#server.handleUpgrade(request, socket, head, client => this.#greet(session, client));
  }

  /** Ends a session as TerminateSession does: the client is told and its socket closed. */
  terminate(sessionId: string, reason: string): void {
    this.#live.get(sessionId)?.agent.end(reason);
  }

  /** Drops every socket without a word, as a broken network does; gives their number. */
  dropSockets(): number {
    const open = [...this.#live.values()].flatMap(({ socket }) => socket ?? []);
    for (const socket of open) socket.terminate();
    return open.length;
  }

  close(): void {
    for (const { agent } of this.#live.values()) agent.end('the sandbox stopped');
    this.#server.close();
  }

  #greet(session: PortSession, client: WebSocket): void {
    let attached = false;
    client.on('error', () => client.terminate());
    client.on('message', (data: Buffer, isBinary) => {
      if (attached) {
        if (isBinary) this.#live.get(session.sessionId)?.agent.receive(data);
      } else if (!isBinary && opens(data, session)) {
        attached = true;
        this.#attach(session, client);
      } else client.close(1008, 'token refused');
    });
  }

  #attach(session: PortSession, client: WebSocket): void {
    // A token opens one socket: the next one needs ResumeSession.
    session.token = undefined;
    const live = this.#live.get(session.sessionId) ?? this.#start(session);
    live.socket?.close(1000, 'Bye');
    live.socket = client;
    const bye = setTimeout(() => client.close(1000, 'Bye'), this.#options.socketLifetimeMs ?? hour);
    client.on('close', () => {
      clearTimeout(bye);
      if (live.socket === client) live.socket = undefined;
    });
    live.agent.attach();
  }

  #start(session: PortSession): Live {
    const agent = new AgentSession({
      agentVersion,
      host: session.host,
      portNumber: session.portNumber,
      dial: this.#options.dial(session),
      paceMs: this.#options.paceMs ?? 1,
      send: bytes => {
        const open = live.socket?.readyState === 1;
        if (open) live.socket?.send(bytes);
        return open;
      },
      onEnd: reason => {
        session.status = 'terminated';
        this.#live.delete(session.sessionId);
        live.socket?.send(writeChannelClosed(session.sessionId, reason));
        live.socket?.close(1000);
      },
    });
    const live: Live = { agent, socket: undefined };
    this.#live.set(session.sessionId, live);
    return live;
  }
}

/** The gateway of each running account, for TerminateSession. */
export const gateways = new WeakMap<Account, ChannelGateway>();

function opens(data: Buffer, session: PortSession): boolean {
  try {
    const body = JSON.parse(data.toString('utf8')) as Record<string, unknown>;
    return session.token !== undefined && body.TokenValue === session.token && typeof body.RequestId === 'string';
  } catch {
    return false;
  }
}
