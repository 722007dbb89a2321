import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Account } from '../kernel/account.ts';
import { writeChannelClosed, writePublication } from './agentMessage.ts';
import { AgentSession } from './agentSession.ts';
import type { DialFromNode } from './agentStreams.ts';
import { admits, opens } from './channelAdmission.ts';
import {
  channelFaults,
  endings,
  faultyDial,
  seededRandom,
  UnreliableWire,
  type ChannelFaults,
  type Tally,
} from './channelFaults.ts';
import { portSessions, type PortSession } from './portSession.ts';

export interface GatewayOptions {
  readonly account: Account;
  readonly dial: (session: PortSession) => DialFromNode;
  /** The real agent sends at most 1,024 bytes and sleeps 1 ms, the default. 0 turns the pacing off. */
  readonly paceMs?: number;
  /** As in `channelFaults`. */
  readonly faults?: Partial<ChannelFaults>;
}

/** Ages in ms, by which the service closes sockets and ends sessions. */
interface Live {
  readonly session: PortSession;
  readonly agent: AgentSession;
  readonly toAgent: UnreliableWire;
  socket: WebSocket | undefined;
  socketAge: number;
  idle: number;
  age: number;
}

const currentAgent = '3.3.3050.0';
const minute = 60_000;
const watchMs = 250;

/** What befalls every session at once, by the name that the control URL takes. */
const acts: Readonly<Record<string, (live: Live, reason: string) => void>> = {
  'drop-sockets': ({ socket }) => socket?.terminate(),
  bye: ({ socket }) => socket?.close(1000, 'Bye'),
  'end-sessions': ({ agent }, reason) => agent.end(endings[reason] ?? reason),
  // Nobody is told: ResumeSession will answer without a token.
  'lose-sessions': live => {
    const { socket } = live;
    live.socket = undefined;
    live.agent.end('');
    socket?.terminate();
  },
};

/**
 * The message gateway between a client's WebSocket and the agent of its session. Runs on real time; sockets last an hour and idle
 * sessions twenty minutes, as with the service, or as `setFaults` says.
 */
export class ChannelGateway {
  readonly tally: Tally = { messages: 0, lost: 0, doubled: 0, late: 0 };
  readonly #options: GatewayOptions;
  readonly #server = new WebSocketServer({
    noServer: true,
    autoPong: false,
    perMessageDeflate: false,
    maxPayload: 1 << 20,
  });
  readonly #live = new Map<string, Live>();
  readonly #watch: NodeJS.Timeout;
  #faults: ChannelFaults;
  #random: () => number;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#faults = channelFaults(options.faults);
    this.#random = seededRandom(this.#faults.seed);
    gateways.set(options.account, this);
    // What an agent knew of a session is gone with its process.
    for (const session of portSessions(options.account).values()) session.status = 'terminated';
    let seen = this.#now();
    this.#watch = setInterval(() => this.passTime(-seen + (seen = this.#now())), watchMs).unref();
  }

  /** Takes an upgrade request of `/v1/data-channel/<session id>`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const id = decodeURIComponent(url.pathname.replace(/^\/v1\/data-channel\//, ''));
    const session = portSessions(this.#options.account).get(id);
    // The raw query is compared: a client that re-encodes the cell number's "+" and "/" reaches no cell on AWS either.
    const cell = /[?&]cell-number=([^&]*)/.exec(request.url ?? '')?.[1];
    const isKnown = session?.status === 'connected' && url.searchParams.get('role') === 'publish_subscribe';
    const struck = this.#faults.refusals > 0 && this.#faults.refusals--;
    const status = struck ? this.#faults.refuse : 403;
    if (
      !isKnown ||
      cell !== session.cell ||
      struck ||
      !admits(request, session, this.#options.account, this.#faults.upgrades)
    )
      return void socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    this.#server.handleUpgrade(request, socket, head, client => this.#greet(session, client));
  }

  /** Ends a session as TerminateSession does: the client is told and its socket closed. */
  terminate(sessionId: string, reason: string): void {
    this.#live.get(sessionId)?.agent.end(reason);
  }

  /** @throws TypeError with what is wrong */
  setFaults(given: unknown): ChannelFaults {
    this.#faults = channelFaults(given);
    this.#random = seededRandom(this.#faults.seed);
    return this.#faults;
  }

  /** Does one of the `acts` to every session, or to the one named; gives how many had a socket. @throws TypeError for another act */
  act(name: string, reason = '', sessionId?: string): number {
    const act = acts[name];
    if (!act) throw new TypeError(`no effect ${name}: ${Object.keys(acts).join(', ')}`);
    const struck = [...this.#live.values()].filter(
      ({ session }) => (sessionId ?? session.sessionId) === session.sessionId,
    );
    const sockets = struck.filter(({ socket }) => socket !== undefined).length;
    for (const live of struck) act(live, reason);
    return sockets;
  }

  /** Drops every socket without a word, as a broken network does; gives their number. */
  dropSockets(): number {
    return this.act('drop-sockets');
  }

  /** Sessions and sockets grow older by so much: those whose time has come are closed and ended. */
  passTime(milliseconds: number): void {
    const { byeMinutes, idleMinutes, durationMinutes } = this.#faults;
    const isOver = (age: number, minutes: number) => minutes > 0 && age >= minutes * minute;
    for (const live of this.#live.values()) {
      live.socketAge += milliseconds;
      live.idle += milliseconds;
      live.age += milliseconds;
      if (isOver(live.age, durationMinutes)) live.agent.end(endings.duration ?? '');
      else if (isOver(live.idle, idleMinutes)) live.agent.end(endings.idle ?? '');
      else if (live.socket && isOver(live.socketAge, byeMinutes)) live.socket.close(1000, 'Bye');
    }
  }

  close(): void {
    clearInterval(this.#watch);
    for (const { agent } of this.#live.values()) agent.end('the sandbox stopped');
    this.#server.close();
  }

  #now(): number {
    return this.#faults.accountTime ? this.#options.account.now() : Date.now();
  }

  #greet(session: PortSession, client: WebSocket): void {
    let attached = false;
    client.on('error', () => client.terminate());
    client.on('ping', data => {
      if (!this.#faults.noPong && !this.#faults.silent) client.pong(data);
    });
    client.on('message', (data: Buffer, isBinary) => {
      if (attached) {
        if (isBinary) this.#live.get(session.sessionId)?.toAgent.pass(data);
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
    live.socketAge = 0;
    client.on('close', () => {
      if (live.socket !== client) return;
      live.socket = undefined;
      live.agent.pause();
    });
    live.agent.attach();
  }

  #start(session: PortSession): Live {
    const faults = () => this.#faults;
    const wire = { faults, tally: this.tally, random: () => this.#random(), cut: () => live.socket?.terminate() };
    const toClient = new UnreliableWire({
      ...wire,
      deliver: bytes => {
        if (live.socket?.readyState === 1) live.socket.send(bytes);
      },
    });
    const agent = new AgentSession({
      agentVersion: this.#faults.agentVersion ?? currentAgent,
      host: session.host,
      portNumber: session.portNumber,
      dial: faultyDial(this.#options.dial(session), faults),
      faults,
      paceMs: () => this.#faults.paceMs ?? this.#options.paceMs ?? 1,
      backlog: () => live.socket?.bufferedAmount ?? 0,
      onActivity: () => (live.idle = 0),
      send: bytes => {
        if (live.socket?.readyState !== 1) return false;
        if (this.#faults.publication && this.#random() < 0.02) live.socket.send(writePublication(this.#random() < 0.5));
        toClient.pass(bytes);
        return true;
      },
      onEnd: reason => {
        session.status = 'terminated';
        this.#live.delete(session.sessionId);
        live.socket?.send(writeChannelClosed(session.sessionId, reason));
        live.socket?.close(1000);
      },
    });
    const toAgent = new UnreliableWire({ ...wire, deliver: bytes => agent.receive(bytes) });
    const live: Live = { session, agent, toAgent, socket: undefined, socketAge: 0, idle: 0, age: 0 };
    this.#live.set(session.sessionId, live);
    return live;
  }
}

/** The gateway of each running account, for TerminateSession. */
export const gateways = new WeakMap<Account, ChannelGateway>();
