import { duplexPair } from 'node:stream';
import { AgentSession } from '../../src/sandbox/agent/agentSession.ts';
import { readMessage, writeAcknowledgement, writeMessage } from '../../src/sandbox/agent/agentMessage.ts';
import { channelFaults } from '../../src/sandbox/agent/channelFaults.ts';

/**
 * How many bytes a second the agent sends in one session at most, on this machine and now: to a peer that acknowledges at once and does nothing
 * else, without a network between. Framing included.
 */
export async function measureAgentCap(paceMs: number, milliseconds: number): Promise<number> {
  const faults = channelFaults({ paceMs });
  const block = Buffer.alloc(64 * 1024);
  let [sequence, bytes] = [0, 0];
  const say = (kind: number, body: Buffer) =>
    agent.receive(writeMessage({ type: 'input_stream_data', sequence: sequence++, flags: 0, kind, body }));
  const agent = new AgentSession({
    agentVersion: '3.3.3050.0',
    portNumber: '443',
    host: 'target',
    dial: async () => {
      const [near, far] = duplexPair();
      const fill = () => {
        while (far.write(block));
        far.once('drain', fill);
      };
      fill();
      return near;
    },
    faults: () => faults,
    paceMs: () => paceMs,
    backlog: () => 0,
    onActivity: () => undefined,
    send: sent => {
      const message = readMessage(sent);
      if (message?.type !== 'output_stream_data') return true;
      bytes += message.body.length;
      queueMicrotask(() => {
        agent.receive(writeAcknowledgement(message));
        const accepted = { ActionType: 'SessionType', ActionStatus: 1 };
        if (message.kind === 5)
          say(6, Buffer.from(JSON.stringify({ ClientVersion: '1.2.707.0', ProcessedClientActions: [accepted] })));
        if (message.kind === 7) say(1, Buffer.from([1, 0, 0, 0, 3, 0, 0, 0]));
      });
      return true;
    },
    onEnd: () => undefined,
  });
  agent.attach();
  const started = await new Promise<number>(resolve => setTimeout(() => resolve(performance.now()), milliseconds / 4));
  const before = bytes;
  const ended = await new Promise<number>(resolve => setTimeout(() => resolve(performance.now()), milliseconds));
  const rate = (bytes - before) / ((ended - started) / 1000);
  agent.end('');
  return rate;
}
