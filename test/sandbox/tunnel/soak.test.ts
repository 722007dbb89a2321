import assert from 'node:assert/strict';
import { startAgentServer, type AgentServer } from './support/agentServer.ts';
import { connectionStorm } from './support/connectionStorm.ts';
import { startMeasuredTarget, type MeasuredTarget } from './support/measuredTarget.ts';
import { soakTransfer, twoInAHundred } from './support/soakTransfer.ts';

const mebibyte = 1 << 20;

/** The small sister of `npm run soak:tunnel`. */
describe('soaking the tunnel', function () {
  this.timeout(120_000);
  let target: MeasuredTarget;
  let agent: AgentServer;
  beforeEach(async () => {
    target = await startMeasuredTarget();
  });
  afterEach(async () => {
    await agent.close();
    await target.close();
  });

  it('leaves nothing behind after a thousand short connections and a hundred at once', async () => {
    agent = await startAgentServer(() => target.dial(), { paceMs: 0 });
    const { wrong, leaks } = await connectionStorm({ agent, short: 1000, atOnce: 100, warmUp: 200 });
    assert.deepEqual({ wrong, leaks }, { wrong: 0, leaks: [] });
  });

  it('carries 32 MiB each way, byte for byte, with messages lost, doubled and late and sockets cut', async () => {
    const seed = 20_261_121;
    agent = await startAgentServer(() => target.dial(), { paceMs: 0, faults: { seed, ...twoInAHundred } });
    const { differences, sessionsLost, cuts, streamsDone, resumes } = await soakTransfer({
      agent: {
        start: () => agent.start(),
        resume: sessionId => agent.resume(sessionId),
        cut: sessionId => agent.gateway.act('drop-sockets', '', sessionId),
      },
      ...{ seed, bytesEachWay: 32 * mebibyte, sessions: 32, streams: 2, cuts: 12 },
    });
    assert.deepEqual(
      { differences, sessionsLost, cuts, streamsDone },
      { differences: [], sessionsLost: [], cuts: 12, streamsDone: 128 },
    );
    assert.ok(resumes >= 12, `${resumes} resumes`);
    const { messages, lost, doubled, late } = agent.gateway.tally;
    const struck = (lost + doubled + late) / messages;
    assert.ok(struck > 0.018 && struck < 0.022, `${struck} of ${messages} messages were struck`);
  });
});
