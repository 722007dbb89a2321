import { Worker } from 'node:worker_threads';
import type { SessionGrant } from '../../src/core/tunnel/channel/dataChannel.ts';
import type { Tally } from '../../src/sandbox/agent/channelFaults.ts';
import type { SoakAgent } from '../sandbox/tunnel/support/soakTransfer.ts';
import type { AgentAnswer, AgentOrder, AgentThreadOptions } from './agentThread.ts';

export interface AgentThread extends SoakAgent {
  start(): Promise<SessionGrant>;
  resume(sessionId: string): Promise<SessionGrant | undefined>;
  cut(sessionId: string): Promise<number>;
  tally(): Promise<Tally>;
  /** Where the target itself listens: the way round the tunnel. */
  port(): Promise<number>;
  /** Bytes of uploads that its target got so far. */
  received(): Promise<number>;
  /** Bytes a second that the agent can send in one session. */
  cap(): Promise<number>;
  close(): Promise<void>;
}

export function startAgentThread(options: AgentThreadOptions): AgentThread {
  const worker = new Worker(new URL('agentThread.ts', import.meta.url), { workerData: options });
  const waiting = new Map<number, (value: unknown) => void>();
  const failed = new Promise<never>((_, reject) => worker.once('error', reject));
  failed.catch(() => undefined);
  let asked = 0;
  worker.on('message', ({ id, value }: AgentAnswer) => {
    waiting.get(id)?.(value);
    waiting.delete(id);
  });
  const ask = <T>(order: AgentOrder, sessionId = ''): Promise<T> => {
    const id = ++asked;
    const answer = new Promise<unknown>(resolve => waiting.set(id, resolve)) as Promise<T>;
    worker.postMessage({ id, order, sessionId });
    return Promise.race([answer, failed]);
  };
  return {
    start: () => ask('start'),
    resume: sessionId => ask('resume', sessionId),
    cut: sessionId => ask('cut', sessionId),
    tally: () => ask('tally'),
    port: () => ask('port'),
    received: () => ask('received'),
    cap: () => ask('cap'),
    close: async () => {
      await ask('close');
      await worker.terminate();
    },
  };
}
