import { parentPort, workerData } from 'node:worker_threads';
import type { ChannelFaults } from '../../src/sandbox/agent/channelFaults.ts';
import { startAgentServer } from '../sandbox/tunnel/support/agentServer.ts';
import { startMeasuredTarget } from '../sandbox/tunnel/support/measuredTarget.ts';
import { measureAgentCap } from './agentCap.ts';

/** What the thread is started with, asked and answers. */
export interface AgentThreadOptions {
  readonly paceMs: number;
  readonly faults?: Partial<ChannelFaults>;
}
export type AgentOrder = 'start' | 'resume' | 'cut' | 'tally' | 'port' | 'received' | 'cap' | 'close';
export interface AgentQuestion {
  readonly id: number;
  readonly order: AgentOrder;
  readonly sessionId: string;
}
export interface AgentAnswer {
  readonly id: number;
  readonly value: unknown;
}

/** The sandbox's agent and its target in a thread of their own, so that the client's figures are the client's. */
const target = await startMeasuredTarget();
const agent = await startAgentServer(() => target.dial(), workerData as AgentThreadOptions);
const orders: Record<AgentOrder, (sessionId: string) => unknown> = {
  start: () => agent.start(),
  resume: sessionId => agent.resume(sessionId),
  cut: sessionId => agent.gateway.act('drop-sockets', '', sessionId),
  tally: () => agent.gateway.tally,
  port: () => target.port,
  received: () => target.received,
  cap: () => measureAgentCap((workerData as AgentThreadOptions).paceMs, 4000),
  close: async () => {
    await agent.close();
    await target.close();
  },
};
parentPort?.on('message', ({ id, order, sessionId }: AgentQuestion) => {
  void Promise.resolve(orders[order](sessionId)).then(value => parentPort?.postMessage({ id, value }));
});
