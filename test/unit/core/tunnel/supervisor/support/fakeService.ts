import { PrivateEksError } from '../../../../../../src/core/errors.ts';
import type { Dial } from '../../../../../../src/core/tunnel/channel/channelSocket.ts';
import type { Connect } from '../../../../../../src/core/tunnel/forward/portForward.ts';
import type { FindRoute } from '../../../../../../src/core/tunnel/route/route.ts';
import type { SessionApi } from '../../../../../../src/core/tunnel/session/sessionApi.ts';
import type { FakeClock } from '../../support/fakeClock.ts';
import { StrictPeer } from '../../channel/support/strictPeer.ts';
import { writeMessage } from '../../channel/support/wireCodec.ts';

export interface FakeSession {
  readonly id: string;
  readonly peer: StrictPeer;
  readonly startedAt: number;
  /** The endpoint's address as the agent looked it up when the session began. */
  readonly address: string;
  dialledAt: number;
  dataAt: number;
  isGone: boolean;
}

const idleSentence = 'Your session timed out due to inactivity and has been terminated.';

/** Session Manager, its agents and an API endpoint in memory, on a clock that stands still: it counts what it is asked. */
export class FakeService {
  readonly calls = { findRoute: 0, start: 0, resume: 0, terminate: 0, dial: 0, renew: 0 };
  readonly sessions: FakeSession[] = [];
  isSignedIn = true;
  /** Where the API endpoint is now. */
  address = '10.0.0.1';
  /** Undefined: nothing is online. */
  target: string | undefined = 'i-0123456789abcdef0';
  /** The endpoint's host answers nobody. */
  isEndpointDown = false;
  idleMinutes = 20;
  byeMinutes = 60;
  readonly #clock: FakeClock;
  #count = 0;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  get living(): FakeSession[] {
    return this.sessions.filter(({ isGone }) => !isGone);
  }

  get violations(): string[] {
    return this.sessions.flatMap(({ peer }) => peer.violations);
  }

  readonly findRoute: FindRoute = async () => {
    this.calls.findRoute++;
    this.#signedIn();
    const { target } = this;
    const at = this.#clock.now();
    if (target === undefined) {
      const summary = 'No instance is online.';
      return { route: undefined, findings: [{ kind: 'instance', verdict: 'unusable', summary, evidence: [] }], at };
    }
    return {
      route: { kind: 'instance', target, agentVersion: '3.3', reason: `${target} is online` },
      findings: [],
      at,
    };
  };

  readonly api: SessionApi = {
    start: async () => {
      this.calls.start++;
      this.#signedIn();
      const peer = new StrictPeer({ clock: this.#clock });
      const now = this.#clock.now();
      const id = `me-${++this.#count}`;
      const session = { id, peer, startedAt: now, address: this.address, dialledAt: now, dataAt: now, isGone: false };
      this.sessions.push(session);
      peer.mux.refuse = () => session.address !== this.address;
      const echo = peer.mux.onData;
      peer.mux.onData = (stream, data) => {
        session.dataAt = this.#clock.now();
        if (!this.isEndpointDown) echo(stream, data);
      };
      return this.#grant(session);
    },
    resume: async id => {
      this.calls.resume++;
      this.#signedIn();
      const session = this.#find(id);
      return session && !session.isGone ? this.#grant(session) : undefined;
    },
    terminate: async id => {
      this.calls.terminate++;
      this.#signedIn();
      const session = this.#find(id);
      if (session) session.isGone = true;
    },
  };

  readonly dial: Dial = async streamUrl => {
    this.calls.dial++;
    const session = this.#find(streamUrl.split('/').at(-1) ?? '');
    if (!session || session.isGone) throw new PrivateEksError('stream-unreachable', 'The stream is gone.');
    session.dialledAt = this.#clock.now();
    return session.peer.dial();
  };

  /** A round trip through the way that is given, as the real probe makes one. */
  readonly probe = async (connect: Connect, signal: AbortSignal): Promise<number> => {
    const began = this.#clock.now();
    const stream = await connect(signal);
    const over = new AbortController();
    const late = this.#clock.sleep(10_000, over.signal).then(
      () => 'no answer within 10 s',
      () => 'over',
    );
    const heard = (event: string) => new Promise<string>(resolve => stream.once(event, () => resolve(event)));
    try {
      stream.on('error', () => undefined);
      stream.write('livez');
      const answer = await Promise.race([heard('data'), heard('close'), late]);
      if (answer !== 'data')
        throw new PrivateEksError('probe-failed', `The API server does not answer through the tunnel: ${answer}.`);
      return 7 + this.#clock.now() - began;
    } finally {
      over.abort();
      stream.destroy();
    }
  };

  /** What the service does by itself, a minute after the other: it closes old sockets and ends idle sessions. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#clock.sleep(60_000, signal).catch(() => undefined);
      const now = this.#clock.now();
      for (const session of this.living) {
        if (now - session.dataAt >= this.idleMinutes * 60_000) this.end(session, idleSentence);
        else if (now - session.dialledAt >= this.byeMinutes * 60_000) session.peer.wire?.cut('closed with code 1000');
      }
    }
  }

  end(session: FakeSession, output: string): void {
    session.isGone = true;
    const payload = Buffer.from(JSON.stringify({ SessionId: session.id, Output: output }));
    session.peer.wire?.deliver(writeMessage({ type: 'channel_closed', short: true, payload }));
  }

  /** No packet comes through any more, and nobody says so. */
  silence(): void {
    for (const { peer } of this.living) if (peer.wire) peer.wire.isDeaf = true;
  }

  #grant(session: FakeSession) {
    session.peer.token = `token-${++this.#count}`;
    return { sessionId: session.id, streamUrl: `wss://service/${session.id}`, token: session.peer.token };
  }

  #find(id: string): FakeSession | undefined {
    return this.sessions.find(session => session.id === id);
  }

  #signedIn(): void {
    if (!this.isSignedIn) throw new PrivateEksError('signed-out', 'The AWS sign-in has expired.', { retryable: true });
  }
}
