import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ChannelFaults } from '../../../../src/sandbox/agent/channelFaults.ts';
import { ChannelGateway } from '../../../../src/sandbox/agent/channelGateway.ts';
import { portSessions } from '../../../../src/sandbox/agent/portSession.ts';
import { Account } from '../../../../src/sandbox/kernel/account.ts';
import type { SessionGrant } from '../../../../src/core/tunnel/channel/dataChannel.ts';

/** The sandbox's message gateway and agent on loopback, in front of whatever `dial` reaches. */
export interface AgentServer {
  readonly gateway: ChannelGateway;
  start(): SessionGrant;
  resume(sessionId: string): SessionGrant | undefined;
  /** Names of the sessions that are connected. */
  sessions(): string[];
  close(): Promise<void>;
}

export interface AgentServerOptions {
  /** As the real agent: 1. */
  readonly paceMs?: number;
  readonly faults?: Partial<ChannelFaults>;
}

export async function startAgentServer(
  dial: () => Promise<Duplex>,
  options: AgentServerOptions = {},
): Promise<AgentServer> {
  const account = new Account([], { accountId: '000000000000', now: 0 });
  const gateway = new ChannelGateway({ account, dial: () => dial, paceMs: 1, ...options });
  const server: Server = createServer();
  server.on('upgrade', (request, socket, head) => gateway.upgrade(request, socket, head));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  let counter = 0;
  const grant = (sessionId: string): SessionGrant | undefined => {
    const session = portSessions(account).get(sessionId);
    if (!session || session.status === 'terminated') return undefined;
    session.token = `token-${++counter}`;
    session.cell = `c+/${counter}=`;
    const streamUrl = `ws://127.0.0.1:${port}/v1/data-channel/${sessionId}?role=publish_subscribe&cell-number=${session.cell}`;
    return { sessionId, streamUrl, token: session.token };
  };
  return {
    gateway,
    start() {
      const sessionId = `practice-${++counter}`;
      const row = { sessionId, region: 'eu-west-1', target: 'i-0', host: 'api', portNumber: '443', owner: 'me' };
      portSessions(account).set(sessionId, { ...row, status: 'connected', token: undefined, cell: '' });
      return grant(sessionId) as SessionGrant;
    },
    resume: grant,
    sessions: () =>
      portSessions(account)
        .values()
        .flatMap(({ sessionId, status }) => (status === 'connected' ? sessionId : [])),
    close: () =>
      new Promise(resolve => {
        gateway.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
